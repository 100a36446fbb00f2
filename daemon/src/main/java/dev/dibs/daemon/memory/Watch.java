package dev.dibs.daemon.memory;

import dev.dibs.core.history.Ending;
import dev.dibs.daemon.learned.PeakListener;
import dev.dibs.daemon.learned.Units;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at memory and at the processes of claims again and again, the more often the sooner memory
 * could run out ({@link Pace}); hardly while all sleep, and not at all while nobody holds anything.
 * What takes milliseconds is done on a thread of its own; everything here is for the loop's thread.
 */
public final class Watch implements AutoCloseable {

  /** Who is watched, and who wants to know. */
  public interface World {

    /** The claims that hold something, outer ones before those in them. */
    Collection<Watched> claims();

    /** How many jobs may grow at once. */
    int slots();

    /** Whether somebody waits for slots, which others may have idle. */
    boolean isContended();

    /** Somebody looked; called on the loop. */
    void seen(Look look);
  }

  /**
   * How long after the first grant somebody looks, ms: most jobs without memory are over by then.
   */
  private static final long FIRST_AFTER_MS = 100;

  /** Longest wait for a look that is under way, when the daemon leaves. */
  private static final long CLOSING_MS = 1_000;

  private final World world;
  private final PeakListener listener;
  private final EventLoop loop;
  private final Log log;
  private final ExecutorService thread;
  private final Lookout lookout;
  private final Map<Long, Integer> peaks = new HashMap<>();
  private TimerQueue.@Nullable Timer next;
  private boolean looking;
  private boolean hurried;
  private boolean failed;
  private long lookedMs = Long.MIN_VALUE / 2;
  private Optional<Look> last = Optional.empty();

  public Watch(
      World world, PeakListener listener, WatchSettings settings, EventLoop loop, Log log) {
    this.world = world;
    this.listener = listener;
    this.loop = loop;
    this.log = log;
    this.lookout = new Lookout(settings);
    this.thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("memory").daemon().factory());
  }

  /** A claim holds something from now on. */
  public void granted() {
    if (last.filter(Look::still).isPresent() && next != null) {
      next.cancel();
      next = null;
    }
    if (next == null && !looking) {
      schedule(FIRST_AFTER_MS);
    }
  }

  /**
   * The same by a process in cgroups of which nobody knows what they leave: that is to be known
   * before its jobs begin.
   */
  public void grantedElsewhere() {
    hurried = looking;
    if (next != null) {
      next.cancel();
      next = null;
    }
    if (!looking) {
      schedule(0);
    }
  }

  /**
   * A claim is over.
   *
   * @param durationMs since it was granted
   * @param how as far as anybody knows
   */
  public void ended(long claim, long durationMs, Ending how) {
    listener.ended(claim, peakMib(claim), durationMs, how);
    if (last.filter(look -> look.hasCompilersOf(claim)).isPresent()) {
      endCompilers(claim);
    }
    peaks.remove(claim);
  }

  /** The most that a claim's processes had in use, as far as anybody saw: MiB. */
  public int peakMib(long claim) {
    return peaks.getOrDefault(claim, 0);
  }

  /** What was seen last. */
  public Optional<Look> last() {
    return last;
  }

  /** Has something done on the thread that looks; what comes of it belongs on the loop. */
  void onThread(Consumer<Lookout> task) {
    thread.execute(() -> task.accept(lookout));
  }

  /** A claim is being killed because memory runs out. */
  void outOfMemory(long claim) {
    listener.outOfMemory(claim, peakMib(claim));
  }

  private void schedule(long afterMs) {
    long earliestMs = lookedMs + Pace.OFTEN_MS - loop.nowMs();
    next = loop.after(Math.max(afterMs, earliestMs), this::start);
  }

  private void start() {
    next = null;
    List<Watched> claims = List.copyOf(world.claims());
    if (claims.isEmpty()) {
      return;
    }
    looking = true;
    long nowMs = loop.nowMs();
    lookedMs = nowMs;
    thread.execute(() -> look(claims, nowMs));
  }

  /** On the other thread. */
  private void look(List<Watched> claims, long nowMs) {
    try {
      Look look = lookout.look(claims, nowMs);
      loop.post(() -> done(look));
    } catch (IOException | RuntimeException failure) {
      loop.post(() -> failed(failure));
    }
  }

  private void done(Look look) {
    looking = false;
    failed = false;
    last = Optional.of(look);
    schedule(hurried ? 0 : pauseMs(look));
    hurried = false;
    look.uses().forEach(use -> peaks.merge(use.claim(), use.peakMib(), Math::max));
    // Some may have ended meanwhile.
    Set<Long> living =
        world.claims().stream().map(Watched::claim).collect(Collectors.toUnmodifiableSet());
    peaks.keySet().retainAll(living);
    listener.looked(loop.nowMs(), look.usages(), look.compilers().living());
    listener.compilersEnded(look.compilers().ended());
    look.compilers().living().stream()
        .map(Units.Living::claim)
        .distinct()
        .filter(claim -> !living.contains(claim))
        .forEach(this::endCompilers);
    world.seen(look);
  }

  /** A run's compilers are over with it, though nobody looks any more. */
  private void endCompilers(long claim) {
    onThread(
        lookout -> {
          try {
            List<Units.Ended> ended = lookout.ended(claim);
            loop.post(() -> listener.compilersEnded(ended));
          } catch (IOException failure) {
            log.warn("What the compilers of a run needed is not known: " + failure);
          }
        });
  }

  private long pauseMs(Look look) {
    // Those who sleep come to use memory no faster than processors can give it to them.
    int atOnce = Math.min(world.slots(), Runtime.getRuntime().availableProcessors());
    boolean rests = look.still() && !world.isContended();
    return rests && pauseMs(look, atOnce) == Pace.RARELY_MS
        ? Pace.STILL_MS
        : pauseMs(look, world.slots());
  }

  private static long pauseMs(Look look, int slots) {
    return look.room().map(room -> Pace.intervalMs(room.roomMib(), slots)).orElse(Pace.RARELY_MS);
  }

  private void failed(Exception failure) {
    looking = false;
    if (!failed) {
      log.warn("Nobody knows what builds use: " + failure);
    }
    failed = true;
    schedule(Pace.RARELY_MS);
  }

  /** Before the loop is closed. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSING_MS, TimeUnit.MILLISECONDS)) {
        log.warn("Somebody still looks at what builds use");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.dibs.daemon.memory;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Kills the job that is to give its memory back: all that its holder started, but not the holder,
 * which is to ask again. Nothing is frozen, for who is frozen gives no memory back. It is looked
 * again until nothing is left, for a process may have forked meanwhile; then the claim is over. For
 * the loop's thread only.
 */
public final class Rescuer implements Rescues {

  /** Between two looks, ms. */
  private static final long AGAIN_AFTER_MS = 10;

  /** Looks until it is given up, some 10 s: then something hangs in the kernel. */
  private static final int LOOKS_MAX = 1_000;

  private final Watch watch;
  private final Supplier<Collection<Watched>> claims;
  private final LongConsumer ended;
  private final EventLoop loop;
  private final Log log;
  private final Deaths deaths = new Deaths();
  private final Map<Long, Tree> dying = new HashMap<>();
  private final Map<Long, OptionalLong> killsAtGrant = new HashMap<>();
  private OptionalLong kills = Deaths.killsNow();

  /**
   * @param claims who holds something now
   * @param ended told of each claim of which nothing is left
   */
  public Rescuer(
      Watch watch,
      Supplier<Collection<Watched>> claims,
      LongConsumer ended,
      EventLoop loop,
      Log log) {
    this.watch = watch;
    this.claims = claims;
    this.ended = ended;
    this.loop = loop;
    this.log = log;
  }

  /** Begins to kill; nothing happens the second time. */
  public void rescue(long claim) {
    Watched victim = claims.get().stream().filter(c -> c.claim() == claim).findAny().orElse(null);
    if (victim == null || victim.pid() <= 1 || dying.containsKey(claim)) {
      return;
    }
    int peakMib = watch.peakMib(claim);
    log.info(
        "Memory runs out: what pid %d started is killed, it had up to %d MiB"
            .formatted(victim.pid(), peakMib));
    deaths.rescued(victim.pid(), peakMib);
    watch.outOfMemory(claim);
    dying.put(claim, new Tree(victim));
    step(claim, 0);
  }

  private void step(long claim, int looks) {
    Tree tree = dying.get(claim);
    if (tree == null) {
      return;
    }
    Collection<Watched> now = List.copyOf(claims.get());
    watch.onThread(
        lookout -> {
          int left = killed(tree, lookout, now);
          loop.post(() -> stepped(claim, left, looks + 1));
        });
  }

  /** On the other thread. */
  private int killed(Tree tree, Lookout lookout, Collection<Watched> now) {
    try {
      return tree.kill(lookout.sorted(now));
    } catch (OsException failure) {
      log.warn("A job that is to give its memory back can't be seen: " + failure);
      return 1;
    }
  }

  private void stepped(long claim, int left, int looks) {
    if (left > 0 && looks < LOOKS_MAX) {
      loop.after(AGAIN_AFTER_MS, () -> step(claim, looks));
      return;
    }
    if (left > 0) {
      log.warn("A job can't be killed: " + left + " processes are stuck in the kernel");
    }
    dying.remove(claim);
    ended.accept(claim);
  }

  /** A claim was granted. */
  public void granted(long claim) {
    killsAtGrant.put(claim, kills);
  }

  /** Somebody looked: from now on who is killed was killed after that. */
  public void looked() {
    kills = Deaths.killsNow();
  }

  /** A claim is over, in whatever way; the watch still knows it. */
  public void ended(long claim, int pid) {
    note(claim, pid);
    killsAtGrant.remove(claim);
  }

  private void note(long claim, int pid) {
    OptionalLong before = killsAtGrant.get(claim);
    if (before != null) {
      deaths.ended(pid, watch.peakMib(claim), before);
    }
  }

  /** Whose claim is not over yet, as its holder lives and asks, is judged all the same. */
  @Override
  public Verdict verdict(int pid, int attempt) {
    claims.get().stream()
        .filter(claim -> claim.pid() == pid)
        .forEach(claim -> note(claim.claim(), pid));
    return deaths.verdict(pid, attempt);
  }
}

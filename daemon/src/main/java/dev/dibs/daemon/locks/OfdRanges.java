package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import dev.dibs.host.RangesOfProcess;
import dev.dibs.locks.LockDirectory;
import dev.dibs.locks.LockHolder;
import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Keeps those out who lock by {@link dev.dibs.locks.ProcessLocks} in the same lock directory: for
 * each name that somebody has of the daemon, the daemon has the name's bytes in the file {@code
 * ranges} ({@link LockRange}).
 *
 * <p><b>Whose they are.</b> An open file description's, which the daemon's supervisor opened and
 * keeps open, so they outlive a daemon that is killed. The next one takes the bytes of all that it
 * adopts, which it has already, and frees all others. Nothing in this process may lock {@code
 * ranges} by java.nio: such locks would be the process's, and would go when any descriptor of the
 * file is closed.
 *
 * <p><b>Claims share one description</b>, and the kernel keeps only strangers from one another. So
 * what the claims have is counted ({@link KeptNames}). That they may have it beside each other the
 * core knows.
 *
 * <p><b>Order.</b> Who waits without a daemon stands at the name's turnstile. Of {@value #PASSES}
 * claims that would wait too one looks there, and stays behind: it does not take what is free then.
 * (Else a name that goes from claim to claim would never be free long enough; and if all looked, a
 * lock would cost half as much again.) But what a claim's ancestors have it takes at once.
 *
 * <p><b>All or none.</b> While one name is not to be had nothing is held for the claim, and nothing
 * waited for but that name ({@link AwaitedNames}). When it is had, the claims that wait for it are
 * tried; who gets it has it without a gap, and if nobody does it is free. What a watch brings is
 * never believed: others use the same description.
 *
 * <p><b>Many names.</b> The kernel walks through all that is locked in the file for each name that
 * is: 10,000 take a second if each is looked for from the end, else five. So they are taken in
 * parts, and others are served in between.
 *
 * <p>Known gaps: a claim of many names that others take one by one, without a daemon, may wait
 * long. If supervisor, keeper and daemon are killed at once, and nobody else has the description,
 * others may take names of holders that live on; the next daemon has them as soon as it can.
 */
public final class OfdRanges implements Ranges {

  private static final int PASSES = 8;

  private final LockDirectory directory;
  private final OfdLocks ranges;
  private final OfdLocks turns;
  private final Positions positions = new Positions();
  private final KeptNames kept;
  private final AwaitedNames awaited;
  private final Log log;
  private long lot;

  private OfdRanges(
      LockDirectory directory, OfdLocks ranges, OfdLocks turns, EventLoop loop, Log log) {
    this.directory = directory;
    this.ranges = ranges;
    this.turns = turns;
    this.kept = new KeptNames(ranges, loop, log);
    this.awaited = new AwaitedNames(ranges, turns, kept::settles, loop, log);
    this.log = log;
  }

  /**
   * Those of a lock directory, whatever its mechanism.
   *
   * @param inherited the descriptor of {@code ranges} that outlives this process
   * @throws IOException if its files can't be opened
   */
  public static Ranges of(LockDirectory directory, OptionalInt inherited, EventLoop loop, Log log)
      throws IOException {
    if (!directory.hasRanges()) {
      return NoRanges.NOBODY;
    }
    OfdLocks turns = OfdLocks.open(directory.turns());
    try {
      return new OfdRanges(directory, description(directory, inherited, log), turns, loop, log);
    } catch (IOException failure) {
      turns.close(); // it is tried again
      throw failure;
    }
  }

  private static OfdLocks description(LockDirectory directory, OptionalInt inherited, Log log)
      throws IOException {
    Path file = directory.ranges();
    if (inherited.isPresent()) {
      int number = inherited.getAsInt();
      Path shared = Path.of("/proc/self/fd", Integer.toString(number));
      if (Files.exists(file) && Files.isSameFile(shared, file)) {
        return OfdLocks.inherited(number);
      }
      log.warn("Locks end with this daemon for those without one: " + file + " was replaced");
    }
    return OfdLocks.open(file);
  }

  @Override
  public List<Map<String, LockMode>> parts(Map<String, LockMode> names) {
    if (names.size() <= KeptNames.TURN) {
      return List.of(names);
    }
    List<Map.Entry<String, LockMode>> inOrder = new ArrayList<>(names.entrySet());
    Map<String, Long> places = new HashMap<>(); // each is reckoned once
    names.keySet().forEach(name -> places.put(name, positions.of(name)));
    inOrder.sort(Comparator.comparingLong(name -> -places.getOrDefault(name.getKey(), 0L)));
    List<Map<String, LockMode>> parts = new ArrayList<>();
    for (int from = 0; from < inOrder.size(); from += KeptNames.TURN) {
      Map<String, LockMode> part = new LinkedHashMap<>();
      inOrder.subList(from, Math.min(from + KeptNames.TURN, inOrder.size())).stream()
          .forEach(name -> part.put(name.getKey(), name.getValue()));
      parts.add(part);
    }
    return parts;
  }

  @Override
  public @Nullable Busy take(Map<String, LockMode> names, boolean nested, boolean waits)
      throws IOException {
    int taken = 0;
    for (Map.Entry<String, LockMode> name : names.entrySet()) {
      LockMode obstacle = takeOne(positions.of(name.getKey()), name.getValue(), nested, waits);
      if (obstacle != null) {
        Map<String, LockMode> back = new LinkedHashMap<>();
        names.entrySet().stream().limit(taken).forEach(n -> back.put(n.getKey(), n.getValue()));
        release(back);
        return new Busy(name.getKey(), obstacle);
      }
      taken++;
    }
    return null;
  }

  /** How somebody else has it; null if it is taken. */
  private @Nullable LockMode takeOne(long position, LockMode mode, boolean nested, boolean waits)
      throws OsException {
    LockMode before = kept.mode(position);
    boolean ancestors = nested && before != null;
    boolean inLine = waits && before != LockMode.EXCLUSIVE && !ancestors;
    if (inLine && !awaited.hasArrived(position) && staysBehind(position)) {
      return LockMode.EXCLUSIVE;
    }
    return kept.add(position, mode) ? null : obstacle(position);
  }

  /** Whether somebody waits at the turnstile; that is looked for now and then, at random. */
  private boolean staysBehind(long position) throws OsException {
    lot = lot * 0x5DEECE66DL + 11;
    return (lot >>> 40) % PASSES == 0 && turns.isTaken(position, 1, false);
  }

  private LockMode obstacle(long position) throws OsException {
    return ranges
        .obstacle(position, LockRange.LENGTH)
        .filter(OfdLocks.Obstacle::shared)
        .map(shared -> LockMode.SHARED)
        .orElse(LockMode.EXCLUSIVE);
  }

  @Override
  public void adopt(Map<String, LockMode> names) {
    names.forEach((name, mode) -> kept.adopt(positions.of(name), mode));
  }

  @Override
  public void allAdopted() {
    kept.allAdopted();
  }

  @Override
  public void downgrade(Map<String, LockMode> names) {
    settleAfter(names, kept::downgrade);
  }

  @Override
  public void release(Map<String, LockMode> names) {
    settleAfter(names, kept::remove);
  }

  /** What becomes of a name that a claim has; whether the kernel is to know less. */
  private interface Change {
    boolean of(long position, LockMode mode);
  }

  /** From the beginning, for so the kernel finds each at once that is to be freed. */
  private void settleAfter(Map<String, LockMode> names, Change change) {
    List<Long> changed = new ArrayList<>(names.size());
    names.forEach(
        (name, mode) -> {
          long position = positions.of(name);
          if (change.of(position, mode)) {
            changed.add(position);
          }
        });
    changed.sort(null);
    kept.settle(changed);
  }

  @Override
  public void await(String name, LockMode mode, Runnable free) {
    awaited.await(positions.of(name), mode, free);
  }

  @Override
  public boolean isWaitedFor(String name) throws OsException {
    return turns.isTaken(positions.of(name), 1, false);
  }

  @Override
  public void waitNoMore(String name) {
    awaited.waitNoMore(positions.of(name));
  }

  @Override
  public Somebody holder(String name) {
    try {
      long position = positions.of(name);
      int pid = ranges.obstacle(position, LockRange.LENGTH).map(OfdLocks.Obstacle::pid).orElse(0);
      LockHolder hint = directory.holder(name).orElse(null);
      return hint != null && (pid == 0 || pid == hint.pid())
          ? new Somebody((int) hint.pid(), hint.since().toEpochMilli())
          : new Somebody(pid, 0);
    } catch (OsException failure) {
      return Somebody.UNKNOWN;
    }
  }

  @Override
  public boolean isHeldBy(String name, int pid) {
    return pid != 0 && RangesOfProcess.has(pid, directory.ranges(), positions.of(name));
  }

  @Override
  public void tell(String name, People.Person holder, long sinceEpochMs) {
    directory.tell(
        name,
        new LockHolder(
            holder.pid(),
            Instant.ofEpochMilli(sinceEpochMs),
            holder.command(),
            holder.directory()));
  }

  @Override
  public void forget(String name, int pid) {
    directory.forget(name, pid);
  }

  /** Everything is free: {@code dibs stop} ends all locks. */
  @Override
  public void close() {
    try {
      ranges.unlock(0, Long.MAX_VALUE);
    } catch (OsException failure) {
      log.warn("Names stay locked for those without a daemon: " + failure);
    }
  }
}

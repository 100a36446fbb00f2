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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
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
 * what the claims have is counted here, by position: the bytes are exclusive while one of them is,
 * else shared, else free. That they may have it beside each other the core knows.
 *
 * <p><b>Order.</b> Who waits without a daemon stands at the name's turnstile. Of {@value #PASSES}
 * claims that would wait too one looks there, and stays behind: it does not take what is free then.
 * (Else a name that goes from claim to claim would never be free long enough; and if all looked, a
 * lock would cost half as much again.) But what a claim's ancestors have it takes at once.
 *
 * <p><b>All or none.</b> While one name is not to be had nothing is held for the claim, and nothing
 * waited for but that name: {@link RangeWatch}, at most one for each name and mode. When it has the
 * name, the claims that wait for it are tried; who gets it has it without a gap, and if nobody does
 * it is free. What a watch brings is never believed: others use the same description. More than
 * {@value #WATCHES_MAX} watches there are not; names beyond are looked at now and then.
 *
 * <p>Known gaps: a claim of many names that others take one by one, without a daemon, may wait
 * long. If supervisor, keeper and daemon are killed at once, and nobody else has the description,
 * others may take names of holders that live on; the next daemon has them as soon as it can.
 */
public final class OfdRanges implements Ranges {

  private static final int WATCHES_MAX = 64;
  private static final long LOOK_AGAIN_MS = 20;
  private static final long NOWHERE = -1;
  private static final int PASSES = 8;
  private static final int MANY = 32;
  private static final int POSITIONS_MAX = 4096;
  private static final int CACHED_CHARACTERS_MAX = 200;

  /** What claims have of a name. */
  private static final class Hold {
    private int exclusive;
    private int shared;

    private @Nullable LockMode mode() {
      if (exclusive > 0) {
        return LockMode.EXCLUSIVE;
      }
      return shared > 0 ? LockMode.SHARED : null;
    }

    private void count(LockMode mode, int by) {
      exclusive += mode == LockMode.EXCLUSIVE ? by : 0;
      shared += mode == LockMode.SHARED ? by : 0;
    }
  }

  private record Wait(long position, LockMode mode) {}

  private final LockDirectory directory;
  private final OfdLocks ranges;
  private final OfdLocks turns;
  private final EventLoop loop;
  private final Log log;
  private final Map<Long, Hold> holds = new HashMap<>();
  private final Map<Wait, RangeWatch> watches = new HashMap<>();
  private final Map<Long, Runnable> awaited = new HashMap<>();
  private final Set<Long> missing = new HashSet<>(); // adopted, and somebody else's
  private final Map<String, Long> positions = new HashMap<>();
  private long arrived = NOWHERE;
  private long lot;

  private OfdRanges(
      LockDirectory directory, OfdLocks ranges, OfdLocks turns, EventLoop loop, Log log) {
    this.directory = directory;
    this.ranges = ranges;
    this.turns = turns;
    this.loop = loop;
    this.log = log;
  }

  /**
   * Those of a lock directory, whatever its mechanism.
   *
   * @param inherited the descriptor of {@code ranges} that outlives this process
   */
  public static Ranges of(Path locks, OptionalInt inherited, EventLoop loop, Log log) {
    try {
      LockDirectory directory = LockDirectory.openForDaemon(locks);
      return directory.hasRanges()
          ? new OfdRanges(
              directory,
              description(directory, inherited, log),
              OfdLocks.open(directory.turns()),
              loop,
              log)
          : NoRanges.NOBODY;
    } catch (IOException unusable) {
      log.warn("Nobody gets a lock: " + unusable.getMessage());
      return new NoRanges(String.valueOf(unusable.getMessage()));
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
  public @Nullable Busy take(Map<String, LockMode> names, boolean nested, boolean waits)
      throws IOException {
    Collection<Map.Entry<String, LockMode>> inOrder = fromTheEnd(names);
    int taken = 0;
    for (Map.Entry<String, LockMode> name : inOrder) {
      LockMode obstacle = takeOne(position(name.getKey()), name.getValue(), nested, waits);
      if (obstacle != null) {
        inOrder.stream().limit(taken).forEach(this::releaseOne);
        return new Busy(name.getKey(), obstacle);
      }
      taken++;
    }
    return null;
  }

  /**
   * The kernel walks through all that is locked in the file, for each lock anew: of ten thousand
   * names a second long if it finds its place at the beginning, else five.
   */
  private Collection<Map.Entry<String, LockMode>> fromTheEnd(Map<String, LockMode> names) {
    return names.size() < MANY ? names.entrySet() : sorted(names).reversed();
  }

  /** To be freed from the beginning each is found at once. */
  private Collection<Map.Entry<String, LockMode>> fromTheBeginning(Map<String, LockMode> names) {
    return names.size() < MANY ? names.entrySet() : sorted(names);
  }

  private List<Map.Entry<String, LockMode>> sorted(Map<String, LockMode> names) {
    List<Map.Entry<String, LockMode>> sorted = new ArrayList<>(names.entrySet());
    sorted.sort(Comparator.comparingLong(name -> position(name.getKey())));
    return sorted;
  }

  /** How somebody else has it; null if it is taken. */
  private @Nullable LockMode takeOne(long position, LockMode mode, boolean nested, boolean waits)
      throws OsException {
    Hold hold = holds.get(position);
    LockMode before = hold == null ? null : hold.mode();
    boolean ancestors = nested && before != null;
    if (before != LockMode.EXCLUSIVE) {
      if (waits && !ancestors && position != arrived && staysBehind(position)) {
        return LockMode.EXCLUSIVE;
      }
      if (before != mode && !ranges.tryLock(position, LockRange.LENGTH, mode == LockMode.SHARED)) {
        return obstacle(position);
      }
    }
    if (hold == null) {
      hold = new Hold();
      holds.put(position, hold);
    }
    hold.count(mode, 1);
    return null;
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
    names.forEach(
        (name, mode) -> holds.computeIfAbsent(position(name), p -> new Hold()).count(mode, 1));
  }

  private void lookForMissing() {
    if (!missing.isEmpty()) {
      loop.after(
          LOOK_AGAIN_MS,
          () -> {
            missing.removeIf(this::settles);
            lookForMissing();
          });
    }
  }

  /** Most is as it should be, and stays; what the description has is read in one go. */
  @Override
  public void allAdopted() {
    Map<Long, LockMode> before = new HashMap<>();
    for (RangesOfProcess.Range range : RangesOfProcess.ofDescription(ranges.number())) {
      before.put(range.start(), range.shared() ? LockMode.SHARED : LockMode.EXCLUSIVE);
    }
    for (long position : List.copyOf(holds.keySet())) {
      if (before.remove(position) != mode(position) && !settles(position)) {
        missing.add(position);
      }
    }
    before.keySet().forEach(this::settles);
    if (!missing.isEmpty()) {
      log.warn("Somebody without a daemon has " + missing.size() + " names beside their holders");
      lookForMissing();
    }
  }

  private @Nullable LockMode mode(long position) {
    Hold hold = holds.get(position);
    return hold == null ? null : hold.mode();
  }

  /** Has the kernel know what claims have of a name; false if somebody else has it. */
  private boolean settles(long position) {
    LockMode mode = mode(position);
    try {
      if (mode != null) {
        return ranges.tryLock(position, LockRange.LENGTH, mode == LockMode.SHARED);
      }
      holds.remove(position);
      ranges.unlock(position, LockRange.LENGTH);
      return true;
    } catch (OsException failure) {
      log.warn("A name can't be kept from those without a daemon, or given to them: " + failure);
      return false;
    }
  }

  @Override
  public void downgrade(Map<String, LockMode> names) {
    for (Map.Entry<String, LockMode> name : names.entrySet()) {
      long position = position(name.getKey());
      change(position, name.getValue(), -1);
      change(position, LockMode.SHARED, 1);
      settles(position);
    }
  }

  @Override
  public void release(Map<String, LockMode> names) {
    fromTheBeginning(names).forEach(this::releaseOne);
  }

  private void releaseOne(Map.Entry<String, LockMode> name) {
    long position = position(name.getKey());
    if (change(position, name.getValue(), -1)) {
      settles(position);
    }
  }

  /** Whether the kernel is to know less than before. */
  private boolean change(long position, LockMode mode, int by) {
    Hold hold = holds.get(position);
    if (hold == null) {
      throw new IllegalStateException("BUG: a name is given back that nobody took");
    }
    LockMode before = hold.mode();
    hold.count(mode, by);
    return before != hold.mode();
  }

  @Override
  public void await(String name, LockMode mode, Runnable free) {
    long position = position(name);
    awaited.put(position, free);
    Wait wait = new Wait(position, mode);
    RangeWatch known = watches.get(wait);
    if (known != null) {
      known.wanted();
      return;
    }
    RangeWatch watch =
        new RangeWatch(
            ranges,
            turns,
            position,
            mode == LockMode.SHARED,
            came -> loop.post(() -> cameBack(wait, came)));
    if (watches.size() < WATCHES_MAX && watch.start()) {
      watches.put(wait, watch);
    } else {
      loop.after(LOOK_AGAIN_MS, () -> free(position));
    }
  }

  private void cameBack(Wait wait, RangeWatch watch) {
    watches.remove(wait);
    if (watch.hasFailed()) {
      loop.after(LOOK_AGAIN_MS, () -> free(wait.position));
      return;
    }
    arrived = wait.position;
    try {
      free(wait.position);
    } finally {
      arrived = NOWHERE;
      settles(wait.position);
    }
  }

  private void free(long position) {
    Runnable told = awaited.remove(position);
    if (told != null) {
      told.run();
    }
  }

  @Override
  public boolean isWaitedFor(String name) throws OsException {
    return turns.isTaken(position(name), 1, false);
  }

  @Override
  public void waitNoMore(String name) {
    for (LockMode mode : LockMode.values()) {
      RangeWatch watch = watches.get(new Wait(position(name), mode));
      try {
        if (watch != null) {
          watch.unwanted();
        }
      } catch (OsException failure) {
        log.warn("Others stay behind one who gave up: " + failure);
      }
    }
  }

  @Override
  public Somebody holder(String name) {
    try {
      long position = position(name);
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
    return pid != 0 && RangesOfProcess.has(pid, position(name));
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

  private long position(String name) {
    Long known = positions.get(name);
    if (known != null) {
      return known;
    }
    long position = LockRange.of(name).position();
    if (name.length() <= CACHED_CHARACTERS_MAX) {
      if (positions.size() == POSITIONS_MAX) {
        positions.clear();
      }
      positions.put(name, position);
    }
    return position;
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

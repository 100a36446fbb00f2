package dev.dibs.daemon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pools by name: cpu, which every build shares, and the user's own. A size that somebody gave
 * is remembered. For the loop's thread only.
 */
final class Pools {

  /** Most pools at once, cpu included. */
  static final int POOLS_MAX = 64;

  /** Makes a pool that is connected to all it needs. */
  interface Maker {
    Pool make(String name, PoolSize size);
  }

  /** What was asked for can't be; the message is for a person. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String why;

    RefusedException(String why) {
      super(why);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  private final Maker maker;
  private final DaemonOptions options;
  private final PoolSize.Detector detector;
  private final Optional<PoolFile> file;
  private final SortedMap<String, Integer> given;
  private final Pool cpu;
  private final Map<String, Pool> others = new TreeMap<>();

  /**
   * The pools that are remembered, and cpu.
   *
   * @param options how large cpu is if nobody said so by {@code dibs pool}
   * @param file where sizes are remembered; empty: nowhere
   */
  Pools(Maker maker, DaemonOptions options, PoolSize.Detector detector, Optional<PoolFile> file)
      throws IOException {
    this.maker = maker;
    this.options = options;
    this.detector = detector;
    this.file = file;
    this.given = file.map(PoolFile::read).orElseGet(TreeMap::new);
    cpu = maker.make(PoolName.CPU, cpuSize());
    given.forEach(this::makeOther);
  }

  private PoolSize cpuSize() throws IOException {
    Integer slots = given.get(PoolName.CPU);
    return slots == null
        ? PoolSize.of(options, detector)
        : PoolSize.given(slots, options.size().isPresent() && !options.disposable());
  }

  /**
   * Gives cpu the size that the machine has now, if nobody gave it one: CPUs come and go, and what
   * works outside of it is counted against it. One slot stays.
   *
   * @param outside how many slots that is worth
   * @param why for people; who works outside
   */
  void follow(int outside, List<String> why) throws IOException {
    if (given.containsKey(PoolName.CPU) || options.size().isPresent()) {
      return;
    }
    PoolSize machine = cpuSize();
    List<String> reasons = new ArrayList<>(machine.reasons());
    reasons.addAll(why);
    PoolSize size = new PoolSize(Math.max(1, machine.slots() - outside), reasons);
    if (!size.equals(new PoolSize(cpu.size(), cpu.sizeReasons()))) {
      cpu.resize(size);
    }
  }

  private void makeOther(String name, int slots) {
    if (!name.equals(PoolName.CPU)) {
      others.put(name, maker.make(name, PoolSize.given(slots, false)));
    }
  }

  Pool cpu() {
    return cpu;
  }

  /** cpu first, then by name. */
  List<Pool> all() {
    List<Pool> all = new ArrayList<>(List.of(cpu));
    all.addAll(others.values());
    return all;
  }

  /**
   * The pool of that name.
   *
   * @param name null for cpu
   * @throws RefusedException if there is none
   */
  Pool get(@Nullable String name) throws RefusedException {
    Pool pool = name == null || name.equals(PoolName.CPU) ? cpu : others.get(name);
    if (pool == null) {
      String there = String.join(", ", all().stream().map(Pool::name).toList());
      throw new RefusedException(
          "no pool '%s'; there %s %s. To make it: dibs pool %s size N"
              .formatted(name, others.isEmpty() ? "is" : "are", there, name));
    }
    return pool;
  }

  /**
   * Gives a pool another size, at once; a pool of the user's own is made if need be.
   *
   * @param slots empty for what cpu has when nobody says otherwise
   * @throws RefusedException if the name or the size can't be, or there are too many pools
   * @throws IOException if it could not be remembered; the pool has the size all the same
   */
  Pool resize(String name, OptionalInt slots) throws RefusedException, IOException {
    Pool pool = slots.isPresent() ? give(name, slots.getAsInt()) : restore(name);
    remember();
    return pool;
  }

  private Pool give(String name, int slots) throws RefusedException, IOException {
    if (slots < 1 || slots > DaemonOptions.SLOTS_MAX) {
      throw new RefusedException(
          "a pool has 1 to " + DaemonOptions.SLOTS_MAX + " slots, not " + slots);
    }
    Pool pool = name.equals(PoolName.CPU) ? cpu : others.get(name);
    if (pool == null) {
      checkNew(name);
      makeOther(name, slots);
      pool = get(name);
    }
    given.put(name, slots);
    pool.resize(pool == cpu ? cpuSize() : PoolSize.given(slots, false));
    return pool;
  }

  private void checkNew(String name) throws RefusedException {
    if (!PoolName.isOne(name)) {
      throw new RefusedException(
          "a pool's name has 1 to 32 of a-z, 0-9, _ and -, and begins with a letter or digit");
    }
    if (others.size() + 1 >= POOLS_MAX) {
      throw new RefusedException(
          "there are " + POOLS_MAX + " pools already. Remove one: dibs pool NAME remove");
    }
  }

  private Pool restore(String name) throws RefusedException, IOException {
    if (get(name) != cpu) {
      throw new RefusedException(
          "the machine has no number for '%s', as it has for cpu. Say one: dibs pool %s size N"
              .formatted(name, name));
    }
    given.remove(PoolName.CPU);
    cpu.resize(cpuSize());
    return cpu;
  }

  /**
   * Removes a pool that nobody uses.
   *
   * @throws RefusedException if there is none of that name, or it is cpu
   * @throws IllegalStateException if it is in use
   * @throws IOException if it could not be remembered; the pool is gone all the same
   */
  void remove(String name) throws RefusedException, IOException {
    Pool pool = get(name);
    if (pool == cpu) {
      throw new RefusedException(
          "the pool cpu can't be removed. To undo its size: dibs pool cpu size auto");
    }
    if (pool.isInUse()) {
      throw new IllegalStateException("BUG: pool " + name + " is in use");
    }
    others.remove(name);
    given.remove(name);
    remember();
  }

  private void remember() throws IOException {
    if (file.isPresent()) {
      file.get().write(given);
    }
  }

  /** Whether sizes that are given now outlive this daemon. */
  boolean areRemembered() {
    return file.isPresent();
  }
}

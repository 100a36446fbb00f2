package dev.dibs.cli;

import dev.dibs.host.Exec;
import dev.dibs.host.OfdLocks;
import dev.dibs.host.OsException;
import dev.dibs.locks.LockDirectory;
import dev.dibs.locks.LockHolder;
import dev.dibs.locks.LockMode;
import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Ranges of a lock directory, held by an open file description that the command will inherit, or by
 * the process. In the order of their positions, and through the turnstile, as {@code locks} does
 * it.
 *
 * <p><b>Nesting.</b> DIBS_HELD names the descriptors by which those around us hold theirs. What
 * such a one holds is seen by asking the kernel twice: a fresh description finds the range taken,
 * and that one does not. So nobody is believed because a variable says so, and a variable that is
 * out of date does no harm.
 */
final class RangeHolder {

  private static final String HELD = "DIBS_HELD";
  private static final String FENCE = "DIBS_FENCE";
  private static final int[] LOWEST_DESCRIPTORS = {500, 200, 50, 10};

  private final LockDirectory directory;
  private final LockAloneOptions options;
  private final OfdLocks ranges;
  private final OfdLocks turns;
  private final List<OfdLocks> around;
  private long fence;

  private RangeHolder(
      LockDirectory directory,
      LockAloneOptions options,
      OfdLocks ranges,
      OfdLocks turns,
      List<OfdLocks> around) {
    this.directory = directory;
    this.options = options;
    this.ranges = ranges;
    this.turns = turns;
    this.around = around;
  }

  static RangeHolder of(LockDirectory directory, LockAloneOptions options) throws OsException {
    Path file = directory.ranges();
    OfdLocks ranges = options.inherits() ? OfdLocks.open(file) : OfdLocks.ofProcess(file);
    moveUp(ranges);
    return new RangeHolder(
        directory, options, ranges, OfdLocks.open(directory.turns()), heldAround(file));
  }

  private static List<OfdLocks> heldAround(Path file) {
    List<OfdLocks> held = new ArrayList<>();
    for (String number : System.getenv().getOrDefault(HELD, "").split(",", -1)) {
      try {
        if (Files.isSameFile(Path.of("/proc/self/fd", number), file)) {
          held.add(OfdLocks.borrowed(Integer.parseInt(number)));
        }
      } catch (IOException | IllegalArgumentException stale) {
        // it is not open here, or leads elsewhere: then it holds nothing
      }
    }
    return held;
  }

  /** Takes all; false if the time was over first. */
  boolean takeAll() throws IOException, InterruptedException {
    List<Map.Entry<String, LockMode>> inOrder =
        new ArrayList<>(options.request().names().entrySet());
    inOrder.sort(Comparator.comparingLong(each -> LockRange.of(each.getKey()).position()));
    try (WaitWatch watch = new WaitWatch(directory, options)) {
      for (Map.Entry<String, LockMode> each : inOrder) {
        boolean shared = each.getValue() == LockMode.SHARED;
        if (!isHeldAround(each.getKey(), shared) && !take(each.getKey(), shared, watch)) {
          return false;
        }
      }
    }
    fence = directory.nextFence();
    return true;
  }

  private boolean isHeldAround(String name, boolean shared) throws IOException {
    long position = LockRange.of(name).position();
    for (OfdLocks outer : around) {
      boolean held =
          ranges.isTaken(position, LockRange.LENGTH, false)
              && !outer.isTaken(position, LockRange.LENGTH, true);
      if (held && (shared || ranges.isTaken(position, LockRange.LENGTH, true))) {
        return true;
      }
      if (held && !outer.isTaken(position, LockRange.LENGTH, false)) {
        throw new IOException(
            "'"
                + name
                + "' is held shared by what this is part of, and can't be had exclusively"
                + " below it. Take it exclusively outside");
      }
    }
    return false;
  }

  private boolean take(String name, boolean shared, WaitWatch watch)
      throws IOException, InterruptedException {
    long position = LockRange.of(name).position();
    if (ranges.tryLock(position, LockRange.LENGTH, shared)) {
      return true;
    }
    if (!watch.mayWait()) {
      return false;
    }
    watch.waitsFor(name);
    turns.lock(position, 1, false);
    ranges.lock(position, LockRange.LENGTH, shared);
    turns.unlock(position, 1);
    return true;
  }

  long fence() {
    return fence;
  }

  /**
   * Tells the command, and others, what is held.
   *
   * @return the descriptor that the command must inherit
   */
  int export() throws IOException {
    Exec.set(FENCE, Long.toString(fence));
    ranges.passOn();
    int inherited = ranges.number();
    if (options.inherits()) {
      String before = System.getenv().getOrDefault(HELD, "");
      Exec.set(HELD, before.isEmpty() ? "" + inherited : before + "," + inherited);
    }
    LockHolder me =
        new LockHolder(
            ProcessHandle.current().pid(),
            Instant.now(),
            String.join(" ", options.command()),
            System.getProperty("user.dir", ""));
    options.request().names().keySet().forEach(name -> directory.tell(name, me));
    return inherited;
  }

  private static void moveUp(OfdLocks ranges) {
    for (int lowest : LOWEST_DESCRIPTORS) {
      try {
        ranges.moveUp(lowest);
        return;
      } catch (OsException tooHigh) {
        // lower then; in the end it stays where it is
      }
    }
  }
}

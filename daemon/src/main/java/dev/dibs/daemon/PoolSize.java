package dev.dibs.daemon;

import dev.dibs.host.CpuBudget;
import java.io.IOException;
import java.util.List;

/**
 * How many slots a pool has and why.
 *
 * @param slots at least 1
 * @param reasons for people, at least one
 */
record PoolSize(int slots, List<String> reasons) {

  /** What the machine can do, asked only when needed. */
  interface Detector {
    CpuBudget detect() throws IOException;
  }

  /**
   * What somebody gave it.
   *
   * @param instead whether the variable says another number, which does not count
   */
  static PoolSize given(int slots, boolean instead) {
    String reason = "set by dibs pool" + (instead ? ", over " + DaemonOptions.SIZE_VARIABLE : "");
    return new PoolSize(slots, List.of(reason));
  }

  /** What the daemon was started with, else what the machine has. */
  static PoolSize of(DaemonOptions options, Detector detector) throws IOException {
    if (options.size().isPresent()) {
      int slots = options.size().getAsInt();
      return new PoolSize(
          slots,
          List.of(
              options.disposable()
                  ? "private, -j " + slots
                  : "set by " + DaemonOptions.SIZE_VARIABLE));
    }
    CpuBudget budget = detector.detect();
    int slots = Math.min(budget.cpus(), DaemonOptions.SLOTS_MAX);
    return new PoolSize(slots, budget.reasons());
  }
}

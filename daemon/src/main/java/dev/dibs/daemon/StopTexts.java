package dev.dibs.daemon;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code dibs stop} says. */
final class StopTexts {

  private StopTexts() {}

  /**
   * @param locks who holds some, or an empty text
   * @param shared how many commands run for all who asked for them
   */
  static String refused(Broker broker, List<Pool> pools, String locks, int shared, long nowMs) {
    String slots =
        pools.stream()
            .filter(pool -> pool.name().equals(PoolName.CPU) || pool.isInUse())
            .map(pool -> PoolUsage.text(broker, pool, nowMs))
            .collect(Collectors.joining("; "));
    return "dibs: not stopped: %s%s%s. Wait for them, or pass --force: they go on without dibs%s.\n"
        .formatted(
            slots,
            shared == 0 ? "" : "; dibs once: " + shared + " running",
            locks.isEmpty() ? "" : "; locks are held: " + locks,
            locks.isEmpty() ? "" : ", and their locks are free at once");
  }

  /** With those named whose slots are an open file: that gives errors from now on. */
  static String stopped(Collection<Claimant> claims, String locks) {
    String unlocked =
        locks.isEmpty()
            ? ""
            : "dibs: these locks are free, while who had them goes on: " + locks + ".\n";
    if (claims.isEmpty()) {
      return "dibs: stopped.\n" + unlocked;
    }
    String text =
        "dibs: stopped; what runs (%d) goes on without dibs.\n".formatted(claims.size()) + unlocked;
    String byFile =
        claims.stream()
            .filter(claim -> claim.holder() instanceof FileHolder)
            .map(claim -> ProcessLabel.of(claim).shortName() + " (pid " + claim.pid() + ")")
            .collect(Collectors.joining(", "));
    return byFile.isEmpty()
        ? text
        : text + "dibs: files of it are open, and fail now: " + byFile + ".\n";
  }
}

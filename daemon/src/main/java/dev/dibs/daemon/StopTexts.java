package dev.dibs.daemon;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code dibs stop} says. */
final class StopTexts {

  private StopTexts() {}

  /**
   * @param shared how many commands run for all who asked for them
   */
  static String refused(Broker broker, List<Pool> pools, int shared, long nowMs) {
    return "dibs: not stopped: %s%s. Wait for them, or pass --force: they go on without dibs.\n"
        .formatted(
            pools.stream()
                .filter(pool -> pool.name().equals(PoolName.CPU) || pool.isInUse())
                .map(pool -> PoolUsage.text(broker, pool, nowMs))
                .collect(Collectors.joining("; ")),
            shared == 0 ? "" : "; dibs once: " + shared + " running");
  }

  /** With those named whose slots are an open file: that gives errors from now on. */
  static String stopped(Collection<Claimant> claims) {
    if (claims.isEmpty()) {
      return "dibs: stopped.\n";
    }
    String text = "dibs: stopped; what runs (%d) goes on without dibs.\n".formatted(claims.size());
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

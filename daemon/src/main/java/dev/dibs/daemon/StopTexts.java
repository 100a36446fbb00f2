package dev.dibs.daemon;

import java.util.List;
import java.util.stream.Collectors;

/** What {@code dibs stop} says. */
final class StopTexts {

  private StopTexts() {}

  static String refused(Broker broker, List<Pool> pools, long nowMs) {
    return "dibs: not stopped: %s. Wait for them, or pass --force: they go on without dibs.\n"
        .formatted(
            pools.stream()
                .filter(pool -> pool.name().equals(PoolName.CPU) || pool.isInUse())
                .map(pool -> PoolUsage.text(broker, pool, nowMs))
                .collect(Collectors.joining("; ")));
  }

  static String stopped(int claims) {
    return claims == 0
        ? "dibs: stopped.\n"
        : "dibs: stopped; what runs (%d) goes on without dibs.\n".formatted(claims);
  }
}

package dev.dibs.daemon;

import dev.dibs.core.PoolView;

/** What {@code dibs stop} says. */
final class StopTexts {

  private StopTexts() {}

  static String refused(Broker broker, PoolView view, long nowMs) {
    return "dibs: not stopped: %d of %d slots in use%s. Wait for them, or pass --force: they go on without dibs.\n"
        .formatted(view.held(), view.size(), new HolderList(broker, view, nowMs).text());
  }

  static String stopped(int claims) {
    return claims == 0
        ? "dibs: stopped.\n"
        : "dibs: stopped; what runs (%d) goes on without dibs.\n".formatted(claims);
  }
}

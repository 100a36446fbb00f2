package dev.dibs.daemon;

import dev.dibs.core.PoolView;

/** How much of a pool is in use and by whom, in half a line. */
final class PoolUsage {

  private PoolUsage() {}

  /** Such as {@code 2 of 2 slots of link in use, by ld in ~/a (1 slot, 3 s)}. */
  static String text(Broker broker, Pool pool, long nowMs) {
    PoolView view = pool.view();
    return "%d of %d slots%s in use%s"
        .formatted(
            view.held(),
            view.size(),
            pool.name().equals(PoolName.CPU) ? "" : " of " + pool.name(),
            new HolderList(broker, view, nowMs).text());
  }
}

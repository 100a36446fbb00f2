package dev.dibs.daemon;

import dev.dibs.core.PoolView;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.status.TextTable;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What becomes of the requests that are about pools. For the loop's thread only. */
final class PoolCommands {

  private final Broker broker;
  private final Pools pools;
  private final EventLoop loop;
  private final Log log;

  PoolCommands(Broker broker, Pools pools, EventLoop loop, Log log) {
    this.broker = broker;
    this.pools = pools;
    this.loop = loop;
    this.log = log;
  }

  /**
   * The pool of which a claim wants slots.
   *
   * <p>Who holds slots of one pool of the user's own may wait only for pools that come later by
   * name, else two such jobs could wait for each other for ever. cpu comes first: who holds slots
   * of another pool never waits for cpu (the launcher does not ask).
   *
   * @throws Pools.RefusedException if there is no such pool or it may not be waited for
   */
  Pool poolOf(Request.Claim claim) throws Pools.RefusedException {
    Pool pool = pools.get(claim.pool());
    String after = claim.after();
    if (after != null && pool.name().compareTo(after) < 0) {
      throw new Pools.RefusedException(
          "a job of pool '%s' can't ask for '%s': two such jobs could wait for each other for ever. "
                  .formatted(after, pool.name())
              + "Ask in the order of the names: dibs job --pool %s -- dibs job --pool %s"
                  .formatted(pool.name(), after));
    }
    return pool;
  }

  /**
   * Does what is asked.
   *
   * @return what to say, whole lines
   * @throws Pools.RefusedException if it can't be done
   */
  String perform(Request.OfPools command) throws Pools.RefusedException {
    return switch (command) {
      case Request.ListPools list -> list(list);
      case Request.ResizePool resize -> resize(resize);
      case Request.RemovePool removal -> remove(removal);
    };
  }

  private String list(Request.ListPools request) throws Pools.RefusedException {
    List<Pool> listed = request.pool() == null ? pools.all() : List.of(pools.get(request.pool()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("POOL", "SIZE", "IN USE", "WAITING", "WHY"));
    listed.forEach(pool -> rows.add(row(pool)));
    StringBuilder text = new StringBuilder();
    new TextTable(rows).appendTo(text);
    return text.toString();
  }

  private static List<String> row(Pool pool) {
    PoolView view = pool.view();
    return List.of(
        pool.name(),
        Integer.toString(view.size()),
        view.held() + (view.owed() == 0 ? "" : " (" + view.owed() + " owed)"),
        Long.toString(waiting(view)),
        String.join("; ", pool.sizeReasons()));
  }

  private static long waiting(PoolView view) {
    return view.parties().stream().filter(PoolView.PartyView::waiting).count()
        + view.members().stream().filter(PoolView.MemberView::waiting).count();
  }

  private String resize(Request.ResizePool request) throws Pools.RefusedException {
    String note = pools.areRemembered() ? "" : "Not remembered: the pool is private.\n";
    try {
      pools.resize(request.pool(), request.size());
    } catch (IOException failure) {
      note = notRemembered(failure);
    }
    Pool pool = pools.get(request.pool());
    log.info("Pool " + pool.name() + " has " + pool.size() + " slots: " + pool.sizeReasons());
    return resized(pool) + note;
  }

  private static String resized(Pool pool) {
    PoolView view = pool.view();
    String owed =
        view.owed() == 0
            ? ""
            : "; %d in use, so %d are taken back as jobs end".formatted(view.held(), view.owed());
    return "Pool %s: %d %s (%s)%s.\n"
        .formatted(
            pool.name(),
            view.size(),
            view.size() == 1 ? "slot" : "slots",
            String.join("; ", pool.sizeReasons()),
            owed);
  }

  private String remove(Request.RemovePool request) throws Pools.RefusedException {
    Pool pool = pools.get(request.pool());
    if (pool.isInUse() && pool != pools.cpu()) {
      throw new Pools.RefusedException(
          "pool '%s' is in use: %s, %d waiting. Wait for them, then remove it"
              .formatted(
                  pool.name(), PoolUsage.text(broker, pool, loop.nowMs()), waiting(pool.view())));
    }
    String note = "";
    try {
      pools.remove(pool.name());
    } catch (IOException failure) {
      note = notRemembered(failure);
    }
    log.info("Pool " + pool.name() + " is removed");
    return "Pool " + pool.name() + " is removed.\n" + note;
  }

  private String notRemembered(IOException failure) {
    log.warn("Sizes of pools are not remembered: " + failure);
    return "Not remembered for the next daemon (" + failure.getMessage() + "). Is the disk full?\n";
  }
}

package dev.dibs.daemon;

import dev.dibs.core.PoolView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Why those wait who wait for a pool, at one moment; worked out once for all of them.
 *
 * @param madeAtMs when
 * @param usage how much is in use and by whom, for people
 * @param holders who holds how much: what {@code usage} says without the ages, to see a change
 * @param before how many that came earlier wait for their first slots, by the claim that waits for
 *     its own; these are served in order of arrival
 * @param memory why those wait who lack nothing but memory
 */
record Situation(
    long madeAtMs,
    String usage,
    List<Long> holders,
    Map<Long, Integer> before,
    Map<Long, String> memory) {

  static Situation now(Broker broker, Pool pool, long nowMs) {
    PoolView view = pool.view();
    List<Long> holders = new ArrayList<>(List.of((long) view.size()));
    Map<Long, Integer> before = new HashMap<>();
    for (PoolView.PartyView party : view.parties()) {
      if (party.waiting()) {
        before.put(party.id(), before.size());
      } else if (party.held() > 0) {
        holders.add(party.id());
        holders.add((long) party.held());
      }
    }
    String usage =
        "%d of %d in use%s"
            .formatted(view.held(), view.size(), new HolderList(broker, view, nowMs).text());
    return new Situation(nowMs, usage, holders, before, MemoryLack.texts(pool, view));
  }

  /**
   * What a waiter is told: {@code waiting for a slot, 3 before you: 2 of 2 in use, by ...}, or
   * {@code waiting for memory: it needs about 500 MiB, and ...; 1 of 2 in use, by ...}.
   */
  String text(String verb, Claimant waiter) {
    String lack = memory.get(waiter.id());
    if (lack != null) {
      return "%s memory: %s; %s".formatted(verb, lack, usage);
    }
    int wanted = Math.min(waiter.request().slotsMin(), waiter.pool().size());
    String pool = waiter.pool().name();
    return "%s %s%s%s: %s"
        .formatted(
            verb,
            wanted == 1 ? "a slot" : wanted + " slots",
            pool.equals(PoolName.CPU) ? "" : " of " + pool,
            before(waiter) == 0 ? "" : ", " + before(waiter) + " before you",
            usage);
  }

  /** How many are served before this one for certain. */
  int before(Claimant waiter) {
    return before.getOrDefault(waiter.id(), 0);
  }
}

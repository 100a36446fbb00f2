package dev.dibs.testkit;

import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What a simulated host has recorded of claims when it is killed, for the next one. */
final class SimulatedDisk {

  private final Dice dice;
  private final LongFunction<@Nullable SimulatedClaim> claims;
  private final Map<Long, Holding> recorded = new LinkedHashMap<>();

  /**
   * @param claims who is who, by number
   */
  SimulatedDisk(Dice dice, LongFunction<@Nullable SimulatedClaim> claims) {
    this.dice = dice;
    this.claims = claims;
  }

  void record(List<Holding> holdings) {
    holdings.forEach(holding -> recorded.put(holding.claim(), holding));
  }

  /** All granted claims that live, in any order. */
  List<Event.ClaimAdopted> adoptions(long nowMs) {
    recorded.keySet().removeIf(id -> !isGranted(claims.apply(id)));
    return shuffled(recorded.values().stream().map(holding -> adoption(holding, nowMs)).toList());
  }

  private static boolean isGranted(@Nullable SimulatedClaim claim) {
    return claim != null && claim.state == SimulatedClaim.State.GRANTED;
  }

  private Event.ClaimAdopted adoption(Holding holding, long nowMs) {
    SimulatedClaim claim = Objects.requireNonNull(claims.apply(holding.claim()));
    SimulatedClaim within = claim.within;
    SimulatedFifo fifo = claim.fifo;
    if (fifo != null) {
      fifo.known = fifo.bytes;
    }
    return new Event.ClaimAdopted(
        nowMs,
        within == null ? null : within.id,
        claim.belowClient,
        claim.terms,
        holding,
        fifo == null ? 0 : fifo.known);
  }

  private <T> List<T> shuffled(List<T> list) {
    List<T> rest = new ArrayList<>(list);
    List<T> all = new ArrayList<>();
    while (!rest.isEmpty()) {
      all.add(rest.remove(dice.below(rest.size())));
    }
    return all;
  }
}

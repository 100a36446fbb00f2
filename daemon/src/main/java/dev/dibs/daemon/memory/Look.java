package dev.dibs.daemon.memory;

import dev.dibs.core.Event;
import dev.dibs.daemon.learned.Units;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was seen at one moment.
 *
 * @param atMs when, on the loop's clock
 * @param room how much memory there is; empty where nothing is known of it
 * @param fullPermille in how much of the time nothing could go on for want of it; -1: unknown
 * @param uses what claims use
 * @param parties what those in each outermost claim do, by its number
 * @param burners processes in no claim that keep processors busy
 * @param compilers those of runs that say nothing of them
 * @param still whether nothing can have changed since the look before, so that nobody looked closer
 */
public record Look(
    long atMs,
    Optional<Room> room,
    int fullPermille,
    List<Use> uses,
    Map<Long, Work> parties,
    List<Burner> burners,
    Units compilers,
    boolean still) {

  public Look {
    uses = List.copyOf(uses);
    parties = Map.copyOf(parties);
    burners = List.copyOf(burners);
  }

  /** The same at a later moment: nothing changed. */
  Look lasting(long laterMs) {
    return new Look(laterMs, room, fullPermille, uses, parties, burners, compilers, true);
  }

  /** Whether everybody who was seen sleeps, and did nothing lately. */
  boolean isAsleep() {
    return burners.isEmpty()
        && compilers.living().isEmpty()
        && uses.stream().noneMatch(Use::busy)
        && parties.values().stream().allMatch(work -> work.awake() == 0);
  }

  /** Whether compilers of a run are at work that say nothing of themselves. */
  boolean hasCompilersOf(long claim) {
    return compilers.living().stream().anyMatch(compiler -> compiler.claim() == claim);
  }

  /** What claims use, as the core wants it. */
  public List<Event.Usage> usages() {
    return uses.stream().map(use -> new Event.Usage(use.claim(), use.mib(), use.busy())).toList();
  }

  /** What claims use together, MiB. */
  public long claimedMib() {
    return uses.stream().mapToLong(Use::mib).sum();
  }

  /** How many slots the burners are worth: one for each processor that they keep busy together. */
  public int burnerSlots() {
    return (int) Math.round(burners.stream().mapToDouble(Burner::cpus).sum());
  }
}

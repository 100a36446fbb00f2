package dev.dibs.daemon;

import dev.dibs.host.Affinity;
import dev.dibs.host.OsException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps runs with {@code --slots} to as many CPUs as they have slots, and apart from each other
 * where that can be. Whatever asks the system how many CPUs there are is told that number then.
 *
 * <p>A process that may use no more CPUs than it has slots is left alone, and so is one that the
 * system does not let us touch: slots are counted, CPUs are a courtesy.
 */
final class Placement {

  private final CpuSets sets = new CpuSets();
  private final Map<Long, BitSet> placed = new HashMap<>();
  private final Log log;
  private boolean warned;

  Placement(Log log) {
    this.log = log;
  }

  /** Before the holder is told: what it becomes and starts has these CPUs from the beginning. */
  void granted(Claimant claimant) {
    if (!claimant.request().machine().sized()) {
      return;
    }
    try {
      keep(claimant, place(claimant.pid(), claimant.slots()));
    } catch (OsException refusal) {
      warn(claimant, refusal);
    }
  }

  private BitSet place(int pid, int slots) throws OsException {
    BitSet allowed = Affinity.of(pid);
    BitSet cpus = sets.choose(allowed, slots);
    if (!cpus.equals(allowed)) {
      Affinity.set(pid, cpus);
    }
    return cpus;
  }

  /** Takes over a run that an earlier daemon placed: it has the CPUs that its root has now. */
  void adopted(Claimant claimant) {
    if (!claimant.request().machine().sized()) {
      return;
    }
    try {
      keep(claimant, Affinity.of(claimant.pid()));
    } catch (OsException gone) {
      warn(claimant, gone);
    }
  }

  private void keep(Claimant claimant, BitSet cpus) {
    sets.take(cpus);
    placed.put(claimant.id(), cpus);
  }

  /** A claim is over; nothing happens if it was not placed. */
  void ended(Claimant claimant) {
    BitSet cpus = placed.remove(claimant.id());
    if (cpus != null) {
      sets.give(cpus);
    }
  }

  /** The CPUs of a run; none if it was not placed. */
  BitSet cpus(Claimant claimant) {
    return placed.getOrDefault(claimant.id(), new BitSet());
  }

  private void warn(Claimant claimant, OsException refusal) {
    if (!warned) {
      log.warn("Run " + claimant.name() + " keeps the CPUs that it had: " + refusal.getMessage());
    }
    warned = true;
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Affinity;
import dev.dibs.host.OsException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
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
    if (claimant.request().machine().sized()) {
      place(claimant.id(), claimant.pid(), claimant.slots());
    }
  }

  /** Takes over a run that an earlier daemon placed. */
  void adopted(Claimant claimant) {
    if (claimant.request().machine().sized()) {
      adopt(claimant.id(), claimant.pid());
    }
  }

  /** A claim is over; nothing happens if it was not placed. */
  void ended(Claimant claimant) {
    free(claimant.id());
  }

  /** The CPUs of a run, ascending; none if it was not placed. */
  List<Integer> cpus(Claimant claimant) {
    return cpus(claimant.id()).stream().boxed().toList();
  }

  void place(long claim, int pid, int slots) {
    try {
      BitSet allowed = Affinity.of(pid);
      BitSet cpus = sets.choose(allowed, slots);
      if (!cpus.equals(allowed)) {
        Affinity.set(pid, cpus);
      }
      keep(claim, cpus);
    } catch (OsException refusal) {
      warn(refusal);
    }
  }

  /** It has the CPUs that its root has now. */
  void adopt(long claim, int pid) {
    try {
      keep(claim, Affinity.of(pid));
    } catch (OsException gone) {
      warn(gone);
    }
  }

  private void keep(long claim, BitSet cpus) {
    sets.take(cpus);
    placed.put(claim, cpus);
  }

  void free(long claim) {
    BitSet cpus = placed.remove(claim);
    if (cpus != null) {
      sets.give(cpus);
    }
  }

  BitSet cpus(long claim) {
    return placed.getOrDefault(claim, new BitSet());
  }

  private void warn(OsException refusal) {
    if (!warned) {
      log.warn("A run with --slots keeps the CPUs that it had: " + refusal.getMessage());
    }
    warned = true;
  }
}

package dev.dibs.daemon;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Deals CPUs out by their numbers: those that fewest have, the lowest numbers first, which on most
 * machines are cores of their own. As long as there are enough, no two have one in common.
 */
final class CpuSets {

  /** How many have each CPU; those that nobody has are absent. */
  private final Map<Integer, Integer> holders = new HashMap<>();

  /**
   * As many of the allowed CPUs as wanted, or all of them if there are no more. Takes none: that is
   * {@link #take}.
   */
  BitSet choose(BitSet allowed, int wanted) {
    BitSet chosen = new BitSet();
    allowed.stream()
        .boxed()
        .sorted(Comparator.comparingInt(this::holders).thenComparing(Comparator.naturalOrder()))
        .limit(wanted)
        .forEach(chosen::set);
    return chosen;
  }

  /** Somebody has these from now on, until {@link #give}. */
  void take(BitSet cpus) {
    cpus.stream().forEach(cpu -> holders.merge(cpu, 1, Integer::sum));
  }

  /** Somebody who had taken these is done with them. */
  void give(BitSet cpus) {
    cpus.stream().forEach(cpu -> holders.merge(cpu, -1, Integer::sum));
    holders.values().removeIf(count -> count <= 0);
  }

  private int holders(int cpu) {
    return holders.getOrDefault(cpu, 0);
  }
}

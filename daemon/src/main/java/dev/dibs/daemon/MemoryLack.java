package dev.dibs.daemon;

import dev.dibs.core.MemoryView;
import dev.dibs.core.Need;
import dev.dibs.core.PoolView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Why those wait who could have slots and lack memory, in half a line for each. */
final class MemoryLack {

  private MemoryLack() {}

  /** By the claim that waits; those that wait for slots are not among them. */
  static Map<Long, String> texts(Pool pool, PoolView view) {
    Set<Long> lacking = pool.lackingMemory();
    MemoryView memory = pool.memory().orElse(null);
    if (lacking.isEmpty() || memory == null) {
      return Map.of();
    }
    Map<Long, String> texts = new HashMap<>();
    for (PoolView.PartyView party : view.parties()) {
      if (lacking.contains(party.id())) {
        texts.put(party.id(), text(party.terms().need(), memory));
      }
    }
    for (PoolView.MemberView member : view.members()) {
      if (lacking.contains(member.id())) {
        texts.put(member.id(), text(member.terms().need(), memory));
      }
    }
    return texts;
  }

  private static String text(Need need, MemoryView memory) {
    if (memory.falling()) {
      return "the machine stalls for want of it, nothing starts";
    }
    if (need.mib() > memory.budgetMib()) {
      return "it needs about %d MiB, and there are %d: it will run alone"
          .formatted(need.mib(), memory.budgetMib());
    }
    if (need.alone()) {
      return "memory ran out for it twice, so it will run alone";
    }
    return "it needs about %d MiB, and of %d MiB %d are in use or promised"
        .formatted(need.mib(), memory.budgetMib(), memory.committedMib());
  }
}

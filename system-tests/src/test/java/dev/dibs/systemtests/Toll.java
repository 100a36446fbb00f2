package dev.dibs.systemtests;

import java.util.EnumMap;
import java.util.Map;

/** How often what was killed. For one thread. */
final class Toll {
  /** Whom a kill is for. */
  enum Victim {
    /** The process that was started first, alone. */
    ROOT,
    /** A process somewhere in a build and all below it. */
    PART_OF_A_BUILD,
    /** All of a build. */
    WHOLE_BUILD,
    DAEMON,
    SUPERVISOR,
    DAEMON_AND_SUPERVISOR
  }

  private final Map<Victim, Integer> kills = new EnumMap<>(Victim.class);

  void add(Victim victim) {
    kills.merge(victim, 1, Integer::sum);
  }

  int of(Victim victim) {
    return kills.getOrDefault(victim, 0);
  }

  @Override
  public String toString() {
    return kills.toString();
  }
}

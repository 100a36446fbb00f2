package dev.dibs.daemon.memory;

/**
 * A claim that holds slots, as whoever watches its processes knows it.
 *
 * @param claim its number
 * @param party the number of the outermost claim that it is in, its own if it is in none
 * @param pid its holder; 0 once that has ended while what it started lives on
 * @param name what its processes have in {@code DIBS_RUN}, if it is a run
 * @param run whether it is a run
 */
public record Watched(long claim, long party, int pid, String name, boolean run) {

  /** What joins a member's name to its run's. */
  static final String MEMBER_MARK = ".";

  /** Whether who has this in {@code DIBS_RUN} is in it. */
  boolean isNamed(String inEnvironment) {
    return run && (inEnvironment.equals(name) || inEnvironment.startsWith(name + MEMBER_MARK));
  }
}

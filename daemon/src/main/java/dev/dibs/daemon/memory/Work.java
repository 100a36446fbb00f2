package dev.dibs.daemon.memory;

/**
 * What the processes of an outermost claim and of all in it do.
 *
 * @param usedMs processor time that they used so far, ms; those that ended included, if somebody
 *     waited for them
 * @param awake how many of them run, would if there were a processor, or wait for a disk
 */
public record Work(long usedMs, int awake) {

  Work plus(Work other) {
    return new Work(usedMs + other.usedMs, awake + other.awake);
  }
}

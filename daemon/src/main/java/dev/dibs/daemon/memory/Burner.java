package dev.dibs.daemon.memory;

/**
 * A process in no claim that has kept a processor busy for a while.
 *
 * @param name its program's, at most 15 characters
 * @param cpus how many, above 0
 */
public record Burner(int pid, String name, double cpus) {}

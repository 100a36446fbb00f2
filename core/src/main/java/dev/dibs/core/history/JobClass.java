package dev.dibs.core.history;

/**
 * Jobs that are likely to need about the same.
 *
 * @param tool the program's name
 * @param kind what sort of work it is
 */
public record JobClass(String tool, String kind) {}

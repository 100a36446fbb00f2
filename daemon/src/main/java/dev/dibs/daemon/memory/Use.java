package dev.dibs.daemon.memory;

/**
 * What a claim's processes had in use at a look.
 *
 * @param mib memory, MiB: the sum of what is resident of each, so pages that they share count
 *     several times
 * @param peakMib the same, or what the largest of them had at its peak if that is more
 * @param busy whether any of them worked in the last seconds
 * @param processes how many there are
 */
public record Use(long claim, int mib, int peakMib, boolean busy, int processes) {}

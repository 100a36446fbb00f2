package dev.dibs.core;

/**
 * What a granted claim holds: what a later daemon has to know of it to adopt it ({@link
 * Event.ClaimAdopted}).
 *
 * @param slots slots that the holder may use; 0 for a run whose root is idle
 * @param own how many of them are the claim's own; one less than {@code slots} for a covered member
 * @param issued tokens put into the run's FIFO and not drained; 0 unless a run
 */
public record Holding(long claim, int slots, int own, int issued) {}

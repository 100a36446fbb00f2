package dev.dibs.core;

/**
 * What is known of memory, MiB.
 *
 * @param budgetMib what there is for all claims together
 * @param committedMib what those that hold have of it or are expected to need
 * @param falling whether nothing starts because the machine suffers
 */
public record MemoryView(long budgetMib, long committedMib, boolean falling) {}

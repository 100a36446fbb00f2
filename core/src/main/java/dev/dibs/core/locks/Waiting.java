package dev.dibs.core.locks;

import java.util.Set;

/**
 * What a waiter waits for now: one of its names; there may be more.
 *
 * @param holders who holds it so that it can't be shared
 * @param ahead who waits for it too and comes first; only looked for if there are no holders
 */
public record Waiting(String name, Set<Long> holders, Set<Long> ahead) {}

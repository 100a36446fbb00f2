package dev.dibs.daemon.locks;

/**
 * What a holder is told that has its locks.
 *
 * @param claim the claim's number
 * @param fence a number that is larger than that of every earlier grant
 */
public record LockGrant(long claim, long fence) {}

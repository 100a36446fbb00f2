package dev.dibs.locks;

import java.time.Instant;

/**
 * Who holds a lock: a hint for people, never to be relied on. It may be late, and of several
 * holders it is one.
 *
 * @param pid the process
 * @param since when it got the lock
 * @param command what runs, shortened; foreign text, to be escaped before a terminal sees it
 * @param directory where it runs; foreign text as well
 */
public record LockHolder(long pid, Instant since, String command, String directory) {}

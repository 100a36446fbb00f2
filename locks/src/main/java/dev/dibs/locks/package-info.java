/**
 * Locks by name between the processes of a machine, which end with their holders and need no
 * daemon: {@link dev.dibs.locks.ProcessLocks} is the way in.
 *
 * <p>Pure {@code java.nio} and {@code java.net}, no native code, no dependencies.
 *
 * <pre>
 *   ProcessLocks            the locks of a lock directory, as one user of them sees it
 *     Names in this JVM     queues in front, reentrancy, many names, who holds, fencing numbers
 *       Mechanism           one name, against all other processes: {@code file} or {@code socket}
 * </pre>
 */
@NullMarked
package dev.dibs.locks;

import org.jspecify.annotations.NullMarked;

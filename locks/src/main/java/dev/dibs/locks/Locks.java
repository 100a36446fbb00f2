package dev.dibs.locks;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Locks by name between the processes of a machine. What a process holds is free when it ends,
 * however it ends.
 *
 * <pre>{@code
 * try (Locks locks = ProcessLocks.in(directory);
 *     HeldLocks held = locks.acquire(LockRequest.exclusive("app/_build"))) {
 *   build();
 * }
 * }</pre>
 *
 * <p>Reentrant: a thread that holds a name may take it again, in the same or a weaker mode; the
 * name is free when the last of its {@link HeldLocks} is closed. A thread that holds a name shared
 * and asks for it exclusively is refused.
 *
 * <p>Many names are taken all or none. Whoever takes several, one request after the other, may meet
 * somebody who takes them in another order, and both wait for ever; ask for all at once, or with a
 * time-out.
 *
 * <p>Thread-safe. Threads may be virtual; a waiting one needs no thread of the system.
 */
public interface Locks extends AutoCloseable {

  /**
   * Takes all that is asked for; blocks until it has all.
   *
   * @throws LockRefusedException if waiting would not help
   * @throws InterruptedException if the thread is interrupted, before or while it waits; it holds
   *     nothing then of this request
   * @throws IOException if locks can't be had here; nothing is held then, and nothing may be done
   *     that needs them
   */
  HeldLocks acquire(LockRequest request)
      throws IOException, InterruptedException, LockRefusedException;

  /**
   * Takes all that is asked for if that is possible within {@code timeout}; blocks as long.
   *
   * @param timeout how long to wait at most; zero or less does not wait at all
   * @return empty if the time was over; nothing is held then
   */
  Optional<HeldLocks> tryAcquire(LockRequest request, Duration timeout)
      throws IOException, InterruptedException, LockRefusedException;

  /** Who holds a lock, as far as known: a hint. Does not block. */
  Optional<LockHolder> holder(String name) throws IOException;

  /** Gives back all that was taken through this object; more than once does nothing more. */
  @Override
  void close();
}

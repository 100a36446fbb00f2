package dev.dibs.maven;

import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockMode;
import dev.dibs.locks.LockRefusedException;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Priority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Some names, all or none, as Maven locks them: what a thread locked last it unlocks first, and it
 * says no more than "unlock". Thread-safe.
 */
public final class HeldByThreads {

  private final MavenLocks locks;
  private final Iterable<String> names;
  private final ThreadLocal<Deque<HeldLocks>> held = ThreadLocal.withInitial(ArrayDeque::new);

  HeldByThreads(MavenLocks locks, Iterable<String> names) {
    this.locks = locks;
    this.names = names;
  }

  /**
   * Locks; blocks as long as it may.
   *
   * @param upgrade makes what is thrown if the thread holds a name shared and now wants it alone
   * @return whether the names are held
   * @throws UncheckedIOException if locks can't be had
   */
  public boolean lock(
      LockMode mode, long time, TimeUnit unit, Supplier<? extends RuntimeException> upgrade)
      throws InterruptedException {
    try {
      Duration timeout = Duration.ofNanos(unit.toNanos(time));
      Optional<HeldLocks> got = locks.open().tryAcquire(request(mode), timeout);
      got.ifPresent(held.get()::push);
      return got.isPresent();
    } catch (LockRefusedException refusal) {
      throw upgrade.get();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure.getMessage(), failure);
    }
  }

  private LockRequest request(LockMode mode) {
    Map<String, LockMode> modes = new TreeMap<>();
    names.forEach(name -> modes.put(name, mode));
    return new LockRequest(modes, Priority.NORMAL);
  }

  /**
   * Unlocks what the calling thread locked last.
   *
   * @throws IllegalStateException if it locked nothing
   */
  public void unlock() {
    HeldLocks last = held.get().poll();
    if (last == null) {
      throw new IllegalStateException("This thread unlocks what it did not lock");
    }
    if (held.get().isEmpty()) {
      held.remove();
    }
    last.close();
  }
}

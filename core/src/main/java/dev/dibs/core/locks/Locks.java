package dev.dibs.core.locks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Locks by name. First come, first served: nobody is granted a lock before somebody who asked for
 * it earlier, so neither readers nor writers starve; shared requests that follow one another are
 * granted together. A lock is there from the first request for it to the last release.
 *
 * <pre>
 *   Requested, free and nobody before it  --&gt; held     --&gt; Ended
 *   Requested, waits                      --&gt; waiting  --&gt; held, when it is first and fits
 *                                                     --&gt; Ended
 *   Requested, does not wait              --&gt; refused
 * </pre>
 *
 * Events in, effects out; no clock, no I/O. One thread at a time.
 */
public final class Locks {

  private final Map<String, Lock> locks = new HashMap<>();
  private final Map<Long, Lock> ofHolder = new HashMap<>();

  /**
   * Takes an event.
   *
   * @throws IllegalStateException if a holder's number is used twice, or an adopted lock is held by
   *     somebody with whom it can't be shared
   */
  public List<LockEffect> apply(LockEvent event) {
    return switch (event) {
      case LockEvent.Requested request -> request(request);
      case LockEvent.Adopted adopted -> adopt(adopted);
      case LockEvent.Ended ended -> end(ended.holder());
    };
  }

  private List<LockEffect> request(LockEvent.Requested request) {
    Lock lock = join(request.holder(), request.name());
    if (lock.canGrantNow(request.mode())) {
      lock.hold(request.holder(), request.mode());
      return List.of(new LockEffect.Grant(request.holder()));
    }
    if (request.waits()) {
      lock.await(request.holder(), request.mode());
      return List.of();
    }
    leave(request.holder(), lock);
    return List.of(new LockEffect.Refuse(request.holder()));
  }

  private List<LockEffect> adopt(LockEvent.Adopted adopted) {
    Lock lock = join(adopted.holder(), adopted.name());
    if (!lock.canGrantNow(adopted.mode())) {
      throw new IllegalStateException("BUG: lock " + adopted.name() + " is adopted by two");
    }
    lock.hold(adopted.holder(), adopted.mode());
    return List.of();
  }

  private Lock join(long holder, String name) {
    Lock lock = locks.computeIfAbsent(name, Lock::new);
    if (ofHolder.put(holder, lock) != null) {
      throw new IllegalStateException("BUG: holder " + holder + " asks twice");
    }
    return lock;
  }

  private void leave(long holder, Lock lock) {
    ofHolder.remove(holder);
    if (lock.isUnused()) {
      locks.remove(lock.name());
    }
  }

  private List<LockEffect> end(long holder) {
    Lock lock = ofHolder.get(holder);
    if (lock == null) {
      return List.of();
    }
    lock.remove(holder);
    List<LockEffect> grants = new ArrayList<>();
    lock.grantNext().forEach(next -> grants.add(new LockEffect.Grant(next)));
    leave(holder, lock);
    return grants;
  }

  /** Who holds a lock, in the order of grants. */
  public Set<Long> holders(String name) {
    Lock lock = locks.get(name);
    return lock == null ? Set.of() : lock.holders();
  }

  /** Who waits for a lock, first come first. */
  public Set<Long> waiters(String name) {
    Lock lock = locks.get(name);
    return lock == null ? Set.of() : lock.waiters();
  }

  /** The locks that somebody holds. */
  public Set<String> names() {
    return Set.copyOf(locks.keySet());
  }
}

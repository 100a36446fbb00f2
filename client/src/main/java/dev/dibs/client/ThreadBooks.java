package dev.dibs.client;

import dev.dibs.locks.LockMode;
import dev.dibs.locks.LockRefusedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which thread holds which names, by which claims; so a thread may take again what it holds, and
 * the daemon hears nothing of it. A claim is given back as a whole, when the last of all that rely
 * on any of its names is closed. Thread-safe.
 */
final class ThreadBooks {

  /** Tells the daemon. Called under the lock, so that it hears things in order; must not block. */
  interface Teller {
    void release(Claim claim);

    void downgrade(Claim claim);
  }

  /** One thread's. */
  private static final class Page {
    private final Map<String, Claim> byName = new HashMap<>();
    private final Deque<Claim> claims = new ArrayDeque<>();
  }

  private final Teller teller;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Thread, Page> pages = new HashMap<>();

  ThreadBooks(Teller teller) {
    this.teller = teller;
  }

  /**
   * Notes that a thread wants names, and relies on what it has of them.
   *
   * @return what is missing
   * @throws LockRefusedException if it holds one of them shared and wants it alone
   */
  Map<String, LockMode> begin(DaemonHold hold, Map<String, LockMode> names)
      throws LockRefusedException {
    lock.lock();
    try {
      Page page = pages.get(hold.owner());
      return page == null ? names : missing(page, hold, names);
    } finally {
      lock.unlock();
    }
  }

  private static Map<String, LockMode> missing(
      Page page, DaemonHold hold, Map<String, LockMode> names) throws LockRefusedException {
    Map<String, LockMode> missing = new TreeMap<>();
    Set<Claim> relied = new LinkedHashSet<>();
    for (Map.Entry<String, LockMode> each : names.entrySet()) {
      Claim claim = page.byName.get(each.getKey());
      if (claim == null) {
        missing.put(each.getKey(), each.getValue());
      } else if (each.getValue() == LockMode.EXCLUSIVE && claim.isShared(each.getKey())) {
        throw Refusals.upgrade(each.getKey());
      } else {
        relied.add(claim);
      }
    }
    relied.forEach(claim -> use(claim, hold));
    return missing;
  }

  /** The number of what the thread took last and holds still, or null. */
  @Nullable Long last(Thread owner) {
    lock.lock();
    try {
      Page page = pages.get(owner);
      Claim last = page == null ? null : page.claims.peek();
      return last == null ? null : Long.valueOf(last.id());
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is missing will be asked for. It is entered before it is granted, for then somebody has
   * waited long enough; meanwhile its thread, whose page it is, does nothing else.
   */
  void enter(DaemonHold hold, Claim claim) {
    lock.lock();
    try {
      Page page = pages.computeIfAbsent(hold.owner(), thread -> new Page());
      for (String name : claim.names().keySet()) {
        page.byName.put(name, claim);
      }
      page.claims.push(claim);
      use(claim, hold);
    } finally {
      lock.unlock();
    }
  }

  /** What was asked for was granted. */
  void granted(Claim claim, long fence) {
    lock.lock();
    try {
      claim.granted(fence);
    } finally {
      lock.unlock();
    }
  }

  private static void use(Claim claim, DaemonHold hold) {
    claim.use(hold);
    hold.claims().add(claim);
  }

  /** It needs nothing any more, or never got all. */
  void end(DaemonHold hold) {
    lock.lock();
    try {
      for (Claim claim : hold.claims()) {
        if (claim.leave(hold)) {
          if (claim.isGranted()) { // at once, for others wait
            teller.release(claim);
          }
          forget(hold.owner(), claim);
        }
      }
      hold.claims().clear();
    } finally {
      lock.unlock();
    }
  }

  private void forget(Thread owner, Claim claim) {
    Page page = pages.get(owner);
    if (page != null) {
      for (String name : claim.names().keySet()) {
        page.byName.remove(name, claim);
      }
      page.claims.remove(claim);
      if (page.claims.isEmpty()) {
        pages.remove(owner);
      }
    }
  }

  /** It needs nothing for itself any more. */
  void downgrade(DaemonHold hold) {
    lock.lock();
    try {
      hold.share();
      hold.claims().stream().filter(Claim::downgrades).forEach(teller::downgrade);
    } finally {
      lock.unlock();
    }
  }
}

package dev.dibs.core.locks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One lock. Always: one holder, or any number of them if all are shared; and who waits first can't
 * be granted now.
 */
final class Lock {

  private final String name;
  private final Set<Long> holders = new LinkedHashSet<>();
  private final Map<Long, LockMode> waiters = new LinkedHashMap<>();
  private LockMode held = LockMode.SHARED; // as long as there are holders

  Lock(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  Set<Long> holders() {
    return Collections.unmodifiableSet(holders);
  }

  Set<Long> waiters() {
    return Collections.unmodifiableSet(waiters.keySet());
  }

  boolean isUnused() {
    return holders.isEmpty() && waiters.isEmpty();
  }

  /** Whether somebody who comes now may have it: it fits, and nobody came earlier. */
  boolean canGrantNow(LockMode mode) {
    return waiters.isEmpty() && fits(mode);
  }

  private boolean fits(LockMode mode) {
    return holders.isEmpty() || (held == LockMode.SHARED && mode == LockMode.SHARED);
  }

  void hold(long holder, LockMode mode) {
    holders.add(holder);
    held = mode;
  }

  void await(long holder, LockMode mode) {
    waiters.put(holder, mode);
  }

  void remove(long holder) {
    holders.remove(holder);
    waiters.remove(holder);
  }

  /** Those who hold it from now on, for they waited first and fit. */
  List<Long> grantNext() {
    List<Long> granted = new ArrayList<>();
    Iterator<Map.Entry<Long, LockMode>> first = waiters.entrySet().iterator();
    while (first.hasNext()) {
      Map.Entry<Long, LockMode> next = first.next();
      if (!fits(next.getValue())) {
        break;
      }
      first.remove();
      hold(next.getKey(), next.getValue());
      granted.add(next.getKey());
    }
    return granted;
  }
}

package dev.dibs.client;

import dev.dibs.locks.LockMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the daemon is asked for at once and then grants: names, and all that rely on it. It is given
 * back when nobody does any more. Guarded by the lock of {@link ThreadBooks}.
 */
final class Claim {

  private final long id;
  private long fence;
  private boolean granted;
  private final Map<String, LockMode> names;
  private final List<DaemonHold> users = new ArrayList<>();

  Claim(long id, Map<String, LockMode> names) {
    this.id = id;
    this.names = new TreeMap<>(names);
  }

  long id() {
    return id;
  }

  void granted(long number) {
    fence = number;
    granted = true;
  }

  boolean isGranted() {
    return granted;
  }

  long fence() {
    return fence;
  }

  Map<String, LockMode> names() {
    return names;
  }

  boolean isShared(String name) {
    return names.get(name) == LockMode.SHARED;
  }

  void use(DaemonHold user) {
    users.add(user);
  }

  /** Whether nobody is left. */
  boolean leave(DaemonHold user) {
    users.remove(user);
    return users.isEmpty();
  }

  /**
   * Makes it shared if no user needs any of it for itself.
   *
   * @return whether it was exclusive before
   */
  boolean downgrades() {
    if (!names.containsValue(LockMode.EXCLUSIVE) || users.stream().anyMatch(this::isAlone)) {
      return false;
    }
    names.replaceAll((name, mode) -> LockMode.SHARED);
    return true;
  }

  private boolean isAlone(DaemonHold user) {
    return names.keySet().stream().anyMatch(name -> user.mode(name) == LockMode.EXCLUSIVE);
  }
}

package dev.dibs.daemon.locks;

import dev.dibs.locks.LockRange;
import java.util.HashMap;
import java.util.Map;

/** Where names are in the lock directory's files. Those asked for lately are not reckoned again. */
final class Positions {

  private static final int KNOWN_MAX = 4096;
  private static final int CHARACTERS_MAX = 200;

  private final Map<String, Long> known = new HashMap<>();

  long of(String name) {
    Long before = known.get(name);
    if (before != null) {
      return before;
    }
    long position = LockRange.of(name).position();
    if (name.length() <= CHARACTERS_MAX) {
      if (known.size() == KNOWN_MAX) {
        known.clear();
      }
      known.put(name, position);
    }
    return position;
  }
}

package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Priority;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for.
 *
 * @param names checked by {@link dev.dibs.protocol.LockNames}; in order
 * @param within the holder's own claim below which it is made, so that what that holds counts as
 *     held; null: whoever is found among the processes above the holder's
 * @param waitMs how long it waits at most, ms; 0: not at all; empty: as long as it takes
 */
public record LockWish(
    Map<String, LockMode> names, @Nullable Long within, Priority priority, OptionalLong waitMs) {

  public LockWish {
    names = Collections.unmodifiableMap(new TreeMap<>(names));
  }

  /** All names in one mode, of who waits as long as it takes. */
  public static LockWish of(Collection<String> names, LockMode mode) {
    Map<String, LockMode> all = new TreeMap<>();
    names.forEach(name -> all.put(name, mode));
    return new LockWish(all, null, Priority.NORMAL, OptionalLong.empty());
  }

  /** Whether it waits at all. */
  boolean waits() {
    return waitMs.orElse(1) > 0;
  }
}

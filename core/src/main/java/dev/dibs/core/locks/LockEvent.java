package dev.dibs.core.locks;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What happened outside. */
public sealed interface LockEvent {

  /** Who asks, waits or holds: a number never used before. */
  long claim();

  /**
   * Somebody asks for locks: all of them, or none.
   *
   * @param within the claim below which it is made; it ends only when this one has ended. One that
   *     is unknown or only waits counts as none, for nothing runs below it
   * @param names the locks', any text; at least one
   * @param waits whether it waits until it is granted; else it is refused unless granted now
   */
  record Requested(
      long claim,
      @Nullable Long within,
      Map<String, LockMode> names,
      Priority priority,
      boolean waits)
      implements LockEvent {
    public Requested {
      names = copy(names);
    }
  }

  /**
   * Somebody holds locks since before: they were granted by an earlier daemon. To be told before
   * the first request.
   *
   * @param within as in its request; that claim may be adopted later, or be gone
   */
  record Adopted(long claim, @Nullable Long within, Map<String, LockMode> names)
      implements LockEvent {
    public Adopted {
      names = copy(names);
    }
  }

  /**
   * It holds no more, or waits no more. One that is unknown is ignored, so that an end may be told
   * twice.
   */
  record Ended(long claim) implements LockEvent {}

  /**
   * A claim was granted, and can't be had: somebody whom nobody here knew has one of its names. It
   * waits again, in its old place, and the name is held by an <em>outsider</em> until that one's
   * end is told. To be told before anybody hears of the grant; one that holds nothing is ignored.
   *
   * @param outsider a number never used before, or that of the outsider who has the name already
   * @param mode how the outsider has it; it can't be shared with the claim
   */
  record Displaced(long claim, long outsider, String name, LockMode mode) implements LockEvent {}

  /** What it holds, it holds shared from now on. One that holds nothing is ignored. */
  record Downgraded(long claim) implements LockEvent {}

  private static Map<String, LockMode> copy(Map<String, LockMode> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("A claim of no lock");
    }
    return Collections.unmodifiableMap(new TreeMap<>(names));
  }
}

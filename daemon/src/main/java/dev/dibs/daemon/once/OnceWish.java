package dev.dibs.daemon.once;

import java.util.OptionalLong;

/**
 * What somebody asks for.
 *
 * @param maxAgeMs how old a result may be, ms; 0: only what ends from now on
 * @param waitMs how long it waits at most, ms; 0: not at all; empty: as long as it takes
 * @param again whether it asked before and never heard an answer
 */
public record OnceWish(Task task, long maxAgeMs, OptionalLong waitMs, boolean again) {

  /** Whether it waits at all. */
  boolean waits() {
    return waitMs.orElse(1) > 0;
  }
}

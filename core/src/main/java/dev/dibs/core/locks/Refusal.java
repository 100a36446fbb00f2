package dev.dibs.core.locks;

import java.util.List;

/** Why somebody does not get its locks. */
public sealed interface Refusal {

  /** They are not free now, and it would not wait. */
  record WouldWait() implements Refusal {}

  /**
   * It is within a claim that holds the lock shared, and wants it exclusive. Two that did so would
   * wait for each other.
   */
  record Upgrade(String name) implements Refusal {}

  /**
   * It would wait for somebody who waits for it.
   *
   * @param links from who asks to the claim that it is within, which is the last {@code heldBy}
   */
  record Cycle(List<Link> links) implements Refusal {
    public Cycle {
      links = List.copyOf(links);
    }
  }

  /**
   * Who waits for whom. The next link's claim is within this one's holder: it has to end first.
   *
   * @param claim who waits, or asks
   * @param name for what
   * @param heldBy who holds that
   */
  record Link(long claim, String name, long heldBy) {}
}

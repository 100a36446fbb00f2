package dev.dibs.daemon;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Claims whose grants are told to an object in the daemon, not to a process on its FIFO. */
final class DirectGrants {

  /** Who is told. */
  interface Grantee {
    /**
     * The claim was granted.
     *
     * @param next takes what the pool is to be told next; it must not be told directly
     */
    void granted(long claim, Deque<Event> next);
  }

  private final Map<Long, Grantee> grantees = new HashMap<>();

  void expect(long claim, Grantee grantee) {
    grantees.put(claim, grantee);
  }

  void forget(long claim) {
    grantees.remove(claim);
  }

  /** Tells whoever expects it; false if nobody does. */
  boolean tell(Effect.Grant grant, Deque<Event> next) {
    Grantee grantee = grantees.remove(grant.claim());
    if (grantee == null) {
      return false;
    }
    grantee.granted(grant.claim(), next);
    return true;
  }
}

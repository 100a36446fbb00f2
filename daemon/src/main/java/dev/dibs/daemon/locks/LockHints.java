package dev.dibs.daemon.locks;

import dev.dibs.daemon.loop.EventLoop;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells those without a daemon who holds a name of the daemon's. Whoever waits asks after a second;
 * so it is told of those only who hold for half of one, a few at a time.
 */
final class LockHints {

  private static final long AFTER_MS = 500;
  private static final int CLAIMS = 16;
  private static final int NAMES = 16;

  private final Ranges ranges;
  private final People people;
  private final EventLoop loop;
  private final Set<LockClaim> fresh = new LinkedHashSet<>();
  private boolean armed;

  LockHints(Ranges ranges, People people, EventLoop loop) {
    this.ranges = ranges;
    this.people = people;
    this.loop = loop;
  }

  /** A claim is held. */
  void add(LockClaim claim) {
    fresh.add(claim);
    arm();
  }

  /** It is held no more. */
  void remove(LockClaim claim) {
    if (!fresh.remove(claim) && claim.holder().pid() != 0) {
      some(claim).forEach(name -> ranges.forget(name, claim.holder().pid()));
    }
  }

  private void arm() {
    if (!armed && !fresh.isEmpty()) {
      armed = true;
      loop.after(AFTER_MS, this::look);
    }
  }

  private void look() {
    armed = false;
    Iterator<LockClaim> claims = fresh.iterator();
    for (int i = 0; i < CLAIMS && claims.hasNext(); i++) {
      tell(claims.next());
      claims.remove();
    }
    arm();
  }

  private void tell(LockClaim claim) {
    People.Person holder = people.of(claim.holder().pid());
    some(claim).forEach(name -> ranges.tell(name, holder, claim.heldSinceEpochMs()));
  }

  private static List<String> some(LockClaim claim) {
    return claim.names().keySet().stream().limit(NAMES).toList();
  }
}

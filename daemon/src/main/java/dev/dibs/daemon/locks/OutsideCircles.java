package dev.dibs.daemon.locks;

import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Refusal;
import dev.dibs.core.locks.Waiting;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Circles of waiters through somebody who has a name without the daemon. The core knows nothing of
 * what is below an outsider; here it is looked for in {@code /proc}, each time that a waiter comes
 * while there are outsiders, or one comes in a waiter's way.
 *
 * <p>Known gaps: whoever waits without the daemon is not seen. A process below an outsider who did
 * not let it inherit the name isn't either: another thread of his may have started it.
 */
final class OutsideCircles {

  /** Looks at processes for one waiter: each reads some files in {@code /proc}. */
  private static final int LOOKS_MAX = 50;

  private final Locks core;
  private final Map<Long, LockClaim> claims;

  OutsideCircles(Locks core, Map<Long, LockClaim> claims) {
    this.core = core;
    this.claims = claims;
  }

  /** One that a claim that waits is part of, if there is one; from its own wait on. */
  Optional<Refusal.Cycle> of(LockClaim asker) {
    Search search = new Search(asker);
    return search.isBelowSomebody() && search.leadsBack(asker)
        ? Optional.of(new Refusal.Cycle(List.copyOf(search.path)))
        : Optional.empty();
  }

  private final class Search {
    private final LockClaim asker;
    private final Deque<Refusal.Link> path = new ArrayDeque<>();
    private final Set<Long> seen = new HashSet<>();
    private int looks;

    Search(LockClaim asker) {
      this.asker = asker;
    }

    /** Who is below nobody keeps nobody waiting, and most are: then there is little to look at. */
    boolean isBelowSomebody() {
      return asker.within() != null
          || claims.values().stream()
              .filter(claim -> claim.holder().kind() == LockHolder.Kind.OUTSIDE)
              .anyMatch(outsider -> isBelow(asker, outsider));
    }

    boolean leadsBack(LockClaim waiter) {
      Optional<Waiting> waiting = core.waiting(waiter.id());
      if (waiting.isEmpty() || !seen.add(waiter.id())) {
        return false;
      }
      for (long holder : waiting.get().holders()) {
        path.addLast(new Refusal.Link(waiter.id(), waiting.get().name(), holder));
        for (LockClaim below : waitersBelow(claims.get(holder))) {
          if (below == asker || leadsBack(below)) {
            return true;
          }
        }
        path.removeLast();
      }
      return false;
    }

    private List<LockClaim> waitersBelow(@Nullable LockClaim holder) {
      return holder == null
          ? List.of()
          : claims.values().stream()
              .filter(claim -> claim.phase() == LockClaim.Phase.WAITING && isBelow(claim, holder))
              .toList();
    }

    private boolean isBelow(LockClaim claim, LockClaim holder) {
      if (holder.holder().kind() != LockHolder.Kind.OUTSIDE) {
        return isWithin(claim, holder);
      }
      int pid = claim.holder().pid();
      return pid != 0 && looks++ < LOOKS_MAX && holder.holder().isHeldBy(pid);
    }
  }

  private boolean isWithin(LockClaim claim, LockClaim holder) {
    LockClaim around = claim;
    while (around != null && around.within() != null) {
      if (around.within() == holder.id()) {
        return true;
      }
      around = claims.get(around.within());
    }
    return false;
  }
}

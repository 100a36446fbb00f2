package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Waiting;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A claim at one moment.
 *
 * @param names in order
 * @param held whether it is held; else it waits
 * @param since of one that is held ms since 1970, of one that waits on the loop's clock
 * @param rootEnded whether its process ended while what that started holds on
 * @param waitsFor the name that it waits for, or null
 * @param blockers who holds that, or comes first
 */
public record LockFacts(
    long claim,
    LockHolder holder,
    Map<String, LockMode> names,
    boolean held,
    long since,
    long fence,
    boolean rootEnded,
    @Nullable Long within,
    @Nullable String waitsFor,
    Set<Long> blockers) {

  static LockFacts of(LockClaim claim, Locks core) {
    Optional<Waiting> waiting = core.waiting(claim.id());
    return new LockFacts(
        claim.id(),
        claim.holder(),
        claim.names(),
        claim.isHeld(),
        claim.isHeld() ? claim.heldSinceEpochMs() : claim.sinceMs(),
        claim.fence(),
        claim.hasRootEnded(),
        claim.within(),
        waiting.map(Waiting::name).orElse(null),
        waiting.map(w -> w.holders().isEmpty() ? w.ahead() : w.holders()).orElse(Set.of()));
  }
}

package dev.dibs.daemon.locks;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which claim somebody is below: that of the nearest process above it that holds one. Of a claim
 * whose process ended, while what that started holds on, the environment tells ({@value
 * #VARIABLE}), if the holder confirms it.
 */
final class LockKin {

  static final String VARIABLE = "DIBS_LOCK";

  /** More levels than any build has. */
  private static final int LEVELS_MAX = 100;

  private final LongFunction<@Nullable LockClaim> claims;
  private final Log log;
  private final Map<Integer, Deque<LockClaim>> byPid = new HashMap<>();
  private int orphans;

  LockKin(LongFunction<@Nullable LockClaim> claims, Log log) {
    this.claims = claims;
    this.log = log;
  }

  /**
   * A claim is held; the youngest of a process counts. What a connection holds is for the threads
   * of its process that took it, not for all that another thread of it starts.
   */
  void add(LockClaim claim) {
    if (claim.holder().kind() == LockHolder.Kind.PROCESS) {
      byPid.computeIfAbsent(claim.holder().pid(), pid -> new ArrayDeque<>()).push(claim);
    }
  }

  /** It is held no more. */
  void remove(LockClaim claim) {
    if (claim.hasRootEnded()) {
      orphans--;
    } else {
      forget(claim);
    }
  }

  /** Its process ended; the number may be another's from now on. */
  void rootEnded(LockClaim claim) {
    forget(claim);
    orphans++;
  }

  private void forget(LockClaim claim) {
    int pid = claim.holder().pid();
    Deque<LockClaim> ofPid = byPid.get(pid);
    if (ofPid != null && ofPid.remove(claim) && ofPid.isEmpty()) {
      byPid.remove(pid);
    }
  }

  /** The claim below which this one asks, or null. */
  @Nullable Long above(LockHolder asker) {
    if ((byPid.isEmpty() && orphans == 0) || asker.pid() == 0) {
      return null;
    }
    try {
      LockClaim nearest = nearest(asker);
      return nearest == null ? named(asker.pid()) : Long.valueOf(nearest.id());
    } catch (OsException failure) {
      log.warn("What is above pid " + asker.pid() + " is not known: " + failure);
      return null;
    }
  }

  private @Nullable LockClaim nearest(LockHolder asker) throws OsException {
    int pid = asker.pid();
    for (int level = 0; level < LEVELS_MAX && pid > 1; level++) {
      LockClaim claim = byPid.getOrDefault(pid, new ArrayDeque<>()).peek();
      if (claim != null) {
        return claim;
      }
      pid = Proc.stat(pid).map(ProcessStat::parent).orElse(0);
    }
    return null;
  }

  private @Nullable Long named(int pid) throws OsException {
    if (orphans == 0) {
      return null;
    }
    OptionalLong id =
        Proc.environment(pid)
            .flatMap(block -> block.get(VARIABLE))
            .map(LockKin::number)
            .orElse(OptionalLong.empty());
    LockClaim claim = id.isEmpty() ? null : claims.apply(id.getAsLong());
    return claim != null && claim.hasRootEnded() && claim.holder().isHeldBy(pid)
        ? Long.valueOf(claim.id())
        : null;
  }

  private static OptionalLong number(String name) {
    try {
      return OptionalLong.of(Long.parseLong(name, Character.MAX_RADIX));
    } catch (NumberFormatException notOurs) {
      return OptionalLong.empty();
    }
  }
}

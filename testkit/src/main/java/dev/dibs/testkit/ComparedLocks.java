package dev.dibs.testkit;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Refusal;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;

/**
 * The real locks and the naive ones, which must do the same; and what the real ones say before of
 * who comes next must come true.
 */
final class ComparedLocks implements Function<LockEvent, List<LockEffect>> {

  private final Locks real = new Locks();
  private final NaiveLocks naive = new NaiveLocks();
  private final ToLongBiFunction<Locks, Long> heirs;

  ComparedLocks() {
    this(Locks::heir);
  }

  /**
   * @param heirs who comes next when a claim ends, as {@link Locks#heir}
   */
  ComparedLocks(ToLongBiFunction<Locks, Long> heirs) {
    this.heirs = heirs;
  }

  @Override
  public List<LockEffect> apply(LockEvent event) {
    long heir =
        event instanceof LockEvent.Ended ? heirs.applyAsLong(real, event.claim()) : Locks.NOBODY;
    List<LockEffect> effects = real.apply(event);
    if (heir != Locks.NOBODY && !effects.equals(List.of(new LockEffect.Grant(heir)))) {
      throw new Violation(event + ": " + effects + ", but the heir was " + heir);
    }
    List<LockEffect> expected = naive.apply(event);
    if (!unnamed(effects).equals(unnamed(expected))) {
      throw new Violation(event + ": " + effects + ", and by the rules " + expected);
    }
    return effects;
  }

  /** Of several circles either may be named. */
  private static List<LockEffect> unnamed(List<LockEffect> effects) {
    return effects.stream().map(ComparedLocks::unnamed).toList();
  }

  private static LockEffect unnamed(LockEffect effect) {
    return effect instanceof LockEffect.Refuse refuse && refuse.refusal() instanceof Refusal.Cycle
        ? new LockEffect.Refuse(refuse.claim(), new Refusal.Cycle(List.of()))
        : effect;
  }
}

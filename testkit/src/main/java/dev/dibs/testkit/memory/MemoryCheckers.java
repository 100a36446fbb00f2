package dev.dibs.testkit.memory;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.MemoryView;
import dev.dibs.core.Need;
import dev.dibs.core.Terms;
import dev.dibs.testkit.StateMachine;
import dev.dibs.testkit.Trace;
import dev.dibs.testkit.Violation;
import dev.dibs.testkit.WrappedMachine;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all that goes into a core and comes out of it, keeps books of its own in the most simple
 * way, and throws a {@link Violation} where a promise about memory is broken.
 */
final class MemoryCheckers extends WrappedMachine {

  private static final long STALE_AFTER_MS = 10_000;
  private static final long FLIP_AFTER_MS = 5_000;
  private static final long KILL_AFTER_MS = 1_000;
  private static final int PASSES_MIN = 8;

  private static final class Claim {
    private final Terms terms;
    private final @Nullable Long within;
    private final long asked;
    private long grantedAtMs = -1;
    private int slots;
    private int issued;
    private int passed;
    private boolean rescued;

    private Claim(Terms terms, @Nullable Long within, long asked) {
      this.terms = terms;
      this.within = within;
      this.asked = asked;
    }

    private boolean isGranted() {
      return grantedAtMs >= 0;
    }

    private boolean isOlderThan(Claim other) {
      return grantedAtMs != other.grantedAtMs
          ? grantedAtMs < other.grantedAtMs
          : asked < other.asked;
    }

    private boolean isJob() {
      return terms.kind() == Terms.Kind.JOB;
    }

    private Need need() {
      return terms.need();
    }
  }

  private final int size;
  private final Trace trace;
  private final Map<Long, Claim> claims = new LinkedHashMap<>();
  private final Map<Long, Event.Usage> usages = new HashMap<>();
  private Event.@Nullable MemorySeen seen;
  private long budgetMib;
  private long numbers;
  private boolean falling;
  private long flippedAtMs = Long.MIN_VALUE / 2;
  private long rescuedAtMs = Long.MIN_VALUE / 2;

  MemoryCheckers(int size, StateMachine real, Trace trace) {
    super(real);
    this.size = size;
    this.trace = trace;
  }

  @Override
  public List<Effect> apply(Event event) {
    trace.add(event);
    note(event);
    List<Effect> effects = real.apply(event);
    flips(event.nowMs());
    for (Effect effect : effects) {
      trace.add(effect);
      check(effect, event.nowMs());
    }
    if (effects.stream().noneMatch(effect -> effect instanceof Effect.Drain)) {
      somethingRuns(event.nowMs());
    }
    return effects;
  }

  private void note(Event event) {
    switch (event) {
      case Event.ClaimRequested e ->
          claims.put(e.claim(), new Claim(e.terms(), e.run(), ++numbers));
      case Event.ClaimAdopted e -> {
        Claim claim = new Claim(e.terms(), e.within(), ++numbers);
        claim.grantedAtMs = e.nowMs();
        claim.slots = e.holding().slots();
        claim.issued = e.holding().issued();
        claims.put(e.claim(), claim);
      }
      case Event.ClaimEnded e -> claims.remove(e.claim());
      case Event.TokensDrained e -> claim(e.run()).issued -= e.count();
      case Event.MemorySeen e -> see(e);
      default -> {}
    }
  }

  private void see(Event.MemorySeen event) {
    seen = event;
    event.usages().forEach(usage -> usages.put(usage.claim(), usage));
    usages.keySet().removeIf(id -> !claims.containsKey(id) || !claim(id).isGranted());
    budgetMib =
        Math.max(0, event.roomMib() + usages.values().stream().mapToLong(u -> u.mib()).sum());
  }

  private boolean isKnown(long nowMs) {
    return seen != null && nowMs - seen.nowMs() < STALE_AFTER_MS;
  }

  private void check(Effect effect, long nowMs) {
    switch (effect) {
      case Effect.Grant e -> granted(e, nowMs);
      case Effect.Put e -> put(e, nowMs);
      case Effect.Rescue e -> rescued(e, nowMs);
      default -> {}
    }
  }

  private void granted(Effect.Grant grant, long nowMs) {
    Claim claim = claim(grant.claim());
    if (isKnown(nowMs) && anyRunsBut(around(grant.claim()))) {
      require(!claim.need().alone(), "%s, which must be alone, beside others", grant);
      mayStart(grant, claim.need());
      pass(claim);
    }
    claim.grantedAtMs = nowMs;
    claim.slots = grant.slots();
  }

  private void mayStart(Effect effect, Need need) {
    require(!falling, "%s under pressure", effect);
    require(
        claims.values().stream().noneMatch(c -> c.isGranted() && c.need().alone()),
        "%s beside one that must be alone",
        effect);
    boolean fits = need.mib() == 0 || committedMib() + need.mib() <= budgetMib * 92 / 100;
    require(fits, "%s does not fit into " + budgetMib + " MiB, with " + committedMib(), effect);
  }

  private void pass(Claim claim) {
    if (claim.need().mib() == 0) {
      return;
    }
    for (Claim other : claims.values()) {
      if (!other.isGranted() && other.isJob() && other.asked < claim.asked) {
        other.passed++;
        require(other.passed <= Math.max(PASSES_MIN, size), "passed too often: %s", other.terms);
      }
    }
  }

  private void put(Effect.Put put, long nowMs) {
    Claim run = claim(put.run());
    for (int i = 0; i < put.count(); i++) {
      if (isKnown(nowMs)) {
        mayStart(put, run.need());
      }
      run.issued++;
    }
  }

  private void rescued(Effect.Rescue rescue, long nowMs) {
    Claim victim = claim(rescue.claim());
    require(victim.isGranted() && victim.isJob(), "%s of what is no job", rescue);
    require(victim.need().retryable() && !victim.need().alone(), "%s can't be repeated", rescue);
    require(!victim.rescued, "%s twice", rescue);
    require(nowMs - rescuedAtMs >= KILL_AFTER_MS, "%s too soon", rescue);
    require(falling && isAcute(), "%s without need", rescue);
    boolean oldest =
        claims.values().stream()
            .filter(claim -> claim.isGranted() && claim.isJob())
            .noneMatch(claim -> claim.isOlderThan(victim));
    require(!oldest, "%s of the oldest", rescue);
    require(worth(rescue.claim()) == mostWorth(), "%s frees too little", rescue);
    require(isNewestOfItsWorth(rescue.claim()), "%s of what is not the newest", rescue);
    victim.rescued = true;
    rescuedAtMs = nowMs;
  }

  /** What its end would mend, MiB. */
  private long worth(long claim) {
    Event.Usage usage = usages.get(claim);
    long lackMib = budgetMib * 8 / 100 - (seen == null ? 0 : seen.roomMib());
    return Math.min(lackMib, usage == null ? 0 : usage.mib());
  }

  private long mostWorth() {
    return mortals().mapToLong(this::worth).max().orElse(0);
  }

  private boolean isNewestOfItsWorth(long victim) {
    return mortals()
        .filter(id -> worth(id) == worth(victim))
        .noneMatch(id -> claim(victim).isOlderThan(claim(id)));
  }

  /** Those who may be killed. */
  private Stream<Long> mortals() {
    List<Long> jobs =
        claims.keySet().stream().filter(id -> claim(id).isGranted() && claim(id).isJob()).toList();
    return jobs.stream()
        .filter(id -> claim(id).need().retryable() && !claim(id).need().alone())
        .filter(id -> jobs.stream().anyMatch(other -> claim(other).isOlderThan(claim(id))));
  }

  private void flips(long nowMs) {
    MemoryView view = real.memory();
    if (view != null && view.falling() != falling) {
      falling = view.falling();
      require(nowMs - flippedAtMs >= FLIP_AFTER_MS, "a change of mind too soon, at %s ms", nowMs);
      flippedAtMs = nowMs;
    }
    require(falling || !mustFall(nowMs), "nothing is done about pressure, at %s ms", nowMs);
  }

  /** By the latest look, for nobody can tell the machine's state between two. */
  private boolean mustFall(long nowMs) {
    return seen != null
        && isKnown(nowMs)
        && isAcute()
        && seen.nowMs() - flippedAtMs >= FLIP_AFTER_MS;
  }

  private boolean isAcute() {
    return seen != null
        && seen.fullPermille() >= 100
        && seen.roomMib() * 100L < Math.max(0, budgetMib) * 8;
  }

  /** A job that waits below a make waits for memory alone. */
  private void somethingRuns(long nowMs) {
    boolean waits = claims.values().stream().anyMatch(c -> !c.isGranted() && c.isJob());
    require(!waits || !isKnown(nowMs) || anyRunsBut(Set.of()), "nothing runs, at %s ms", nowMs);
  }

  private boolean anyRunsBut(Set<Long> few) {
    return claims.entrySet().stream()
        .anyMatch(e -> e.getValue().isGranted() && !few.contains(e.getKey()) && isBusy(e.getKey()));
  }

  private boolean isBusy(long claim) {
    Event.Usage usage = usages.get(claim);
    return usage == null || usage.busy();
  }

  private Set<Long> around(long id) {
    Set<Long> around = new HashSet<>();
    for (Long above = claim(id).within; above != null; above = claim(above).within) {
      around.add(above);
    }
    return around;
  }

  private long committedMib() {
    long sum = 0;
    for (Map.Entry<Long, Claim> entry : claims.entrySet()) {
      Claim claim = entry.getValue();
      if (claim.isGranted()) {
        int times = claim.isJob() ? 1 : claim.slots + claim.issued;
        Event.Usage usage = usages.get(entry.getKey());
        sum += Math.max((long) claim.need().mib() * times, usage == null ? 0 : usage.mib());
      }
    }
    return sum;
  }

  private Claim claim(long id) {
    Claim claim = claims.get(id);
    if (claim == null) {
      throw new Violation("nobody knows claim " + id);
    }
    return claim;
  }

  private static void require(boolean holds, String message, Object about) {
    if (!holds) {
      throw new Violation(message.formatted(about));
    }
  }
}

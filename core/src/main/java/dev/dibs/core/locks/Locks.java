package dev.dibs.core.locks;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Locks by name. A claim asks for one or many, shared or exclusive, and gets all or none. A lock is
 * there from the first request for it to the last release.
 *
 * <pre>
 *   Requested --&gt; granted --------------------------&gt; holds --&gt; Downgraded --&gt; Ended
 *             --&gt; waits ----&gt; granted, as its turn comes --^
 *             |           --&gt; Ended
 *             --&gt; refused: it would not wait, an upgrade, or a circle
 * </pre>
 *
 * <h2>Exclusion</h2>
 *
 * <p>A claim may be made <em>within</em> another one that holds locks, by what runs below it. It
 * has what that one holds: for a name that an ancestor holds, only those within the nearest such
 * ancestor are its rivals, and they see a {@link Lock} of their own. <strong>Invariant:</strong>
 * two that hold a lock, one of them exclusively, are within each other. So siblings exclude each
 * other, also below an exclusive holder. When a holder ends before what is within it, that has its
 * place from then on, and the lock is never free in between. Exclusive below shared is refused. A
 * downgraded holder excludes others as long as something within it does.
 *
 * <h2>Order</h2>
 *
 * <p>Waiters stand in line by priority, then arrival ({@link Order}). A claim of one name is
 * <em>rigid</em>: whoever stands behind it and can't share with it stays there. A claim of many
 * names is not: what is free now may be had by others while the rest is held, else large sets would
 * idle most of what they ask for. But each grant to somebody who came later, or has a lower
 * priority, is a <em>pass</em>, and counts against the earliest of those passed in a line. Who was
 * passed {@value #PASSES_MAX} times is a <em>barrier</em>: rigid, and before all but earlier
 * barriers, whatever its priority. So of all waiters the one that came earliest is passed so many
 * times at most, and then is next for all that it wants; by induction nobody starves, neither large
 * sets, writers nor the background. (If a pass counted against all, a few urgent claims would make
 * barriers of a crowd in the background, and then wait for all of it.)
 *
 * <h2>Circles</h2>
 *
 * <p>A holder ends when what is within it has ended. So a waiter depends on holders that leave it
 * no room, these on the waiters within them, and so on ({@link Dependencies}); by the rules of
 * lines a waiter depends on rigid ones before it as well.
 *
 * <p>A circle through holders only can never resolve, and is refused. <em>It suffices to look when
 * a waiter comes.</em> What adds a dependency is: a request, whose circles all go through itself,
 * and only if it is within something; a grant, after which others may wait for the new holder, but
 * nothing is within it yet; an end, after which those within have the place of their ancestor, on
 * whose end the same waiters depended; a downgrade adds none; adopted claims hold, and come before
 * all that wait. What is within a claim that waits would be another matter, so it counts as made
 * within that one's ancestor: nothing runs below a claim that waits.
 *
 * <p>A circle that goes through a line is nobody's fault: it may come with a barrier, an urgent
 * request or a stranger's. It is no deadlock but a bad order, so the order gives way:
 * <strong>nobody stays behind one that depends on him.</strong> A claim within another one is held
 * back by rigid ones only if they don't depend on it, by holders and lines. Something can always go
 * on then: of all that wait, take a set of which each depends on each and on nobody else. Within
 * it, follow dependencies on holders as long as you can: they don't form circles, so this ends at
 * one that has room and is held back by others of the set at most, all of which depend on it. If
 * you began within some holder, it is within one; and a set with a circle has a waiter within a
 * holder, for lines alone are ordered. Lines give way only after all were granted that can be as
 * they stand.
 *
 * <p>Known gap: a holder that ends by itself although what is within it waits, is taken for one
 * that can't, and a request may be refused in vain.
 *
 * <h2>Outsiders</h2>
 *
 * <p>A name may be had by somebody who asked elsewhere, without the daemon, which shows when a
 * claim was granted and the kernel refuses. Then it holds none of its names and waits again, and an
 * outsider holds the one. Nothing is within an outsider, as far as is known, so there is no circle
 * with it; but in truth it may wait for anybody. So whoever waits for it must keep nobody from
 * other locks: a claim of many names that waits for an outsider is no barrier, and is passed
 * uncounted. (One name keeps others from that name only, which the outsider has.)
 *
 * <p>How it is done with little work: {@link Round}. Events in, effects out; no clock, no I/O,
 * deterministic. One thread at a time.
 */
public final class Locks {

  /** How often a waiter is passed before nobody passes it any more. */
  public static final int PASSES_MAX = 8;

  /** No claim. */
  public static final long NOBODY = -1;

  private final Map<String, Lock> locks = new HashMap<>();
  private final Map<Long, Claim> claims = new HashMap<>();
  private final Adoption adoption = new Adoption();
  private final Round round = new Round();
  private long arrivals;

  /**
   * Takes an event.
   *
   * @return what came of it, in the order of grants. Who comes and can be granted is the first of
   *     them; a refusal is the only effect of its request
   * @throws IllegalStateException if a claim's number is used twice, what is displaced has no such
   *     name, a claim is adopted after a request, or what two adopted claims hold can't be shared
   */
  public List<LockEffect> apply(LockEvent event) {
    if (event instanceof LockEvent.Adopted adopted) {
      adoption.add(adopted);
      return List.of();
    }
    finishAdoption();
    Optional<Refusal> refusal = take(event);
    if (refusal.isPresent()) {
      return List.of(new LockEffect.Refuse(event.claim(), refusal.get()));
    }
    round.run();
    return round.takeEffects();
  }

  private Optional<Refusal> take(LockEvent event) {
    switch (event) {
      case LockEvent.Requested request -> {
        return request(request);
      }
      case LockEvent.Adopted adopted -> adopt(adopted);
      case LockEvent.Ended ended -> end(claims.get(ended.claim()));
      case LockEvent.Displaced displaced -> displace(displaced);
      case LockEvent.Downgraded downgraded -> downgrade(claims.get(downgraded.claim()));
    }
    return Optional.empty();
  }

  private void finishAdoption() {
    for (LockEvent.Adopted adopted : adoption.finish()) {
      adopt(adopted);
    }
  }

  private void adopt(LockEvent.Adopted adopted) {
    Claim claim = join(adopted.claim(), adopted.within(), Priority.NORMAL, adopted.names());
    claim.hold();
    for (Stake stake : claim.stakes()) {
      stake.lock().hold(stake);
      settleAround(stake.lock());
    }
  }

  private Optional<Refusal> request(LockEvent.Requested request) {
    Claim claim = join(request.claim(), request.within(), request.priority(), request.names());
    Optional<Refusal> refusal = upgrade(claim);
    if (refusal.isEmpty() && !round.grantNow(claim)) {
      refusal = request.waits() ? enqueue(claim) : Optional.of(new Refusal.WouldWait());
    }
    if (refusal.isPresent()) {
      leave(claim);
    }
    return refusal;
  }

  private Claim join(
      long id, @Nullable Long within, Priority priority, Map<String, LockMode> names) {
    Claim claim = new Claim(id, priority, ++arrivals);
    if (claims.putIfAbsent(id, claim) != null) {
      throw new IllegalStateException("BUG: claim " + id + " asks twice");
    }
    claim.attachTo(within == null ? null : nearestHolder(claims.get(within)));
    claim.ask(names, name -> lock(claim, name));
    return claim;
  }

  private static @Nullable Claim nearestHolder(@Nullable Claim claim) {
    return claim == null || claim.isHolding() ? claim : claim.parent();
  }

  private Lock lock(Claim claim, String name) {
    Stake around = claim.nearest(name);
    return around == null ? locks.computeIfAbsent(name, n -> new Lock(n, null)) : around.open();
  }

  private static Optional<Refusal> upgrade(Claim claim) {
    for (Stake stake : claim.stakes()) {
      Stake around = stake.lock().owner();
      if (around != null && stake.isExclusive() && !around.isExclusive()) {
        return Optional.of(new Refusal.Upgrade(stake.lock().name()));
      }
    }
    return Optional.empty();
  }

  private Optional<Refusal> enqueue(Claim claim) {
    List<Refusal.Link> circle = claim.isNested() ? Dependencies.circle(claim) : List.of();
    if (!circle.isEmpty()) {
      return Optional.of(new Refusal.Cycle(circle));
    }
    round.enqueue(claim);
    return Optional.empty();
  }

  private void displace(LockEvent.Displaced event) {
    Claim claim = claims.get(event.claim());
    if (claim == null || !claim.isHolding()) {
      return;
    }
    for (Stake stake : claim.stakes()) {
      release(stake);
      round.touch(stake.lock());
      settleAround(stake.lock());
    }
    claim.holdNoMore();
    Stake stake = claim.stake(event.name());
    outside(event, stake.lock(), stake.isExclusive() ? event.mode() : LockMode.EXCLUSIVE);
    if (claim.order().isBarrier()) {
      claim.becomeOrdinary();
    }
    round.enqueue(claim);
  }

  /** An outsider has a lock, and those who wait for it are barriers no more. */
  private void outside(LockEvent.Displaced event, Lock lock, LockMode mode) {
    Claim outsider = claims.get(event.outsider());
    if (outsider == null) {
      outsider = new Claim(event.outsider(), Priority.NORMAL, ++arrivals);
      claims.put(event.outsider(), outsider);
      outsider.comesFromOutside();
      outsider.attachTo(lock.owner() == null ? null : lock.owner().claim());
      outsider.ask(Map.of(event.name(), mode), name -> lock);
      outsider.hold();
      lock.hold(outsider.stakes().getFirst());
    } else if (mode == LockMode.EXCLUSIVE) {
      Stake stake = outsider.stakes().getFirst();
      stake.excludeAll();
      stake.lock().settle(stake);
    }
    settleAround(lock);
    lock.queue().waiters.all().forEach(waiter -> round.soften(waiter.claim()));
  }

  private void end(@Nullable Claim claim) {
    if (claim == null) {
      return;
    }
    if (claim.isHolding()) {
      for (Stake stake : claim.stakes()) {
        release(stake);
      }
    } else {
      round.dequeue(claim);
    }
    leave(claim);
  }

  private void release(Stake stake) {
    Lock inner = stake.inner();
    stake.lock().release(stake);
    if (inner != null) {
      stake.lock().absorb(inner);
    }
  }

  /** It is in no line and holds nothing; what it kept may go on. */
  private void leave(Claim claim) {
    claims.remove(claim.id());
    for (Stake stake : claim.stakes()) {
      round.touch(stake.lock());
      settleAround(stake.lock());
      forgetUnused(stake.lock());
    }
    if (!claim.isAlone()) {
      leaveTree(claim);
    }
  }

  private void leaveTree(Claim claim) {
    List<Claim> within = List.copyOf(claim.children());
    claim.detach();
    for (Claim child : within) {
      if (!child.isNested()) {
        round.surfaced(child);
      }
    }
  }

  private void downgrade(@Nullable Claim claim) {
    if (claim == null || !claim.isHolding()) {
      return;
    }
    for (Stake stake : claim.stakes()) {
      stake.share();
      settle(stake);
    }
  }

  private void settleAround(Lock lock) {
    if (lock.owner() != null) {
      settle(lock.owner());
    }
  }

  /** Those within a holder ask for less or more than before: so may it, and those around it. */
  private void settle(Stake holder) {
    for (Stake next = holder; next != null && next.lock().settle(next); ) {
      round.touch(next.lock());
      next = next.lock().owner();
    }
  }

  private void forgetUnused(Lock lock) {
    if (!lock.isUnused()) {
      return;
    }
    if (lock.owner() == null) {
      locks.remove(lock.name());
    } else {
      lock.owner().close();
    }
  }

  /**
   * Who is granted a lock when a claim ends, if that is plain to see and all that comes of it: both
   * want the same one name for themselves, and nothing is within anything. Then who is told before
   * {@link #apply} waits for less.
   *
   * @return {@link #NOBODY} if it takes more to find out
   */
  public long heir(long id) {
    Claim claim = claims.get(id);
    Stake held = claim == null || !claim.isHolding() ? null : claim.onlyStake();
    Claim next = held == null || round.hasNestedWaiters() ? null : held.lock().heir();
    return next == null ? NOBODY : next.id();
  }

  /** Who holds a lock, in the order of grants; those within another holder after it. */
  public Set<Long> holders(String name) {
    Set<Long> holders = new LinkedHashSet<>();
    for (Lock lock : views(name)) {
      lock.holders().forEach(stake -> holders.add(stake.claim().id()));
    }
    return holders;
  }

  /**
   * Who waits for a lock, as they stand in line. Those within holders are after all others, for
   * they are not in that line.
   */
  public Set<Long> waiters(String name) {
    Set<Long> waiters = new LinkedHashSet<>();
    for (Lock lock : views(name)) {
      lock.queue().waiters.all().forEach(stake -> waiters.add(stake.claim().id()));
    }
    return waiters;
  }

  /** A lock as all see it, outermost first. */
  private Set<Lock> views(String name) {
    finishAdoption();
    Set<Lock> views = new LinkedHashSet<>();
    Deque<Lock> next = new ArrayDeque<>();
    if (locks.containsKey(name)) {
      next.add(locks.get(name));
    }
    for (Lock lock = next.poll(); lock != null; lock = next.poll()) {
      views.add(lock);
      for (Stake holder : lock.holders()) {
        if (holder.inner() != null) {
          next.add(holder.inner());
        }
      }
    }
    return views;
  }

  /** What a claim waits for; empty if it does not wait. */
  public Optional<Waiting> waiting(long id) {
    Claim claim = claims.get(id);
    if (claim == null || claim.isHolding()) {
      return Optional.empty();
    }
    Stake stake = claim.watched();
    List<Stake> holders = stake.lock().holdersAgainst(stake.mode());
    List<Stake> ahead = holders.isEmpty() ? stake.lock().queue().rigid.ahead(stake) : List.of();
    return Optional.of(new Waiting(stake.lock().name(), ids(holders), ids(ahead)));
  }

  private static Set<Long> ids(List<Stake> stakes) {
    return stakes.stream()
        .map(stake -> stake.claim().id())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The locks that somebody holds or waits for. */
  public Set<String> names() {
    finishAdoption();
    return Collections.unmodifiableSet(locks.keySet());
  }

  /** How often it was looked whether a lock keeps somebody waiting: a measure of work. */
  long looks() {
    return round.looks();
  }
}

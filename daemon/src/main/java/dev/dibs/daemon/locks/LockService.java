package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Refusal;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks by name, whoever holds them: between the holders and {@link Locks}, which decides. For the
 * loop's thread only.
 *
 * <p>Between the core's grant and the holder's hearing of it comes, in this order: the bytes of the
 * lock file, so that nobody has the name without a daemon ({@link Ranges}); the slot that the
 * waiter lent ({@link Lender}); the fencing number; the record. Nobody else can have the names
 * meanwhile, and if the daemon dies in between, nobody had them.
 */
public final class LockService implements LockClaims {

  /**
   * What it needs of the daemon.
   *
   * @param ids numbers for claims, never used before
   * @param epochMs what time it is, ms since 1970
   * @param unused told when nobody holds a lock or waits for one any more
   */
  public record Parts(
      EventLoop loop,
      LongSupplier ids,
      LongSupplier epochMs,
      LockRecords records,
      Fences fences,
      Ranges ranges,
      Lender lender,
      People people,
      Runnable unused,
      Log log) {}

  /** More names than these are taken in several turns of the loop. */
  public static final int NAMES_AT_ONCE = KeptNames.TURN;

  private final Parts parts;
  private final Locks core = new Locks();
  private final Map<Long, LockClaim> claims = new LinkedHashMap<>();
  private final Deque<LockEvent> events = new ArrayDeque<>();
  private final LockKin kin;
  private final LockTexts texts;
  private final LockNotices notices;
  private final LockHints hints;
  private final OutsideCircles circles = new OutsideCircles(core, claims);
  private final Succession succession;
  private final Map<String, LockClaim> outsiders = new HashMap<>();
  private boolean applying;

  public LockService(Parts parts) {
    this.parts = parts;
    kin = new LockKin(claims::get, parts.log());
    texts = new LockTexts(core, claims::get, parts.people());
    notices = new LockNotices(core, texts, parts.loop());
    succession = new Succession(parts.ranges());
    hints = new LockHints(parts.ranges(), parts.people(), parts.loop());
  }

  /** Whether somebody holds a lock or waits for one. */
  public boolean isInUse() {
    return claims.size() > outsiders.size();
  }

  @Override
  public long request(LockHolder holder, LockWish wish) {
    long id = parts.ids().getAsLong();
    Long within = wish.within() == null ? kin.above(holder) : wish.within();
    LockClaim claim = new LockClaim(id, holder, wish, within, parts.loop().nowMs());
    claims.put(id, claim);
    apply(new LockEvent.Requested(id, within, wish.names(), wish.priority(), wish.waits()));
    if (claims.get(id) == claim && !claim.isHeld()) {
      hasToWait(claim);
    }
    return id;
  }

  private void hasToWait(LockClaim claim) {
    OptionalLong waitMs = claim.wish().waitMs();
    if (waitMs.isPresent() && claim.wish().waits()) {
      claim.deadline(parts.loop().after(waitMs.getAsLong(), () -> timeout(claim)));
    }
    if (claim.phase() == LockClaim.Phase.WAITING) {
      parts.lender().waits(claim.id(), claim.holder().pid());
    }
    notices.watch(claim);
    if (!outsiders.isEmpty()) {
      refuseCircle(claim);
    }
  }

  /** What the core can't see: somebody without the daemon is part of it. */
  private void refuseCircle(LockClaim claim) {
    if (claims.get(claim.id()) == claim && claim.phase() == LockClaim.Phase.WAITING) {
      circles
          .of(claim)
          .ifPresent(circle -> refuse(claim, LockRefusal.Reason.CYCLE, texts.cycle(circle)));
    }
  }

  private void timeout(LockClaim claim) {
    if (claims.get(claim.id()) != claim || claim.isHeld()) {
      return;
    }
    if (claim.phase() == LockClaim.Phase.TAKING) { // it is free, and a moment from being had
      claim.deadline(parts.loop().after(KeptNames.NEXT_TURN_MS, () -> timeout(claim)));
    } else {
      refuse(claim, LockRefusal.Reason.TIMEOUT, texts.timeout(claim));
    }
  }

  /** Somebody waits no more: it is told why, and forgotten. */
  private void refuse(LockClaim claim, LockRefusal.Reason reason, String text) {
    end(claim.id());
    claim.holder().refused(new LockRefusal(reason, text));
  }

  @Override
  public void end(long id) {
    LockClaim claim = claims.get(id);
    if (claim != null) {
      apply(new LockEvent.Ended(id));
      if (!outsiders.isEmpty() && !claim.isHeld()) {
        letOutsidersPass(claim);
      }
    }
  }

  /** Who waited for somebody outside gave up: others there need not stay behind. */
  private void letOutsidersPass(LockClaim claim) {
    for (String name : claim.names().keySet()) {
      if (outsiders.containsKey(name) && core.waiters(name).isEmpty()) {
        parts.ranges().waitNoMore(name);
      }
    }
  }

  @Override
  public void downgrade(long id) {
    LockClaim claim = claims.get(id);
    if (claim == null || !claim.isHeld()) {
      return;
    }
    Map<String, LockMode> before = claim.names();
    claim.downgraded();
    remember(claim);
    parts.ranges().downgrade(before);
    apply(new LockEvent.Downgraded(id));
  }

  /** The process of a claim ended, while others hold it. */
  public void rootEnded(long id) {
    LockClaim claim = claims.get(id);
    if (claim != null && claim.isHeld() && !claim.hasRootEnded()) {
      kin.rootEnded(claim);
      claim.rootEnded();
    }
  }

  /** Remembers a claim that was not to be remembered when it was granted. */
  public void remember(long id) {
    LockClaim claim = claims.get(id);
    if (claim != null && claim.isHeld() && !claim.isRecorded()) {
      remember(claim);
    }
  }

  /** It must not be held if it can't be remembered: a later daemon would grant it again. */
  private boolean remember(LockClaim claim) {
    String trace = claim.holder().trace();
    try {
      if (trace != null) {
        claim.recorded(parts.records().add(claim.forRecord(trace)));
      }
      return true;
    } catch (IOException failure) {
      parts.log().warn("A lock can't be remembered: " + failure);
      return false;
    }
  }

  /** Takes over what an earlier daemon granted; before anything is asked for. */
  public void adopt(LockRecords.HeldLocks held, LockRecords.Entry entry, LockHolder holder) {
    LockWish wish =
        new LockWish(
            held.names(), held.within(), dev.dibs.core.locks.Priority.NORMAL, OptionalLong.empty());
    LockClaim claim =
        new LockClaim(held.claim(), holder, wish, held.within(), parts.loop().nowMs());
    core.apply(new LockEvent.Adopted(held.claim(), held.within(), held.names()));
    claim.held(held.fence(), held.sinceEpochMs());
    claim.recorded(entry);
    claims.put(claim.id(), claim);
    kin.add(claim);
    hints.add(claim);
    parts.ranges().adopt(claim.names());
  }

  /** All are taken over that an earlier daemon granted. */
  public void allAdopted() {
    parts.ranges().allAdopted();
  }

  /** Tells those who wait that nothing will come. */
  public void dismissWaiters() {
    for (LockClaim claim : List.copyOf(claims.values())) {
      if (claims.containsKey(claim.id()) && !claim.isHeld()) {
        refuse(claim, LockRefusal.Reason.LEAVING, "the daemon was stopped");
      }
    }
  }

  /** One event after the other, also those that come up while effects are carried out. */
  private void apply(LockEvent event) {
    events.add(event);
    if (applying) {
      return;
    }
    applying = true;
    try {
      for (LockEvent next = events.poll(); next != null; next = events.poll()) {
        carryOut(next);
      }
    } finally {
      applying = false;
    }
    if (!isInUse()) {
      parts.unused().run();
    }
  }

  /**
   * Who comes next hears of it before the rest is done for one that ended: that can wait. Where it
   * is plain who that is, what the core has to do can wait too.
   */
  private void carryOut(LockEvent event) {
    LockClaim gone = event instanceof LockEvent.Ended ended ? leave(ended.claim()) : null;
    LockClaim heir = gone == null ? null : heir(gone);
    if (heir != null) {
      heir.owed();
      rangesTaken(heir);
    }
    List<LockEffect> effects = core.apply(event);
    if (heir == null) {
      effects.forEach(this::perform);
    } else if (!effects.equals(List.of(new LockEffect.Grant(heir.id())))) {
      throw new IllegalStateException("BUG: claim " + heir.id() + " is no heir: " + effects);
    }
    if (gone != null) {
      succession.settle();
      forget(gone);
    }
  }

  /** Who has all that one leaves who ended, if that is plain to see; else null. */
  private @Nullable LockClaim heir(LockClaim gone) {
    LockClaim heir = claims.get(core.heir(gone.id()));
    return heir != null && succession.passesAtOnce(heir) ? heir : null;
  }

  /** It is none of ours any more, and nothing of it keeps others out; null if it was none. */
  private @Nullable LockClaim leave(long id) {
    LockClaim claim = claims.remove(id);
    if (claim == null || claim.holder().kind() == LockHolder.Kind.OUTSIDE) {
      return null;
    }
    claim.close(); // before others can have it, or the next daemon would adopt it
    if (!claim.isHeld()) {
      parts.lender().forget(id);
    }
    switch (claim.phase()) {
      case WAITING -> {}
      case TAKING -> Objects.requireNonNull(claim.taking()).giveBack();
      case OWED, HELD -> succession.left(claim);
    }
    return claim;
  }

  private void forget(LockClaim gone) {
    notices.forget(gone.id());
    if (gone.isHeld()) {
      kin.remove(gone);
      hints.remove(gone);
    }
  }

  private void perform(LockEffect effect) {
    LockClaim claim = claims.get(effect.claim());
    if (claim == null) {
      return; // withdrawn while this was under way; the core is told next
    }
    switch (effect) {
      case LockEffect.Grant grant -> granted(claim);
      case LockEffect.Refuse refusal -> refused(claim, refusal.refusal());
    }
  }

  private void refused(LockClaim claim, Refusal refusal) {
    LockRefusal told =
        switch (refusal) {
          case Refusal.WouldWait busy ->
              new LockRefusal(LockRefusal.Reason.BUSY, texts.busy(claim));
          case Refusal.Upgrade upgrade ->
              new LockRefusal(LockRefusal.Reason.UPGRADE, texts.upgrade(claim, upgrade));
          case Refusal.Cycle cycle -> new LockRefusal(LockRefusal.Reason.CYCLE, texts.cycle(cycle));
        };
    LockClaim gone = leave(claim.id());
    if (gone != null) {
      forget(gone);
    }
    claim.holder().refused(told);
  }

  private void granted(LockClaim claim) {
    Taking names = new Taking(parts.ranges(), succession, claim);
    claim.takes(names);
    take(claim, names);
  }

  /** Takes names; many of them in several turns of the loop. */
  private void take(LockClaim claim, Taking names) {
    if (claims.get(claim.id()) != claim || claim.taking() != names) {
      return; // it was withdrawn meanwhile
    }
    try {
      Ranges.Busy busy = names.next();
      if (busy != null) {
        busy(claim, busy);
      } else if (names.isComplete()) {
        claim.owed();
        rangesTaken(claim);
      } else {
        parts.loop().after(KeptNames.NEXT_TURN_MS, () -> take(claim, names));
      }
    } catch (IOException nobodyIsKeptOut) {
      String why = String.valueOf(nobodyIsKeptOut.getMessage());
      refuse(claim, LockRefusal.Reason.UNKEPT, texts.unkept(claim, why));
    }
  }

  private void busy(LockClaim claim, Ranges.Busy busy) {
    if (!claim.wish().waits()) {
      refuse(claim, LockRefusal.Reason.BUSY, texts.busyElsewhere(busy.name(), holder(busy)));
    } else if (parts.ranges().isHeldBy(busy.name(), claim.holder().pid())) {
      refuse(claim, LockRefusal.Reason.CYCLE, texts.ownElsewhere(busy.name()));
    } else {
      claim.displaced();
      parts.lender().waits(claim.id(), claim.holder().pid());
      long outsider = outsider(busy).id();
      parts.ranges().await(busy.name(), modeOf(claim, busy), () -> isFree(busy.name()));
      apply(new LockEvent.Displaced(claim.id(), outsider, busy.name(), busy.mode()));
      parts.loop().post(() -> refuseCircle(claim));
    }
  }

  private static LockMode modeOf(LockClaim claim, Ranges.Busy busy) {
    return claim.names().getOrDefault(busy.name(), LockMode.EXCLUSIVE);
  }

  private int holder(Ranges.Busy busy) {
    return parts.ranges().holder(busy.name()).pid();
  }

  /** Who has a name outside, as a claim like others, until that is free. */
  private LockClaim outsider(Ranges.Busy busy) {
    return outsiders.computeIfAbsent(
        busy.name(),
        name -> {
          LockHolder holder = new Outsider(name, parts.ranges());
          LockWish wish = LockWish.of(List.of(name), busy.mode());
          LockClaim claim =
              new LockClaim(parts.ids().getAsLong(), holder, wish, null, parts.loop().nowMs());
          long since = parts.ranges().holder(name).sinceEpochMs();
          claim.held(0, since == 0 ? parts.epochMs().getAsLong() : since);
          claims.put(claim.id(), claim);
          return claim;
        });
  }

  private void isFree(String name) {
    LockClaim outsider = outsiders.remove(name);
    if (outsider != null) {
      end(outsider.id());
    }
  }

  private void rangesTaken(LockClaim claim) {
    if (claims.get(claim.id()) == claim
        && !parts.lender().goesOn(claim.id(), () -> slotIsBack(claim))) {
      tell(claim);
    }
  }

  private void slotIsBack(LockClaim claim) {
    if (claims.get(claim.id()) == claim && claim.phase() == LockClaim.Phase.OWED) {
      tell(claim);
    }
  }

  private void tell(LockClaim claim) {
    try {
      claim.held(parts.fences().next(), parts.epochMs().getAsLong());
    } catch (IOException damaged) {
      parts.log().warn("A lock can't be numbered: " + damaged);
      refuse(claim, LockRefusal.Reason.UNKEPT, texts.unrecorded(claim));
      return;
    }
    if (!remember(claim)) {
      refuse(claim, LockRefusal.Reason.UNKEPT, texts.unrecorded(claim));
      return;
    }
    boolean heard = claim.holder().granted(new LockGrant(claim.id(), claim.fence()));
    if (claims.get(claim.id()) == claim) {
      notices.forget(claim.id());
      kin.add(claim);
      hints.add(claim);
    }
    if (!heard) {
      end(claim.id());
    }
  }

  /** All claims, those that wait too, in the order in which they came. */
  public Collection<LockFacts> facts() {
    return claims.values().stream().map(claim -> LockFacts.of(claim, core)).toList();
  }

  /** Those that hold a name, and how they call themselves. */
  public Map<Long, LockHolder> holders(String name) {
    Map<Long, LockHolder> holders = new LinkedHashMap<>();
    for (long id : core.holders(name)) {
      LockClaim claim = claims.get(id);
      if (claim != null && claim.isHeld()) {
        holders.put(id, claim.holder());
      }
    }
    return Collections.unmodifiableMap(holders);
  }

  /** The claim that holds a name; of several one. */
  public Optional<LockFacts> holding(String name) {
    for (long id : core.holders(name)) {
      LockClaim claim = claims.get(id);
      if (claim != null && claim.isHeld()) {
        return Optional.of(LockFacts.of(claim, core));
      }
    }
    return Optional.empty();
  }

  /** The claim that a process holds, with just these names, if it does; the youngest. */
  public @Nullable LockFacts heldBy(LockHolder.Kind kind, int pid, LockWish wish) {
    LockFacts found = null;
    for (LockClaim claim : claims.values()) {
      if (claim.isHeld()
          && claim.holder().kind() == kind
          && claim.holder().pid() == pid
          && claim.names().equals(wish.names())) {
        found = LockFacts.of(claim, core);
      }
    }
    return found;
  }
}

package dev.dibs.testkit;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.PoolView;
import dev.dibs.core.Terms;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks after every step whether the promises hold, in the simulated reality. */
final class Checkers {

  private final SimulatedHost host;
  private final List<SimulatedClaim> line = new ArrayList<>();
  private int owedBefore;
  private boolean mayOwe;

  Checkers(SimulatedHost host) {
    this.host = host;
  }

  void restarted() {
    mayOwe = true;
    line.clear();
  }

  /** Promise 1: only a living claim that waits is granted, once, and what it asked for. */
  SimulatedClaim grantee(Effect.Grant grant) {
    SimulatedClaim claim = waiting(grant, grant.claim());
    Terms terms = claim.terms;
    require(grant.slots() <= terms.slotsMax(), "%s is more than asked", grant);
    if (claim.within == null) {
      require(grant.own() == grant.slots(), "%s: covered by nobody", grant);
      int least = Math.min(terms.slotsMin(), Math.min(host.size(), terms.cap()));
      require(grant.slots() >= least, "%s is less than asked", grant);
      line.removeIf(other -> other.state != SimulatedClaim.State.WAITING);
      require(line.isEmpty() || line.getFirst() == claim, "%s before %s", grant, line);
      line.remove(claim);
    } else {
      require(grant.slots() >= 1 && grant.own() >= 0, "%s of nothing", grant);
      require(grant.slots() - grant.own() <= 1, "%s: covered more than once", grant);
    }
    return claim;
  }

  SimulatedClaim refused(Effect.Refuse refuse) {
    SimulatedClaim claim = waiting(refuse, refuse.claim());
    require(claim.terms.deadlineMs() <= host.nowMs(), "%s too early", refuse);
    line.remove(claim);
    return claim;
  }

  SimulatedClaim tokenTaker(long run) {
    SimulatedClaim claim = host.claim(run);
    if (claim == null || claim.fifo == null || claim.state != SimulatedClaim.State.GRANTED) {
      throw new Violation("tokens for " + run + ", which is no living run");
    }
    return claim;
  }

  void check(Event event, List<Effect> effects) {
    if (event instanceof Event.ClaimRequested e) {
      join(e);
    }
    line.removeIf(claim -> claim.state != SimulatedClaim.State.WAITING);
    PoolView view = host.view();
    require(view.held() + view.free() - view.owed() == view.size(), "conservation: %s", view);
    require(view.size() == host.size(), "size: %s", view);
    if (!host.isAdopting()) {
      checkAll(event, effects, view);
    }
    owedBefore = view.owed();
  }

  private void checkAll(Event event, List<Effect> effects, PoolView view) {
    parties(view);
    members(view);
    debt(event, effects, view);
    effects.forEach(effect -> effect(effect, effects, view));
    waiters(view);
    if (event instanceof Event.TokensSeen e) {
      surplus(e);
    } else if (event instanceof Event.TokensWanted e) {
      wanted(e, effects, view);
    }
  }

  private void join(Event.ClaimRequested e) {
    SimulatedClaim claim = host.claim(e.claim());
    if (claim != null && claim.within == null && claim.state == SimulatedClaim.State.WAITING) {
      line.add(claim);
    }
  }

  /** Promises 1 to 3 for each party: the books agree with what is really in use. */
  private void parties(PoolView view) {
    int held = 0;
    for (PoolView.PartyView p : view.parties()) {
      held += p.held();
      SimulatedClaim claim = host.claim(p.id());
      if (claim == null) {
        throw new Violation("the core keeps " + p + ", which is over");
      }
      require(!p.ended() || !claim.children.isEmpty(), "kept after its end: %s", p);
      SimulatedFifo fifo = claim.fifo;
      int extra = 0;
      if (fifo != null && claim.state == SimulatedClaim.State.GRANTED) {
        require(p.issued() == fifo.issued, "%s, but issued are %s", p, fifo.issued);
        require(p.unread() == fifo.known, "%s, but unread are %s", p, fifo.known);
        require(p.implicit() == claim.slots, "%s, but implicit are %s", p, claim.slots);
        extra = fifo.extra();
        require(extra == fifo.explainedExtra(), "%s has %s unexplained tokens", p, extra);
      }
      require(claim.use() <= p.held() + Math.max(0, extra), "%s uses %s", p, claim.use());
    }
    require(held == view.held(), "parties hold %s: %s", held, view);
  }

  /** Promises 1 and 2: leases belong to the living, and to all of them. */
  private void members(PoolView view) {
    Set<Long> seen = new HashSet<>();
    for (PoolView.MemberView m : view.members()) {
      SimulatedClaim claim = host.claim(m.id());
      if (claim == null || claim.state == SimulatedClaim.State.OVER) {
        throw new Violation("a lease outlives its holder: " + m);
      }
      require(m.waiting() == (claim.state != SimulatedClaim.State.GRANTED), "waits? %s", m);
      require(m.own() + (m.covered() ? 1 : 0) == m.slots() || m.waiting(), "slots: %s", m);
      seen.add(m.id());
    }
    for (PoolView.PartyView p : view.parties()) {
      seen.add(p.id());
    }
    for (SimulatedClaim claim : host.claims()) {
      boolean gone = claim.state == SimulatedClaim.State.GRANTED && !seen.contains(claim.id);
      require(!gone, "%s is lost", claim);
    }
  }

  /**
   * Who waited for what is not of the pool goes on in a slot that it has. After a resize or a
   * restart slots may be owed all the same.
   */
  void resumed(Effect.Resume resume, boolean wanted) {
    require(wanted, "%s to one that still waits", resume);
    PoolView view = host.view();
    mayOwe |= host.hasShrunk();
    require(mayOwe || view.owed() <= lent(view), "%s in no slot", resume);
  }

  /** Promise 3: more than the pool is held only after a resize or a restart, or if it is lent. */
  private void debt(Event event, List<Effect> effects, PoolView view) {
    boolean grown = view.owed() > owedBefore;
    boolean mayGrow = event instanceof Event.PoolResized || event instanceof Event.ClaimAdopted;
    if (grown && !mayGrow) {
      require(anyLease(effects), "owed without a grant: %s", view);
      require(view.owed() <= lent(view), "more owed than lent: %s", view);
    }
  }

  private static boolean anyLease(List<Effect> effects) {
    return effects.stream().anyMatch(e -> e instanceof Effect.Grant g && g.own() > 0);
  }

  private int lent(PoolView view) {
    int sum = 0;
    for (PoolView.PartyView p : view.parties()) {
      sum += lent(p, view);
    }
    return sum;
  }

  /** At most so many slots of a party lie idle because those who hold them wait. */
  private int lent(PoolView.PartyView party, PoolView view) {
    int waiting = host.suspendedOf(party.id());
    int idle = party.held() - takeable(party);
    for (PoolView.MemberView m : view.members()) {
      if (m.party() == party.id()) {
        waiting += m.waiting() ? 1 : 0;
        idle -= m.terms().kind() == Terms.Kind.JOB ? m.slots() : 0;
      }
    }
    return Math.clamp(idle, 0, waiting);
  }

  /** Unread tokens, less those that are due to members whose place went back into the FIFO. */
  private int takeable(PoolView.PartyView party) {
    SimulatedClaim claim = host.claim(party.id());
    if (claim == null || party.unread() == 0) {
      return 0;
    }
    int places = party.held() - party.unread();
    int displaced = Math.max(0, useBelow(claim) - places);
    return Math.max(0, party.unread() - displaced);
  }

  private void effect(Effect effect, List<Effect> effects, PoolView view) {
    switch (effect) {
      case Effect.Grant e -> granted(e, effects, view);
      case Effect.Put e -> put(e, effects, view);
      case Effect.Drain e -> {}
      case Effect.Resume e -> {}
      case Effect.Rescue e -> {}
      case Effect.Refuse e -> {}
    }
  }

  /** Caps and coverage. */
  private void granted(Effect.Grant grant, List<Effect> effects, PoolView view) {
    SimulatedClaim party = granted(grant).party();
    PoolView.PartyView p = party(view, party.id);
    if (grant.own() > 0) {
      checkCap(p, view);
    }
    if (grant.own() < grant.slots() && party.fifo != null) {
      checkCoverage(grant, effects, party, p);
    }
  }

  /**
   * What is in use below a party has places behind it, as far as was known. Members whose place was
   * returned to the FIFO while they go on were there before.
   */
  private void checkCoverage(
      Effect.Grant grant, List<Effect> effects, SimulatedClaim party, PoolView.PartyView p) {
    int used = useBelow(party);
    int places = p.implicit() + SimulatedHost.fifoOf(party).knownInHands() + p.leased();
    if (used > places) {
      List<Effect.Grant> grants = grantsBelow(party, effects);
      int ownNow = grants.stream().mapToInt(Effect.Grant::own).sum();
      int displaced = Math.max(0, useBelowWithout(grants, party) - (places - ownNow));
      require(used <= places + displaced, "%s: %s in use, %s places", grant, used, places);
    }
  }

  private List<Effect.Grant> grantsBelow(SimulatedClaim party, List<Effect> effects) {
    List<Effect.Grant> grants = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Grant g && granted(g).party() == party) {
        grants.add(g);
      }
    }
    return grants;
  }

  private SimulatedClaim granted(Effect.Grant grant) {
    SimulatedClaim claim = host.claim(grant.claim());
    if (claim == null) {
      throw new Violation(grant + " is forgotten");
    }
    return claim;
  }

  private static int useBelow(SimulatedClaim party) {
    int below = 0;
    for (SimulatedClaim child : party.children) {
      below += child.use();
    }
    return below;
  }

  private int useBelowWithout(List<Effect.Grant> grants, SimulatedClaim party) {
    grants.forEach(g -> granted(g).slots = 0);
    int below = useBelow(party);
    grants.forEach(g -> granted(g).slots = g.slots());
    return below;
  }

  private void put(Effect.Put put, List<Effect> effects, PoolView view) {
    checkCap(party(view, put.run()), view);
    require(line.isEmpty(), "%s while %s wait", put, line);
    boolean lent = anyLease(effects) && view.owed() <= lent(view);
    require(view.owed() == 0 || lent, "%s while slots are owed", put);
    require(tokenTaker(put.run()).terms.tokens(), "%s, which takes none", put);
  }

  private void checkCap(PoolView.PartyView p, PoolView view) {
    SimulatedClaim claim = host.claim(p.id());
    int busy = p.held() - lent(p, view);
    require(claim == null || busy <= claim.terms.cap(), "over its cap: %s", p);
  }

  /** Who asked not to wait, or until now, does not wait. */
  private void waiters(PoolView view) {
    for (PoolView.PartyView p : view.parties()) {
      inTime(p.waiting(), p.terms(), p);
    }
    for (PoolView.MemberView m : view.members()) {
      inTime(m.waiting(), m.terms(), m);
    }
  }

  private void inTime(boolean waiting, Terms terms, Object who) {
    require(!waiting || terms.deadlineMs() > host.nowMs(), "not answered in time: %s", who);
  }

  /** Its deadline passed. */
  void answered(SimulatedClaim claim) {
    boolean waits = claim.state == SimulatedClaim.State.WAITING;
    require(!waits || claim.terms.deadlineMs() >= host.nowMs(), "not answered in time: %s", claim);
  }

  private void surplus(Event.TokensSeen seen) {
    SimulatedClaim claim = host.claim(seen.run());
    if (claim != null && claim.fifo != null) {
      SimulatedFifo fifo = claim.fifo;
      require(fifo.bytes <= Math.max(0, fifo.issued), "surplus is left in %s", seen);
    }
  }

  /** Who is known to ask gets a token, or counts as hungry if a token may be put at all. */
  private void wanted(Event.TokensWanted wanted, List<Effect> effects, PoolView view) {
    PoolView.PartyView p = party(view, wanted.run());
    boolean put = effects.stream().anyMatch(e -> e instanceof Effect.Put to && to.run() == p.id());
    boolean full = !p.terms().tokens() || p.held() >= p.terms().cap();
    boolean waits = view.members().stream().anyMatch(m -> m.party() == p.id() && m.waiting());
    require(put || p.hungry() || full || waits, "asked in vain, but not hungry: %s", p);
  }

  private static PoolView.PartyView party(PoolView view, long id) {
    for (PoolView.PartyView p : view.parties()) {
      if (p.id() == id) {
        return p;
      }
    }
    throw new Violation("the core forgot party " + id);
  }

  private SimulatedClaim waiting(Effect effect, long id) {
    SimulatedClaim claim = host.claim(id);
    if (claim == null || claim.state != SimulatedClaim.State.WAITING) {
      throw new Violation(effect + " to nobody who waits");
    }
    return claim;
  }

  private static void require(boolean holds, String message, Object about) {
    if (!holds) {
      throw new Violation(message.formatted(about));
    }
  }

  private static void require(boolean holds, String message, Object about, Object more) {
    if (!holds) {
      throw new Violation(message.formatted(about, more));
    }
  }

  private static void require(
      boolean holds, String message, Object about, Object more, Object most) {
    if (!holds) {
      throw new Violation(message.formatted(about, more, most));
    }
  }
}

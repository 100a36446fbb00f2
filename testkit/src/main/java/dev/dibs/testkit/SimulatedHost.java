package dev.dibs.testkit;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.PoolView;
import dev.dibs.core.Settings;
import dev.dibs.core.Terms;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The daemon around the core: tells it events, late as a real one would, carries out effects on
 * simulated FIFOs, and lets the checkers look after every step.
 */
final class SimulatedHost {

  private final Agenda agenda;
  private final Dice dice;
  private final Settings settings;
  private final StateMachine.Factory factory;
  private final Checkers checkers;
  private final Trace trace;
  private final Map<Long, SimulatedClaim> claims = new LinkedHashMap<>();

  private final SimulatedDisk disk;

  private StateMachine core;
  private int size;
  private long claimsMade;
  private long tickAtMs = Long.MAX_VALUE;
  private boolean adopting;
  private boolean shrunk;

  SimulatedHost(
      Agenda agenda,
      Dice dice,
      int size,
      Settings settings,
      StateMachine.Factory factory,
      Trace trace) {
    this.agenda = agenda;
    this.dice = dice;
    this.size = size;
    this.settings = settings;
    this.factory = factory;
    this.trace = trace;
    this.core = factory.make(size, settings);
    this.disk = new SimulatedDisk(dice, claims::get);
    this.checkers = new Checkers(this);
  }

  int size() {
    return size;
  }

  long nowMs() {
    return agenda.nowMs();
  }

  Settings settings() {
    return settings;
  }

  PoolView view() {
    return core.view();
  }

  /** Whether the core does not know all claims yet. */
  boolean isAdopting() {
    return adopting;
  }

  /** Whether somebody waits who has done so before either of two times, ms. */
  boolean anybodyWaitsSince(long idleSinceMs, long beforeMs) {
    for (SimulatedClaim claim : claims.values()) {
      if (claim.state == SimulatedClaim.State.WAITING
          && Math.max(claim.waitsSinceMs, idleSinceMs) < beforeMs) {
        return true;
      }
    }
    return false;
  }

  @Nullable SimulatedClaim claim(long id) {
    return claims.get(id);
  }

  Iterable<SimulatedClaim> claims() {
    return claims.values();
  }

  /** A process asks, and the core hears of it a moment later. */
  SimulatedClaim ask(
      Terms terms, @Nullable SimulatedClaim run, boolean belowClient, SimulatedClaim.Asker asker) {
    SimulatedClaim within = run == null || run.state != SimulatedClaim.State.GRANTED ? null : run;
    SimulatedClaim claim = new SimulatedClaim(++claimsMade, terms, within, belowClient, asker);
    claims.put(claim.id, claim);
    if (within != null) {
      within.children.add(claim);
    }
    agenda.in(dice.below(2), () -> request(claim));
    return claim;
  }

  /** A claim's process is gone, and everything below it; the core hears of it a moment later. */
  void died(SimulatedClaim claim) {
    claim.dead = true;
    agenda.in(dice.below(3), () -> end(claim));
  }

  void rootIdle(SimulatedClaim claim) {
    if (claim.state == SimulatedClaim.State.GRANTED && !claim.dead) {
      claim.slots = 0;
      apply(new Event.RootIdle(nowMs(), claim.id));
    }
  }

  /** Something changed in a FIFO; the host sees it after so many ms. */
  void changed(SimulatedClaim party, int delayMs) {
    SimulatedFifo fifo = fifoOf(party);
    if (!fifo.lookPlanned) {
      fifo.lookPlanned = true;
      agenda.in(delayMs, () -> look(party));
    }
  }

  /** A client blocks in a read; where the host can see that, it does so after so many ms. */
  void asked(SimulatedClaim party, int delayMs) {
    agenda.in(delayMs, () -> want(party));
  }

  private void want(SimulatedClaim party) {
    SimulatedFifo fifo = fifoOf(party);
    if (party.state == SimulatedClaim.State.GRANTED && fifo.isAskedInVain()) {
      fifo.known = 0;
      apply(new Event.TokensWanted(nowMs(), party.id));
    }
  }

  void wedged(SimulatedClaim party) {
    if (party.state == SimulatedClaim.State.GRANTED) {
      look(party);
      fifoOf(party).writeOff();
      apply(new Event.RunWedged(nowMs(), party.id));
    }
  }

  /** Whether the pool was ever made smaller. */
  boolean hasShrunk() {
    return shrunk;
  }

  /** How many slots of a party lie idle because commands are suspended and not told to go on. */
  int suspendedOf(long party) {
    int count = 0;
    for (SimulatedClaim claim : claims.values()) {
      count += claim.suspended && claim.party().id == party ? claim.slots : 0;
    }
    return count;
  }

  void resize(int other) {
    shrunk |= other < size;
    size = other;
    apply(new Event.PoolResized(nowMs(), other));
  }

  /** The daemon is killed; a new one takes over what is held, and waiters ask again. */
  void restart() {
    trace.add("RESTART");
    core = factory.make(size, settings);
    checkers.restarted();
    tickAtMs = Long.MAX_VALUE;
    adopting = true;
    for (Event.ClaimAdopted adopted : disk.adoptions(nowMs())) {
      apply(adopted);
    }
    adopting = false;
    List.copyOf(claims.values()).forEach(this::afterRestart);
  }

  private void afterRestart(SimulatedClaim claim) {
    if (claim.state == SimulatedClaim.State.WAITING) {
      claim.state = SimulatedClaim.State.ASKING;
      agenda.in(dice.below(4), () -> request(claim));
    }
    if (claim.suspended) {
      agenda.in(dice.below(4), () -> suspendAgain(claim));
    }
  }

  private void suspendAgain(SimulatedClaim claim) {
    Runnable back = claim.back;
    if (claim.suspended && claim.state == SimulatedClaim.State.GRANTED) {
      apply(new Event.Suspended(nowMs(), claim.id, claim.id, Math.max(1, claim.slots)));
      if (back != null) {
        apply(new Event.Resumed(nowMs(), claim.id));
      }
    }
  }

  private void request(SimulatedClaim claim) {
    if (claim.state != SimulatedClaim.State.ASKING || claim.dead) {
      return;
    }
    SimulatedClaim party = claim.party();
    if (party.fifo != null && party != claim && dice.percent(80)) {
      look(party);
    }
    SimulatedClaim within = claim.within;
    claim.state = SimulatedClaim.State.WAITING;
    claim.waitsSinceMs = nowMs();
    if (claim.terms.deadlineMs() < Long.MAX_VALUE) {
      agenda.at(claim.terms.deadlineMs() + 1, () -> checkers.answered(claim));
    }
    apply(
        new Event.ClaimRequested(
            nowMs(), claim.id, within == null ? null : within.id, claim.belowClient, claim.terms));
  }

  private void end(SimulatedClaim claim) {
    boolean known = claim.state != SimulatedClaim.State.OVER;
    claim.state = SimulatedClaim.State.OVER;
    if (known) {
      bury(claim);
    }
    apply(new Event.ClaimEnded(nowMs(), claim.id));
  }

  /** What lives on below a claim that is over belongs to the run around it. */
  private void bury(SimulatedClaim claim) {
    SimulatedClaim within = claim.within;
    if (within != null) {
      within.children.remove(claim);
      within.children.addAll(claim.children);
      claim.children.forEach(child -> child.within = within);
      claim.children.clear();
    }
    if (claim.children.isEmpty()) {
      claims.remove(claim.id);
    }
    if (within != null && within.state == SimulatedClaim.State.OVER && within.children.isEmpty()) {
      claims.remove(within.id);
    }
  }

  private void look(SimulatedClaim party) {
    SimulatedFifo fifo = fifoOf(party);
    fifo.lookPlanned = false;
    if (party.state == SimulatedClaim.State.GRANTED) {
      fifo.known = fifo.bytes;
      apply(new Event.TokensSeen(nowMs(), party.id, fifo.bytes));
    }
  }

  private void tick(long atMs) {
    if (atMs == tickAtMs) {
      tickAtMs = Long.MAX_VALUE;
      apply(new Event.Ticked(atMs));
    }
  }

  private void apply(Event event) {
    List<Effect> done = new ArrayList<>();
    Queue<Effect> due = new ArrayDeque<>(tell(event));
    for (Effect next = due.poll(); next != null; next = due.poll()) {
      trace.add(next);
      done.add(next);
      due.addAll(carryOut(next));
    }
    checkers.check(event, done);
    planTick();
  }

  private List<Effect> tell(Event event) {
    trace.add(event);
    try {
      List<Effect> effects = core.apply(event);
      disk.record(core.takeChanges());
      return effects;
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new Violation("the core fails on " + event, e);
    }
  }

  private List<Effect> carryOut(Effect effect) {
    switch (effect) {
      case Effect.Grant e -> grant(e);
      case Effect.Refuse e -> refuse(e);
      case Effect.Resume e -> resume(e);
      case Effect.Rescue e -> {}
      case Effect.Put e -> put(e);
      case Effect.Drain e -> {
        return tell(drain(e));
      }
    }
    return List.of();
  }

  private void grant(Effect.Grant grant) {
    SimulatedClaim claim = checkers.grantee(grant);
    claim.state = SimulatedClaim.State.GRANTED;
    claim.slots = grant.slots();
    agenda.in(dice.below(2), () -> claim.asker.granted(grant.slots()));
  }

  private void refuse(Effect.Refuse refuse) {
    SimulatedClaim claim = checkers.refused(refuse);
    claim.state = SimulatedClaim.State.OVER;
    bury(claim);
    agenda.in(dice.below(2), claim.asker::refused);
  }

  /** A command waits for what is not of the pool. */
  void suspend(SimulatedClaim claim) {
    claim.suspended = true;
    apply(new Event.Suspended(nowMs(), claim.id, claim.id, Math.max(1, claim.slots)));
  }

  /**
   * It is to go on.
   *
   * @param back told when it has its slot
   */
  void resume(SimulatedClaim claim, Runnable back) {
    claim.back = back;
    apply(new Event.Resumed(nowMs(), claim.id));
  }

  private void resume(Effect.Resume resume) {
    SimulatedClaim claim = claims.get(resume.waiter());
    if (claim != null && claim.suspended) {
      claim.suspended = false;
      Runnable back = claim.back;
      claim.back = null;
      checkers.resumed(resume, back != null);
      if (back != null) {
        agenda.in(dice.below(2), back);
      }
    }
  }

  private void put(Effect.Put put) {
    SimulatedClaim party = checkers.tokenTaker(put.run());
    SimulatedFifo fifo = fifoOf(party);
    fifo.put(put.count());
    fifo.wake().forEach(reader -> agenda.in(dice.below(2), reader));
  }

  private Event.TokensDrained drain(Effect.Drain drain) {
    SimulatedClaim party = checkers.tokenTaker(drain.run());
    SimulatedFifo fifo = fifoOf(party);
    if (dice.percent(30)) {
      fifo.wake().forEach(Runnable::run);
    }
    return new Event.TokensDrained(nowMs(), drain.run(), fifo.drain(drain.count()));
  }

  private void planTick() {
    long next = core.nextDeadlineMs();
    if (next < tickAtMs) {
      tickAtMs = Math.max(next, nowMs());
      long at = tickAtMs;
      agenda.at(at, () -> tick(at));
    }
  }

  static SimulatedFifo fifoOf(SimulatedClaim party) {
    SimulatedFifo fifo = party.fifo;
    if (fifo == null) {
      throw new Violation(party + " has no FIFO");
    }
    return fifo;
  }
}

package dev.dibs.testkit;

import dev.dibs.core.Settings;
import dev.dibs.core.Terms;

/** A machine: its clock, its daemon, and what everybody on it shares. */
final class SimulatedWorld {

  /** How long nothing may run while somebody waits: tokens settle, or are found to be lost. */
  private static final int STALL_MS = 300;

  private static final int WEDGED_MS = 200;

  final Agenda agenda = new Agenda();
  final SimulatedHost host;

  /** Processes that have not ended. */
  int living;

  final SimulatedLock lock;
  private int busy;
  private long idleSinceMs;

  SimulatedWorld(Dice dice, int size, StateMachine.Factory factory, Trace trace) {
    host = new SimulatedHost(agenda, dice, size, Settings.DEFAULT, factory, trace);
    lock = new SimulatedLock(host);
  }

  /** So many more tasks work, or fewer. */
  void busy(int more) {
    if (busy == 0) {
      idleSinceMs = agenda.nowMs();
    }
    busy += more;
    if (busy == 0) {
      idleSinceMs = agenda.nowMs();
    }
  }

  /** Promise 4: if somebody waits, something runs. */
  void checkProgress() {
    boolean stalls = busy == 0 && agenda.nowMs() - idleSinceMs > STALL_MS;
    if (stalls && host.anybodyWaitsSince(idleSinceMs, agenda.nowMs() - STALL_MS)) {
      throw new Violation("nothing runs, but somebody waits: " + host.view());
    }
  }

  /** Terms of a command with these habits. */
  Terms terms(Habits habits, Dice dice) {
    Terms terms = Terms.run();
    if (habits.style() == Habits.Style.WIDE) {
      int min = dice.between(1, 3);
      terms = terms.withTokens(false).withSlots(min, min + dice.below(4));
    }
    if (dice.percent(20)) {
      terms = terms.withCap(dice.between(1, 4));
    }
    if (dice.percent(20)) {
      terms = terms.withWeight(dice.between(1, 5) * 50);
    }
    return patience(terms, dice);
  }

  /** Most wait as long as it takes, some not at all or not for long. */
  Terms patience(Terms terms, Dice dice) {
    int kind = dice.below(20);
    long nowMs = agenda.nowMs();
    return switch (kind) {
      case 0 -> terms.withDeadlineMs(nowMs);
      case 1 -> terms.withDeadlineMs(nowMs + dice.between(1, 50));
      default -> terms;
    };
  }

  /** Looks now and then whether a run with tokens out is asleep; if so, they are written off. */
  void watchForWedge(SimulatedClaim party, SimulatedCommand root) {
    agenda.in(WEDGED_MS / 2, () -> watchForWedge(party, root, root.tasksDone()));
  }

  private void watchForWedge(SimulatedClaim party, SimulatedCommand root, int doneBefore) {
    if (party.dead || party.state != SimulatedClaim.State.GRANTED) {
      return;
    }
    SimulatedFifo fifo = SimulatedHost.fifoOf(party);
    boolean idle = root.isAsleep() && root.tasksDone() == doneBefore;
    if (idle && fifo.inHands + fifo.lost > 0 && fifo.issued > 0) {
      host.wedged(party);
    }
    watchForWedge(party, root);
  }
}

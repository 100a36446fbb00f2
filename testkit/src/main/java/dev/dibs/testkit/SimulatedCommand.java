package dev.dibs.testkit;

import dev.dibs.core.Terms;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process tree of one run: a root with tasks to do, each in a slot, and what it starts below as
 * claims of their own.
 */
final class SimulatedCommand implements SimulatedClaim.Asker, SimulatedLock.Holder {

  /** Where a task's slot comes from. */
  private enum Source {
    OWN,
    TOKEN,
    /** None: the task claims one. */
    CLAIM
  }

  private final SimulatedWorld world;
  private final Dice dice;
  private final Habits habits;
  private final int depth;
  private final @Nullable SimulatedCommand above;
  private final Set<SimulatedJob> jobs = new LinkedHashSet<>();
  private final Set<SimulatedCommand> below = new LinkedHashSet<>();
  private final TokenHands hands;
  private @Nullable SimulatedClaim claim;
  private int tasksLeft;
  private int running;
  private int working;
  private int ownSlots;
  private int ownBusy;
  private boolean started;
  private boolean locks;
  private boolean rootDead;
  private boolean daemonLives;
  private boolean gone;
  private int tasksDone;

  SimulatedCommand(
      SimulatedWorld world, Dice dice, Habits habits, @Nullable SimulatedCommand above) {
    this.world = world;
    this.dice = dice;
    this.habits = habits;
    this.above = above;
    this.depth = above == null ? 0 : above.depth + 1;
    this.tasksLeft = habits.tasks();
    this.hands = new TokenHands(world, dice, habits, this::party, this::startTasks);
  }

  /** Asks for its first slot. */
  void ask(Terms terms) {
    world.living++;
    if (above != null) {
      above.below.add(this);
    }
    claim =
        world.host.ask(
            terms,
            above == null ? null : above.claim,
            above != null && above.isOrIsBelowClient(),
            this);
  }

  /** Whether it takes tokens, or something above it does. */
  private boolean isOrIsBelowClient() {
    return habits.takesTokens() || (above != null && above.isOrIsBelowClient());
  }

  /** It does its work under a lock that all share who do that. */
  void locks() {
    locks = true;
  }

  /** Perhaps its user interrupts it if it waits too long. */
  void mayGiveUp() {
    if (dice.percent(5)) {
      world.agenda.in(dice.below(60), this::giveUp);
    }
  }

  int tasksDone() {
    return tasksDone;
  }

  @Override
  public SimulatedClaim claim() {
    if (claim == null) {
      throw new IllegalStateException("asked for nothing yet");
    }
    return claim;
  }

  @Override
  public void granted(int slots) {
    if (gone) {
      return;
    }
    started = true;
    ownSlots = slots;
    if (claim().fifo != null) {
      world.watchForWedge(claim(), this);
    }
    if (habits.kill() > 0) {
      world.agenda.in(habits.kill(), habits.killsAll() ? this::kill : this::killRoot);
    }
    if (habits.style() == Habits.Style.HOARDER) {
      hoard();
    } else if (locks) {
      world.lock.take(this);
      return;
    }
    startTasks();
  }

  /** It begins under its lock. */
  @Override
  public void locked() {
    if (!gone) {
      startTasks();
      leaveIfOver();
    }
  }

  @Override
  public void refused() {
    if (!gone) {
      gone = true;
      rootDead = true;
      left(true);
    }
  }

  private void giveUp() {
    if (!started) {
      kill();
    }
  }

  /** SIGKILL to all of it. */
  void kill() {
    if (gone) {
      return;
    }
    boolean rootLived = !rootDead;
    gone = true;
    rootDead = true;
    List.copyOf(below).forEach(SimulatedCommand::kill);
    List.copyOf(jobs).forEach(SimulatedJob::kill);
    hands.drop();
    world.busy(-working);
    working = 0;
    leave(rootLived);
  }

  /** SIGKILL to its root: tokens are lost, tasks go on. */
  private void killRoot() {
    if (!gone && !rootDead) {
      hands.drop();
      rootLeft();
    }
  }

  private void startTasks() {
    while (!gone && !rootDead && tasksLeft > 0 && running < limit()) {
      Source source = slotForTask();
      if (source == null) {
        return;
      }
      tasksLeft--;
      running++;
      start(source);
    }
  }

  private int limit() {
    return switch (habits.style()) {
      case EAGER, POLLER, HOARDER, SCRIPT -> habits.parallel();
      case WIDE -> ownSlots;
    };
  }

  private @Nullable Source slotForTask() {
    if (habits.style() == Habits.Style.SCRIPT && depth < 2) {
      return Source.CLAIM;
    }
    if (ownBusy < ownSlots) {
      ownBusy++;
      return Source.OWN;
    }
    return takesTokens() && hands.take() ? Source.TOKEN : null;
  }

  private boolean takesTokens() {
    return switch (habits.style()) {
      case EAGER, POLLER -> party().fifo != null;
      case HOARDER, SCRIPT, WIDE -> false;
    };
  }

  private void start(Source source) {
    boolean claims = source == Source.CLAIM || dice.percent(habits.claims());
    if (!claims) {
      work(source);
    } else if (depth < 2 && dice.percent(30)) {
      Habits nested = Habits.random(dice, depth + 1);
      new Below(source, nested).ask();
    } else {
      job(source);
    }
  }

  private void work(Source source) {
    working++;
    world.busy(1);
    world.agenda.in(dice.between(1, habits.taskMs()), () -> worked(source));
  }

  private void worked(Source source) {
    if (gone) {
      return;
    }
    working--;
    world.busy(-1);
    taskDone(source);
  }

  private void job(Source source) {
    int slots = dice.between(1, habits.slots());
    Terms terms = world.patience(Terms.job().withSlots(slots, slots), dice);
    SimulatedJob job =
        new SimulatedJob(
            world,
            dice.between(1, habits.taskMs()),
            done -> {
              jobs.remove(done);
              taskDone(source);
            });
    jobs.add(job);
    job.ask(terms, claim(), isOrIsBelowClient());
    job.mayDie(dice);
  }

  /** A nested command, and what its end means to the task that started it. */
  private final class Below {

    private final Source source;
    private final SimulatedCommand command;

    Below(Source source, Habits nested) {
      this.source = source;
      this.command = new SimulatedCommand(world, dice.split(), nested, SimulatedCommand.this);
    }

    void ask() {
      command.onLeft = () -> taskDone(source);
      command.ask(world.terms(command.habits, dice));
      command.mayGiveUp();
    }
  }

  private Runnable onLeft = () -> {};

  private void taskDone(Source source) {
    running--;
    tasksDone++;
    if (gone) {
      return;
    }
    if (!rootDead) {
      giveBack(source);
    } else {
      leaveIfOver();
    }
  }

  private void giveBack(Source source) {
    switch (source) {
      case OWN -> ownBusy--;
      case TOKEN -> hands.giveBack();
      case CLAIM -> {}
    }
    if (tasksLeft == 0 && running == 0) {
      exit();
    } else if (source != Source.TOKEN || dice.percent(habits.retakes())) {
      startTasks();
    } else {
      world.agenda.in(dice.between(1, 3), this::startTasks);
    }
  }

  private void hoard() {
    if (party().fifo == null) {
      return;
    }
    int taken = hands.takeAll();
    world.busy(1);
    world.agenda.in(dice.between(1, 60), () -> releaseHoard(taken));
  }

  private void releaseHoard(int taken) {
    world.busy(-1);
    if (gone || rootDead) {
      return;
    }
    hands.giveBack(taken);
    if (tasksLeft == 0 && running == 0) {
      exit();
    }
  }

  private void exit() {
    if (!hands.areEmpty()) {
      return;
    }
    if (habits.daemonises()) {
      daemonLives = true;
      world.agenda.in(dice.between(5, 500), this::daemonEnds);
    }
    rootLeft();
  }

  private void daemonEnds() {
    daemonLives = false;
    leaveIfOver();
  }

  /** The root is gone: whoever waited for it goes on, and what is below lives on. */
  private void rootLeft() {
    rootDead = true;
    leaveIfOver();
    if (!gone) {
      watchForIdleness();
    }
    onLeft.run();
  }

  private void leaveIfOver() {
    if (!gone && rootDead && running == 0 && below.isEmpty() && !daemonLives) {
      gone = true;
      leave(false);
    }
  }

  private void leave(boolean rootLived) {
    world.host.died(claim());
    left(rootLived);
  }

  private void left(boolean rootLived) {
    if (locks) {
      world.lock.leave(this);
    }
    world.living--;
    if (above != null) {
      above.below.remove(this);
      above.leaveIfOver();
    }
    if (rootLived) {
      onLeft.run();
    }
  }

  /** Looks now and then whether all that its dead root left behind is asleep. */
  private void watchForIdleness() {
    world.agenda.in(dice.between(1, 20), this::idleIfAsleep);
  }

  private void idleIfAsleep() {
    if (!gone && isAsleep()) {
      world.host.rootIdle(claim());
    } else if (!gone) {
      watchForIdleness();
    }
  }

  /** Whether any of its tasks, or of those below, does anything. */
  boolean isAsleep() {
    return working == 0
        && jobs.stream().noneMatch(SimulatedJob::isWorking)
        && below.stream().allMatch(SimulatedCommand::isAsleep);
  }

  private SimulatedClaim party() {
    return claim().party();
  }
}

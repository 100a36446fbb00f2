package dev.dibs.testkit.memory;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.core.MemoryView;
import dev.dibs.core.Need;
import dev.dibs.core.Terms;
import dev.dibs.testkit.StateMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The core decides. Each build is a make below a run: it takes a token for each recipe but one, and
 * each recipe is a claim below it, as compiler shims make them; or none is, and the run alone is
 * known.
 */
final class Ours implements Policy {

  /** A make: its tokens, and the recipes that it started. */
  private static final class Make {
    private final long claim;
    private final Build build;
    private final Terms terms;
    private final Map<Job, Recipe> recipes = new LinkedHashMap<>();
    private boolean granted;
    private int unread;

    private Make(long claim, Build build, Terms terms) {
      this.claim = claim;
      this.build = build;
      this.terms = terms;
    }
  }

  private static final class Recipe {
    private final boolean byToken;
    private long claim;
    private Terms terms = Terms.job();

    private Recipe(boolean byToken) {
      this.byToken = byToken;
    }
  }

  private StateMachine core;
  private final Estimates estimates;
  private final boolean shims;
  private final int sampleMs;
  private final Map<Build, Make> makes = new LinkedHashMap<>();
  private final Map<Long, Job> jobs = new HashMap<>();
  private final Map<Long, Make> runs = new HashMap<>();
  private final Map<Long, Event.ClaimRequested> requests = new HashMap<>();
  private final Map<Long, Holding> recorded = new LinkedHashMap<>();
  private long claims;
  private long sampledAtMs = Long.MIN_VALUE / 2;
  private boolean falling;
  private int flips;

  Ours(StateMachine core, Estimates estimates, boolean shims, int sampleMs) {
    this.core = core;
    this.estimates = estimates;
    this.shims = shims;
    this.sampleMs = sampleMs;
  }

  @Override
  public int flips() {
    return flips;
  }

  @Override
  public void act(Machine machine) {
    if (makes.isEmpty()) {
      sample(machine);
      machine.builds.forEach(build -> begin(build, machine));
    }
    if (machine.nowMs >= sampledAtMs + sampleMs) {
      sample(machine);
    }
    if (core.nextDeadlineMs() <= machine.nowMs) {
      apply(new Event.Ticked(machine.nowMs), machine);
    }
    for (Make make : makes.values()) {
      if (make.build.isOver()) {
        over(make, machine);
      } else if (make.granted) {
        startRecipes(make, machine);
      }
    }
  }

  private void begin(Build build, Machine machine) {
    int mib = shims ? 0 : estimates.perSlotMib(build, machine.memoryMib);
    Terms terms = Terms.run().withCap(build.width).withNeed(Need.ofMib(mib));
    Make make = new Make(++claims, build, terms);
    makes.put(build, make);
    runs.put(make.claim, make);
    ask(make, machine);
  }

  private void ask(Make make, Machine machine) {
    apply(new Event.ClaimRequested(machine.nowMs, make.claim, null, false, make.terms), machine);
  }

  private void over(Make make, Machine machine) {
    if (make.granted) {
      make.granted = false;
      make.recipes.values().forEach(recipe -> endClaim(recipe, machine));
      make.recipes.clear();
      apply(new Event.ClaimEnded(machine.nowMs, make.claim), machine);
    }
  }

  private void startRecipes(Make make, Machine machine) {
    List<Job> begun = new ArrayList<>();
    for (Job job : make.build.ready()) {
      boolean byToken = make.recipes.values().stream().anyMatch(recipe -> !recipe.byToken);
      if (byToken && make.unread == 0) {
        break;
      }
      make.unread -= byToken ? 1 : 0;
      make.recipes.put(job, new Recipe(byToken));
      job.state = Job.State.WAITING;
      begun.add(job);
    }
    if (!begun.isEmpty()) {
      apply(new Event.TokensSeen(machine.nowMs, make.claim, make.unread), machine);
      begun.forEach(job -> ask(make, job, machine));
    }
  }

  private void ask(Make make, Job job, Machine machine) {
    Recipe recipe = make.recipes.get(job);
    if (recipe == null || make.build.isOver()) {
      return;
    }
    if (!shims) {
      machine.start(job);
      return;
    }
    recipe.claim = ++claims;
    jobs.put(recipe.claim, job);
    recipe.terms = Terms.job().withNeed(estimates.of(job, machine.memoryMib));
    request(make, recipe, machine);
  }

  private void request(Make make, Recipe recipe, Machine machine) {
    apply(
        new Event.ClaimRequested(machine.nowMs, recipe.claim, make.claim, true, recipe.terms),
        machine);
  }

  @Override
  public void ended(Machine machine, Job job, End how) {
    estimates.ended(job, how);
    Make make = makes.get(job.build);
    Recipe recipe = make == null ? null : make.recipes.get(job);
    if (make == null || recipe == null) {
      return;
    }
    endClaim(recipe, machine);
    if (how == End.DONE) {
      make.recipes.remove(job);
      make.unread += recipe.byToken ? 1 : 0;
      apply(new Event.TokensSeen(machine.nowMs, make.claim, make.unread), machine);
    } else if (shims && job.kills < 3) {
      job.state = Job.State.WAITING;
      ask(make, job, machine);
    } else {
      machine.fail(job.build);
    }
  }

  private void endClaim(Recipe recipe, Machine machine) {
    if (jobs.remove(recipe.claim) != null) {
      apply(new Event.ClaimEnded(machine.nowMs, recipe.claim), machine);
    }
  }

  /** The daemon was killed; another takes over what is held, and who waits asks again. */
  void restart(StateMachine other, Machine machine) {
    core = other;
    for (Holding holding : List.copyOf(recorded.values())) {
      adopt(holding, machine);
    }
    sampledAtMs = Long.MIN_VALUE / 2;
    for (Make make : List.copyOf(makes.values())) {
      if (!make.granted && !make.build.isOver()) {
        ask(make, machine);
      }
      List.copyOf(make.recipes.entrySet()).stream()
          .filter(entry -> entry.getKey().state == Job.State.WAITING)
          .forEach(entry -> request(make, entry.getValue(), machine));
    }
  }

  private void adopt(Holding holding, Machine machine) {
    Job job = jobs.get(holding.claim());
    Make run = runs.get(holding.claim());
    Event.ClaimRequested request = requests.get(holding.claim());
    boolean lives = job != null ? job.isHeld() : run != null && run.granted;
    if (lives && request != null) {
      apply(
          new Event.ClaimAdopted(
              machine.nowMs,
              request.run(),
              true,
              request.terms(),
              holding,
              run == null ? 0 : run.unread),
          machine);
    }
  }

  private void sample(Machine machine) {
    sampledAtMs = machine.nowMs;
    List<Event.Usage> usages = new ArrayList<>();
    jobs.forEach(
        (claim, job) -> {
          if (job.isHeld()) {
            usages.add(new Event.Usage(claim, job.mib(), job.state == Job.State.RUNNING));
          }
        });
    for (Make make : makes.values()) {
      if (make.granted) {
        usages.add(shims ? new Event.Usage(make.claim, 1, false) : usageOf(make));
      }
    }
    int room = machine.roomMib();
    apply(new Event.MemorySeen(machine.nowMs, room, (int) (machine.stall * 1000), usages), machine);
    MemoryView seen = core.memory();
    flips += seen != null && seen.falling() != falling ? 1 : 0;
    falling = seen != null && seen.falling();
  }

  private static Event.Usage usageOf(Make make) {
    int mib = make.build.jobs().stream().mapToInt(Job::mib).sum();
    return new Event.Usage(make.claim, mib, make.build.count(Job.State.RUNNING) > 0);
  }

  private void apply(Event event, Machine machine) {
    Queue<Effect> due = new ArrayDeque<>(tell(event));
    List<Runnable> after = new ArrayList<>();
    for (Effect next = due.poll(); next != null; next = due.poll()) {
      due.addAll(carryOut(next, after, machine));
    }
    after.forEach(Runnable::run);
  }

  private List<Effect> tell(Event event) {
    if (event instanceof Event.ClaimRequested request) {
      requests.put(request.claim(), request);
    }
    List<Effect> effects = core.apply(event);
    core.takeChanges().forEach(holding -> recorded.put(holding.claim(), holding));
    return effects;
  }

  private List<Effect> carryOut(Effect effect, List<Runnable> after, Machine machine) {
    switch (effect) {
      case Effect.Grant e -> granted(e.claim(), machine);
      case Effect.Put e -> make(e.run()).unread += e.count();
      case Effect.Drain e -> {
        Make make = make(e.run());
        int count = Math.min(make.unread, e.count());
        make.unread -= count;
        return tell(new Event.TokensDrained(machine.nowMs, e.run(), count));
      }
      case Effect.Rescue e -> after.add(() -> rescue(e.claim(), machine));
      case Effect.Refuse e -> throw new IllegalStateException("nobody has a deadline: " + e);
      case Effect.Resume e -> throw new IllegalStateException("nobody lends: " + e);
    }
    return List.of();
  }

  private void granted(long claim, Machine machine) {
    Job job = jobs.get(claim);
    if (job != null) {
      machine.start(job);
    } else {
      make(claim).granted = true;
    }
  }

  private void rescue(long claim, Machine machine) {
    Job job = jobs.get(claim);
    if (job != null && job.isHeld()) {
      machine.kill(job);
    }
  }

  private Make make(long claim) {
    Make make = runs.get(claim);
    if (make == null) {
      throw new IllegalStateException("no run " + claim);
    }
    return make;
  }
}

package dev.dibs.testkit;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask for locks, within others or not, hold, downgrade, give up and die at random, and
 * a daemon that is killed, from a seed. After every step the promises are checked ({@link
 * LockWorld}). At the end those that can end do so, until nobody is left.
 */
final class LockSimulation {

  private static final int STEPS = 120;
  private static final int ALIVE_MAX = 14;

  /** Above all numbers of others. */
  private static final long OUTSIDERS = 1_000_000;

  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final String[] NAMES = {"a", "b", "c", "d", "e"};

  private final Dice dice;
  private final Supplier<Function<LockEvent, List<LockEffect>>> starts;
  private final LockWorld world = new LockWorld();
  private final Trace trace = new Trace();
  private final int nestedPercent;
  private final int severalPercent;
  private final int sharedPercent;
  private Function<LockEvent, List<LockEffect>> locks;
  private final int displacedPercent;
  private int numbers;
  private long outsiders = OUTSIDERS;

  private LockSimulation(long seed, Supplier<Function<LockEvent, List<LockEffect>>> starts) {
    this.dice = new Dice(seed);
    this.starts = starts;
    this.locks = starts.get();
    this.nestedPercent = dice.percent(40) ? 0 : dice.between(20, 80);
    this.severalPercent = dice.below(100);
    this.sharedPercent = dice.below(90);
    this.displacedPercent = dice.percent(50) ? 0 : dice.below(40);
  }

  /**
   * Runs one.
   *
   * @param starts makes the locks of a daemon that starts
   * @return how many things happened
   * @throws Violation if a promise is broken; it names the seed
   */
  static long run(long seed, Supplier<Function<LockEvent, List<LockEffect>>> starts) {
    LockSimulation simulation = new LockSimulation(seed, starts);
    try {
      simulation.run();
      return simulation.trace.count();
    } catch (Violation | IllegalStateException broken) {
      throw new Violation(
          "seed " + seed + ": " + broken.getMessage() + "\n" + simulation.trace, broken);
    }
  }

  private void run() {
    for (int step = 0; step < STEPS; step++) {
      step();
      world.checkPromises();
    }
    while (!world.clients().isEmpty()) {
      List<LockWorld.Client> innermost =
          world.holders().stream().filter(world::isInnermost).toList();
      end(any(innermost.isEmpty() ? world.clients() : innermost));
      world.checkPromises();
    }
  }

  private void step() {
    List<LockWorld.Client> alive = world.clients();
    if (alive.size() < ALIVE_MAX && dice.percent(60)) {
      ask();
    } else if (dice.percent(2)) {
      restart();
    } else if (!alive.isEmpty()) {
      change(any(alive));
    }
  }

  private void change(LockWorld.Client client) {
    if (client.holds && !client.outsider && dice.percent(15)) {
      downgrade(client);
    } else if (!client.holds || world.isInnermost(client) || dice.percent(20)) {
      end(client);
    }
  }

  private LockWorld.Client any(List<LockWorld.Client> some) {
    return some.get(dice.below(some.size()));
  }

  private void ask() {
    @Nullable Long within = within();
    LockEvent.Requested request =
        new LockEvent.Requested(
            ++numbers, within, names(), PRIORITIES.get(dice.below(3)), dice.percent(90));
    world.asks(request);
    apply(request);
    if (!request.waits() && world.waiters().stream().anyMatch(c -> c.number() == request.claim())) {
      throw new Violation(request + " waits and did not want to");
    }
  }

  private @Nullable Long within() {
    List<LockWorld.Client> holders =
        world.holders().stream().filter(holder -> !holder.outsider).toList();
    if (!dice.percent(nestedPercent) || holders.isEmpty()) {
      return null;
    }
    return dice.percent(95) ? any(holders).number() : 1 + dice.below(numbers);
  }

  private Map<String, LockMode> names() {
    int count = dice.percent(severalPercent) ? dice.between(2, 3) : 1;
    Map<String, LockMode> names = new TreeMap<>();
    while (names.size() < count) {
      names.put(
          NAMES[dice.below(NAMES.length)],
          dice.percent(sharedPercent) ? LockMode.SHARED : LockMode.EXCLUSIVE);
    }
    return names;
  }

  private void downgrade(LockWorld.Client client) {
    client.names.replaceAll((name, mode) -> LockMode.SHARED);
    apply(new LockEvent.Downgraded(client.number()));
  }

  private void end(LockWorld.Client client) {
    world.ends(client);
    apply(new LockEvent.Ended(client.number()));
  }

  private void restart() {
    trace.add("killed");
    locks = starts.get();
    world.restarts();
    List<LockWorld.Client> holders = new ArrayList<>(world.holders());
    while (!holders.isEmpty()) {
      LockWorld.Client client = holders.remove(dice.below(holders.size()));
      apply(new LockEvent.Adopted(client.number(), client.request.within(), client.names));
    }
  }

  private void apply(LockEvent event) {
    trace.add(event);
    List<LockEffect> effects = locks.apply(event);
    effects.forEach(trace::add);
    effects.forEach(effect -> world.perform(effect, event));
    for (LockEffect effect : effects) {
      if (effect instanceof LockEffect.Grant && dice.percent(displacedPercent)) {
        displace(effect.claim());
      }
    }
  }

  /** Somebody outside has one of its names, unless what it is within has that. */
  private void displace(long claim) {
    LockWorld.Client client =
        world.holders().stream().filter(c -> c.number() == claim).findFirst().orElse(null);
    if (client == null || !client.request.waits()) {
      return;
    }
    List<String> names = List.copyOf(client.names.keySet());
    String name = names.get(dice.below(names.size()));
    if (client.parent != null && client.parent.has(name)) {
      return;
    }
    LockMode mode =
        client.names.get(name) == LockMode.SHARED || dice.percent(50)
            ? LockMode.EXCLUSIVE
            : LockMode.SHARED;
    LockWorld.Client known = world.outsider(name);
    LockEvent.Displaced event =
        new LockEvent.Displaced(claim, known == null ? ++outsiders : known.number(), name, mode);
    world.displaced(client, event);
    apply(event);
  }
}

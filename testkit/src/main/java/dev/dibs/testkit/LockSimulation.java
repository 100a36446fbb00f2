package dev.dibs.testkit;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask for locks, hold, give up and die at random, from a seed, and a model beside the
 * real thing that knows nothing of how it works: only who asked, in which order, who was granted
 * and who ended. After every step the promises are checked.
 */
final class LockSimulation {

  private static final int STEPS = 400;
  private static final int ALIVE_MAX = 12;

  private record Client(long number, String name, LockMode mode) {}

  private final Dice dice;
  private final Function<LockEvent, List<LockEffect>> locks;
  private final Trace trace = new Trace();
  private final Map<Long, Client> holding = new HashMap<>();
  private final List<Client> waiting = new ArrayList<>(); // in the order in which they came
  private long numbers;

  private LockSimulation(long seed, Function<LockEvent, List<LockEffect>> locks) {
    this.dice = new Dice(seed);
    this.locks = locks;
  }

  /**
   * Runs one, and ends all clients at last.
   *
   * @throws Violation if a promise is broken; it names the seed
   */
  static void run(long seed, Function<LockEvent, List<LockEffect>> locks) {
    LockSimulation simulation = new LockSimulation(seed, locks);
    try {
      simulation.run();
    } catch (Violation | IllegalStateException broken) {
      throw new Violation(
          "seed " + seed + ": " + broken.getMessage() + "\n" + simulation.trace, broken);
    }
  }

  private void run() {
    for (int step = 0; step < STEPS; step++) {
      int alive = holding.size() + waiting.size();
      if (alive < ALIVE_MAX && dice.percent(55)) {
        ask();
      } else if (alive > 0) {
        end(any());
      }
    }
    while (!holding.isEmpty() || !waiting.isEmpty()) {
      end(any());
    }
  }

  private Client any() {
    List<Client> all = new ArrayList<>(holding.values());
    all.addAll(waiting);
    return all.get(dice.below(all.size()));
  }

  private void ask() {
    LockMode mode = dice.percent(60) ? LockMode.SHARED : LockMode.EXCLUSIVE;
    Client client = new Client(++numbers, "abc".substring(dice.below(3)), mode);
    boolean waits = dice.percent(80);
    boolean free = fits(client) && waiting.stream().noneMatch(w -> w.name.equals(client.name));
    waiting.add(client);
    List<LockEffect> effects =
        apply(new LockEvent.Requested(client.number, client.name, mode, waits));
    perform(effects, client);
    check(
        free == holding.containsKey(client.number), client + " should be granted at once: " + free);
    check(waits || !waiting.contains(client), client + " waits and did not want to");
    checkNobodyWaitsInVain();
  }

  private void end(Client client) {
    holding.remove(client.number);
    waiting.remove(client);
    perform(apply(new LockEvent.Ended(client.number)), null);
    checkNobodyWaitsInVain();
  }

  private List<LockEffect> apply(LockEvent event) {
    trace.add(event);
    List<LockEffect> effects = locks.apply(event);
    effects.forEach(trace::add);
    return effects;
  }

  private void perform(List<LockEffect> effects, @Nullable Client asker) {
    for (LockEffect effect : effects) {
      Client client =
          waiting.stream()
              .filter(w -> w.number == effect.holder())
              .findFirst()
              .orElseThrow(() -> new Violation(effect + " is for one who does not wait"));
      switch (effect) {
        case LockEffect.Grant grant -> grant(client);
        case LockEffect.Refuse refusal -> check(client.equals(asker), "refused late: " + client);
      }
      waiting.remove(client);
    }
  }

  private void grant(Client client) {
    check(fits(client), client + " holds beside others");
    Client first =
        waiting.stream().filter(w -> w.name.equals(client.name)).findFirst().orElse(client);
    check(first.equals(client), client + " overtook " + first);
    holding.put(client.number, client);
  }

  private boolean fits(Client client) {
    return holding.values().stream()
        .filter(held -> held.name.equals(client.name))
        .allMatch(held -> held.mode == LockMode.SHARED && client.mode == LockMode.SHARED);
  }

  private void checkNobodyWaitsInVain() {
    Map<String, Client> first = new HashMap<>();
    waiting.forEach(client -> first.putIfAbsent(client.name, client));
    first.values().forEach(client -> check(!fits(client), client + " waits in vain"));
  }

  private static void check(boolean promise, String broken) {
    if (!promise) {
      throw new Violation(broken);
    }
  }
}

package dev.dibs.testkit;

import dev.dibs.core.once.OnceEffect;
import dev.dibs.core.once.OnceEvent;
import dev.dibs.core.once.OnceRefusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask for work, do it, fail, give up and die at random, daemons that are killed, and a
 * model beside the real thing that is a list of all who are there and looks through all of it each
 * time. After every step the effects must be those that the model expects.
 */
final class OnceSimulation {

  private static final int STEPS = 300;
  private static final int ALIVE_MAX = 10;
  private static final int AFTER_RESTART_MS = 50;

  /** What became of a client. */
  private enum Fate {
    RUNS,
    WAITS,
    READS,
    GONE
  }

  private static final class Client {
    private final OnceEvent.Asked asked;
    private Fate fate = Fate.GONE;
    private @Nullable Done reads;

    private Client(OnceEvent.Asked asked) {
      this.asked = asked;
    }
  }

  private static final class Done {
    private final Client by;
    private final long atMs;
    private final boolean good;
    private long keepUntilMs;
    private boolean there = true;

    private Done(Client by, long atMs, boolean good, long keepUntilMs) {
      this.by = by;
      this.atMs = atMs;
      this.good = good;
      this.keepUntilMs = keepUntilMs;
    }
  }

  private final Dice dice;
  private final Supplier<Function<OnceEvent, List<OnceEffect>>> machines;
  private final Trace trace = new Trace();
  private final List<Client> clients = new ArrayList<>(); // in the order in which they came
  private final List<Done> done = new ArrayList<>();
  private final Map<Client, Long> wished = new HashMap<>(); // by runner, what others wished
  private Function<OnceEvent, List<OnceEffect>> machine;
  private long nowMs = 1_000;
  private long numbers;
  private boolean restarting;

  private OnceSimulation(long seed, Supplier<Function<OnceEvent, List<OnceEffect>>> machines) {
    this.dice = new Dice(seed);
    this.machines = machines;
    this.machine = machines.get();
  }

  /**
   * Runs one, and ends all clients at last.
   *
   * @param machines each one a new daemon's, whose limits nobody here reaches
   * @return how many events and effects there were
   * @throws Violation if a promise is broken; it names the seed
   */
  static long run(long seed, Supplier<Function<OnceEvent, List<OnceEffect>>> machines) {
    OnceSimulation simulation = new OnceSimulation(seed, machines);
    try {
      simulation.run();
    } catch (Violation | IllegalStateException broken) {
      throw new Violation(
          "once, seed " + seed + ": " + broken.getMessage() + "\n" + simulation.trace, broken);
    }
    return simulation.trace.count();
  }

  private void run() {
    for (int step = 0; step < STEPS; step++) {
      nowMs += dice.below(20);
      step();
    }
    for (Client client : clients) {
      if (client.fate != Fate.GONE) {
        end(client);
      }
    }
    nowMs += 1_000_000;
    tick();
    check(done.stream().noneMatch(result -> result.there), "a result is never forgotten");
  }

  private void step() {
    clients.removeIf(client -> client.fate == Fate.GONE);
    done.removeIf(result -> !result.there);
    int throwOf = dice.below(100);
    if (clients.isEmpty() || (throwOf < 50 && clients.size() < ALIVE_MAX)) {
      ask();
    } else if (throwOf < 97) {
      Client client = clients.get(dice.below(clients.size()));
      if (client.fate == Fate.RUNS && dice.percent(70)) {
        report(client);
      } else {
        end(client);
      }
    } else if (throwOf < 98) {
      restart();
    } else {
      tick();
    }
  }

  private void ask() {
    Set<Long> within = new HashSet<>();
    for (Client client : clients) {
      if (client.fate == Fate.RUNS && dice.percent(25)) {
        within.add(client.asked.claim());
      }
    }
    ask(
        new OnceEvent.Asked(
            nowMs,
            ++numbers,
            "ab".substring(dice.below(2)),
            dice.percent(90) ? "make" : "ninja",
            dice.percent(30) ? dice.below(200) : 0,
            0,
            dice.percent(85),
            within));
  }

  private void ask(OnceEvent.Asked asked) {
    Client client = new Client(asked);
    clients.add(client);
    List<OnceEffect> expected = new ArrayList<>();
    Optional<Done> fresh =
        done.stream()
            .filter(result -> result.there && serves(result, asked))
            .max(Comparator.comparingLong(result -> result.atMs));
    Optional<Client> runner = runner(asked.key());
    if (fresh.isPresent()) {
      if (fresh.get().keepUntilMs > nowMs) {
        keep(fresh.get(), fresh.get().atMs + asked.maxAgeMs());
      }
      share(client, fresh.get(), expected);
    } else if (runner.isEmpty()) {
      client.fate = Fate.RUNS;
      expected.add(new OnceEffect.Run(asked.claim()));
    } else {
      refusal(asked, runner.get()).ifPresentOrElse(expected::add, () -> client.fate = Fate.WAITS);
    }
    expect(asked, expected);
  }

  private static void keep(Done result, long untilMs) {
    result.keepUntilMs = Math.max(result.keepUntilMs, untilMs);
  }

  private boolean serves(Done result, OnceEvent.Asked asked) {
    OnceEvent.Asked by = result.by.asked;
    long ageMs = nowMs - result.atMs;
    return by.key().equals(asked.key())
        && by.fingerprint().equals(asked.fingerprint())
        && (ageMs < asked.askingMs() || (result.good && ageMs < asked.maxAgeMs()));
  }

  private Optional<Client> runner(String key) {
    return clients.stream()
        .filter(client -> client.fate == Fate.RUNS && client.asked.key().equals(key))
        .findFirst();
  }

  private void share(Client client, Done result, List<OnceEffect> expected) {
    client.fate = Fate.READS;
    client.reads = result;
    expected.add(new OnceEffect.Share(client.asked.claim(), result.by.asked.claim()));
  }

  private Optional<OnceEffect> refusal(OnceEvent.Asked asked, Client runner) {
    long claim = asked.claim();
    if (!runner.asked.fingerprint().equals(asked.fingerprint())) {
      return Optional.of(new OnceEffect.Refuse(claim, new OnceRefusal.Other(runner.asked.claim())));
    }
    if (!asked.waits()) {
      return Optional.of(
          new OnceEffect.Refuse(claim, new OnceRefusal.WouldWait(runner.asked.claim())));
    }
    return heldUpBy(runner).stream().anyMatch(held -> asked.within().contains(held))
        ? Optional.of(new OnceEffect.Refuse(claim, new OnceRefusal.Cycle(List.of())))
        : Optional.empty();
  }

  /** Itself, and all runners for which something in its work waits, and so on. */
  private Set<Long> heldUpBy(Client runner) {
    Set<Long> all = new HashSet<>(Set.of(runner.asked.claim()));
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Client client : clients) {
        if (client.fate == Fate.WAITS && client.asked.within().stream().anyMatch(all::contains)) {
          grew |= all.add(runner(client.asked.key()).orElseThrow().asked.claim());
        }
      }
    }
    return all;
  }

  private void report(Client runner) {
    boolean good = dice.percent(70);
    runner.fate = Fate.GONE;
    String key = runner.asked.key();
    List<Client> waiters =
        clients.stream()
            .filter(client -> client.fate == Fate.WAITS && client.asked.key().equals(key))
            .toList();
    Done result = new Done(runner, nowMs, good, nowMs + (good ? keepMs(runner, waiters) : 0));
    if (good) {
      done.stream()
          .filter(older -> older.by.asked.key().equals(key))
          .forEach(older -> older.keepUntilMs = 0);
    }
    done.add(result);
    List<OnceEffect> expected = new ArrayList<>();
    waiters.forEach(waiter -> share(waiter, result, expected));
    expect(new OnceEvent.Reported(nowMs, runner.asked.claim(), good, 1), expected);
  }

  /** What anybody wished who waited for this work, also of those who left. */
  private long keepMs(Client runner, List<Client> waiters) {
    long longestMs = Math.max(runner.asked.maxAgeMs(), wished.getOrDefault(runner, 0L));
    for (Client waiter : waiters) {
      longestMs = Math.max(longestMs, waiter.asked.maxAgeMs());
    }
    return longestMs;
  }

  private void end(Client client) {
    Fate before = client.fate;
    client.fate = Fate.GONE;
    List<OnceEffect> expected = new ArrayList<>();
    String key = client.asked.key();
    if (before == Fate.RUNS) {
      clients.stream()
          .filter(next -> next.fate == Fate.WAITS && next.asked.key().equals(key))
          .findFirst()
          .ifPresent(
              next -> {
                next.fate = Fate.RUNS;
                wished.put(
                    next, Math.max(client.asked.maxAgeMs(), wished.getOrDefault(client, 0L)));
                expected.add(new OnceEffect.Run(next.asked.claim()));
              });
    } else if (before == Fate.WAITS) {
      runner(key).ifPresent(runner -> wished.merge(runner, client.asked.maxAgeMs(), Math::max));
    }
    expect(new OnceEvent.Ended(nowMs, client.asked.claim()), expected);
  }

  private void tick() {
    expect(new OnceEvent.Ticked(nowMs), List.of());
  }

  /** The daemon is killed; the next one knows of runners and results, and who waited asks again. */
  private void restart() {
    trace.add("restart");
    restarting = true;
    machine = machines.get();
    for (Client client : List.copyOf(clients)) {
      if (client.fate == Fate.RUNS) {
        List<Client> waiters =
            clients.stream()
                .filter(
                    waiter ->
                        waiter.fate == Fate.WAITS && waiter.asked.key().equals(client.asked.key()))
                .toList();
        wished.put(client, keepMs(client, waiters));
        expect(
            new OnceEvent.AdoptedRun(
                nowMs,
                client.asked.claim(),
                client.asked.key(),
                client.asked.fingerprint(),
                wished.get(client)),
            List.of());
      }
    }
    List<Client> again = clients.stream().filter(client -> client.fate == Fate.WAITS).toList();
    clients.forEach(client -> client.fate = client.fate == Fate.RUNS ? Fate.RUNS : Fate.GONE);
    for (Done result : done) {
      if (result.there) {
        result.keepUntilMs = Math.max(result.keepUntilMs, nowMs + AFTER_RESTART_MS);
        expect(adopted(result), List.of());
      }
    }
    restarting = false;
    for (Client waiter : again) {
      ask(askedAgain(waiter.asked));
    }
  }

  private OnceEvent adopted(Done result) {
    return new OnceEvent.AdoptedResult(
        nowMs,
        result.by.asked.claim(),
        result.by.asked.key(),
        result.by.asked.fingerprint(),
        result.good,
        1,
        nowMs - result.atMs,
        result.keepUntilMs - nowMs);
  }

  private OnceEvent.Asked askedAgain(OnceEvent.Asked before) {
    return new OnceEvent.Asked(
        nowMs,
        ++numbers,
        before.key(),
        before.fingerprint(),
        before.maxAgeMs(),
        nowMs - before.nowMs() + before.askingMs(),
        before.waits(),
        before.within());
  }

  /** These effects, and results are forgotten as soon as nobody needs them, and no sooner. */
  private void expect(OnceEvent event, List<OnceEffect> expected) {
    trace.add(event);
    List<OnceEffect> effects = machine.apply(event);
    effects.forEach(trace::add);
    List<OnceEffect> others =
        effects.stream()
            .filter(effect -> !(effect instanceof OnceEffect.Forget))
            .map(OnceSimulation::withoutWay)
            .toList();
    check(others.equals(expected), "expected " + expected);
    Set<Long> forgotten = new HashSet<>();
    effects.forEach(
        effect -> {
          if (effect instanceof OnceEffect.Forget forget) {
            forgotten.add(forget.result());
          }
        });
    for (Done result : done) {
      checkForgotten(result, forgotten.contains(result.by.asked.claim()));
    }
  }

  /** Which way a circle goes is not this model's to say. */
  private static OnceEffect withoutWay(OnceEffect effect) {
    return effect instanceof OnceEffect.Refuse refuse
            && refuse.why() instanceof OnceRefusal.Cycle cycle
            && !cycle.runners().isEmpty()
        ? new OnceEffect.Refuse(refuse.claim(), new OnceRefusal.Cycle(List.of()))
        : effect;
  }

  private void checkForgotten(Done result, boolean forgotten) {
    boolean needed =
        result.keepUntilMs > nowMs
            || clients.stream()
                .anyMatch(client -> client.fate == Fate.READS && result.equals(client.reads));
    check(!forgotten || (result.there && !needed), "forgot what is needed: " + result.by.asked);
    result.there &= !forgotten;
    check(needed || !result.there || restarting, "a result stays: " + result.by.asked);
  }

  private static void check(boolean promise, String broken) {
    if (!promise) {
      throw new Violation(broken);
    }
  }
}

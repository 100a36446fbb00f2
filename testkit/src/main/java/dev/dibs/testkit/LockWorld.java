package dev.dibs.testkit;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Priority;
import dev.dibs.core.locks.Refusal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who asked for locks, waits and holds, as clients know it, and what they were promised. It knows
 * nothing of how locks are given.
 */
final class LockWorld {

  /** Who waits or holds. */
  static final class Client {
    final LockEvent.Requested request;
    final Map<String, LockMode> names;
    final Set<Long> everWithin = new HashSet<>();
    @Nullable Client parent;
    boolean holds;
    boolean outsider;
    int passed; // by rivals that came later or had a lower priority
    int passedAsEarliest;

    Client(LockEvent.Requested request, @Nullable Client parent) {
      this.request = request;
      this.names = new TreeMap<>(request.names());
      this.parent = parent;
      if (parent != null) {
        everWithin.addAll(parent.everWithin);
      }
      rememberAncestors();
    }

    void rememberAncestors() {
      for (Client around = parent; around != null; around = around.parent) {
        everWithin.add(around.number());
      }
    }

    long number() {
      return request.claim();
    }

    boolean isWithin(Client other) {
      return equals(other) || (parent != null && parent.isWithin(other));
    }

    /** Whether it or what it is within has asked for a name. */
    boolean has(String name) {
      return names.containsKey(name) || (parent != null && parent.has(name));
    }

    /** Whether there is a lock that not both can have. */
    boolean excludes(Client other) {
      return names.entrySet().stream().anyMatch(e -> excludes(other, e.getKey()));
    }

    boolean excludes(Client other, String name) {
      LockMode mode = names.get(name);
      LockMode others = other.names.get(name);
      return mode != null
          && others != null
          && (mode == LockMode.EXCLUSIVE || others == LockMode.EXCLUSIVE);
    }

    @Override
    public String toString() {
      return request + (holds ? " (holds)" : " (waits)");
    }
  }

  private final Map<Long, Client> clients = new LinkedHashMap<>(); // by arrival

  /**
   * Names that two hold who don't know any more that one was within the other: what was between
   * them ended, and then the daemon did.
   */
  private final Set<String> heldByStrangers = new HashSet<>();

  List<Client> clients() {
    return List.copyOf(clients.values());
  }

  List<Client> holders() {
    return clients.values().stream().filter(c -> c.holds).toList();
  }

  List<Client> waiters() {
    return clients.values().stream().filter(c -> !c.holds).toList();
  }

  void asks(LockEvent.Requested request) {
    Client above = request.within() == null ? null : clients.get(request.within());
    Client parent = above == null || above.holds ? above : above.parent;
    clients.put(request.claim(), new Client(request, parent));
  }

  /** Who was granted can't have a name after all, for an outsider has it, known or not. */
  void displaced(Client client, LockEvent.Displaced event) {
    client.holds = false;
    Client outsider = clients.computeIfAbsent(event.outsider(), number -> outsider(number, event));
    outsider.names.merge(
        event.name(), event.mode(), (a, b) -> a == LockMode.EXCLUSIVE || b == a ? a : b);
    waiters().stream()
        .filter(waiter -> waiter.names.containsKey(event.name()))
        .forEach(waiter -> waiter.passedAsEarliest = 0);
  }

  private static Client outsider(long number, LockEvent.Displaced event) {
    Client outsider =
        new Client(
            new LockEvent.Requested(
                number, null, Map.of(event.name(), event.mode()), Priority.NORMAL, true),
            null);
    outsider.holds = true;
    outsider.outsider = true;
    return outsider;
  }

  /** Who has a name without having asked for it. */
  @Nullable Client outsider(String name) {
    return clients.values().stream()
        .filter(client -> client.outsider && client.names.containsKey(name))
        .findFirst()
        .orElse(null);
  }

  private boolean isKeptOutside(Client client) {
    return client.names.keySet().stream().anyMatch(name -> outsider(name) != null);
  }

  void ends(Client client) {
    clients.remove(client.number());
    heldByStrangers.removeIf(name -> holders().stream().noneMatch(h -> h.names.containsKey(name)));
    for (Client child : clients.values()) {
      if (client.equals(child.parent)) {
        child.parent = client.parent;
      }
    }
  }

  /**
   * The daemon was killed: waiters are gone, and so is what was known of claims that ended. Who
   * asked below one that waited, and holds by now, is within it from then on.
   */
  void restarts() {
    waiters().forEach(this::ends);
    clients.values().removeIf(client -> client.outsider);
    for (Client client : clients.values()) {
      Long within = client.request.within();
      client.parent = within == null ? null : clients.get(within);
    }
    clients.values().forEach(Client::rememberAncestors);
    holders().forEach(one -> holders().forEach(other -> compare(one, other)));
  }

  private void compare(Client one, Client other) {
    if (!one.isWithin(other) && !other.isWithin(one)) {
      one.names.keySet().stream()
          .filter(name -> one.excludes(other, name))
          .forEach(heldByStrangers::add);
    }
  }

  void perform(LockEffect effect, LockEvent cause) {
    Client client = clients.get(effect.claim());
    if (client == null || client.holds) {
      throw new Violation(effect + " is for one who does not wait");
    }
    switch (effect) {
      case LockEffect.Grant grant -> grant(client);
      case LockEffect.Refuse refuse -> {
        check(cause.equals(client.request), () -> "refused late: " + client);
        refuse(client, refuse.refusal());
      }
    }
  }

  private void grant(Client client) {
    checkExclusion(client);
    checkLine(client);
    client.holds = true;
    countPasses(client);
  }

  private void checkExclusion(Client client) {
    for (Client holder : holders()) {
      check(
          client.everWithin.contains(holder.number()) || !excludes(holder, client),
          () -> client + " holds beside " + holder);
    }
  }

  private boolean excludes(Client holder, Client client) {
    return client.names.keySet().stream()
        .filter(name -> !heldByStrangers.contains(name))
        .filter(name -> !holder.outsider || client.parent == null || !client.parent.has(name))
        .anyMatch(name -> holder.excludes(client, name));
  }

  /**
   * Where nothing is within anything, equals of one name are not overtaken, but by one that was
   * passed so often that nobody is before it any more.
   */
  private void checkLine(Client granted) {
    if (isNested() || granted.passed >= Locks.PASSES_MAX) {
      return;
    }
    for (Client waiter : waiters()) {
      check(
          waiter.names.size() > 1
              || waiter.number() >= granted.number()
              || waiter.request.priority() != granted.request.priority()
              || !(waiter.excludes(granted)
                  || waiter.names.keySet().equals(granted.names.keySet())),
          () -> granted + " overtook " + waiter);
    }
  }

  /** Where nothing is within anything, the one that came first of all is not passed for ever. */
  private void countPasses(Client granted) {
    waiters().stream()
        .filter(waiter -> waiter.excludes(granted) && passes(granted, waiter))
        .forEach(waiter -> waiter.passed++);
    if (isNested() || waiters().isEmpty()) {
      return;
    }
    Client earliest = waiters().getFirst();
    if (earliest.number() < granted.number()
        && earliest.excludes(granted)
        && !isKeptOutside(earliest)) {
      check(
          ++earliest.passedAsEarliest <= Locks.PASSES_MAX,
          () -> earliest + " was passed once too often, by " + granted);
    }
  }

  private static boolean passes(Client one, Client other) {
    return one.number() > other.number()
        || one.request.priority().compareTo(other.request.priority()) > 0;
  }

  private boolean isNested() {
    return clients.values().stream().anyMatch(client -> client.parent != null);
  }

  private void refuse(Client client, Refusal refusal) {
    switch (refusal) {
      case Refusal.WouldWait none -> {
        check(!client.request.waits(), () -> client + " would have waited");
        check(
            clients.values().stream().anyMatch(o -> !o.equals(client) && rivals(o, client)),
            () -> client + " could have been granted");
      }
      case Refusal.Upgrade upgrade ->
          check(
              client.names.get(upgrade.name()) == LockMode.EXCLUSIVE
                  && holders().stream()
                      .anyMatch(
                          h ->
                              client.isWithin(h) && h.names.get(upgrade.name()) == LockMode.SHARED),
              () -> client + " is no upgrade");
      case Refusal.Cycle cycle -> checkCircle(client, cycle.links());
    }
    ends(client);
  }

  /** Downgraded holders exclude others while something within them does. */
  private boolean rivals(Client other, Client client) {
    return !client.isWithin(other)
        && clients.values().stream()
            .anyMatch(o -> o.isWithin(other) && !client.isWithin(o) && o.excludes(client));
  }

  private void checkCircle(Client client, List<Refusal.Link> links) {
    check(client.request.waits() && !links.isEmpty(), () -> "no circle is named: " + client);
    check(links.getFirst().claim() == client.number(), () -> "another one's circle: " + links);
    for (int i = 0; i < links.size(); i++) {
      Refusal.Link link = links.get(i);
      Client waits = known(link.claim());
      Client holds = known(link.heldBy());
      Client within = known(links.get((i + 1) % links.size()).claim());
      check(!waits.holds && holds.holds, () -> "no such claims: " + link);
      check(
          !waits.isWithin(holds)
              && clients.values().stream()
                  .anyMatch(c -> c.isWithin(holds) && c.excludes(waits, link.name())),
          () -> "does not wait for it: " + link);
      check(within.isWithin(holds), () -> "no circle: " + links);
    }
  }

  private Client known(long number) {
    Client client = clients.get(number);
    if (client == null) {
      throw new Violation("unknown: " + number);
    }
    return client;
  }

  /** After each step, and all that came of it. */
  void checkPromises() {
    checkSomebodyCanEnd();
    waiters().forEach(this::checkDoesNotWaitInVain);
  }

  /**
   * Who holds ends when nothing is within it any more: one such must be there. (Where strangers
   * hold the same, the end of what is around a waiter may close a circle: a known gap.)
   */
  private void checkSomebodyCanEnd() {
    check(
        waiters().isEmpty()
            || !heldByStrangers.isEmpty()
            || holders().stream().anyMatch(this::isInnermost),
        () -> "all wait for each other: " + clients.values());
  }

  boolean isInnermost(Client client) {
    return clients.values().stream().noneMatch(child -> client.equals(child.parent));
  }

  private void checkDoesNotWaitInVain(Client client) {
    check(
        clients.values().stream()
            .anyMatch(o -> !o.equals(client) && rivals(o, client) && !mustLetPass(o, client)),
        () -> client + " waits in vain");
  }

  /** Who waits for an outsider with several names keeps nobody from the others. */
  private boolean mustLetPass(Client waiter, Client client) {
    return !waiter.holds
        && waiter.names.size() > 1
        && isKeptOutside(waiter)
        && waiter.names.keySet().stream()
            .noneMatch(name -> outsider(name) != null && waiter.excludes(client, name));
  }

  private static void check(boolean promise, Supplier<String> broken) {
    if (!promise) {
      throw new Violation(broken.get());
    }
  }
}

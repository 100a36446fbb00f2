package dev.dibs.daemon.locks;

import dev.dibs.core.locks.Locks;
import dev.dibs.core.locks.Refusal;
import dev.dibs.core.locks.Waiting;
import dev.dibs.daemon.status.WaitTexts;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What people are told about locks. */
final class LockTexts {

  private static final int COMMAND_CHARACTERS_MAX = 100;
  private static final int NAME_CHARACTERS_MAX = 200;
  private static final int LINKS_MAX = 20;

  private final Locks core;
  private final LongFunction<@Nullable LockClaim> claims;
  private final People people;
  private final Map<Long, String> known = new HashMap<>();

  LockTexts(Locks core, LongFunction<@Nullable LockClaim> claims, People people) {
    this.core = core;
    this.claims = claims;
    this.people = people;
  }

  /** Forgets what it knows of processes. */
  void refresh() {
    known.clear();
  }

  /** What somebody is told who waits. */
  String waiting(LockClaim waiter) {
    Optional<Waiting> waiting = core.waiting(waiter.id());
    return waiting.isEmpty()
        ? "waiting for " + lock(first(waiter)) + ": " + lastStep(waiter)
        : "waiting for " + lock(waiting.get().name()) + ": " + blocked(waiting.get());
  }

  /** It is granted, and yet not told. */
  private static String lastStep(LockClaim waiter) {
    return switch (waiter.phase()) {
      case TAKING -> "it is free; now for all other names";
      case OWED -> "it is free; now for a slot";
      case WAITING, HELD -> "not known for whom";
    };
  }

  private String blocked(Waiting waiting) {
    String others = WaitTexts.others(core.waiters(waiting.name()).size() - 1);
    Iterator<Long> holders = waiting.holders().iterator();
    if (holders.hasNext()) {
      long first = holders.next();
      int more = waiting.holders().size() - 1;
      return "held by " + whoAndSince(first) + (more == 0 ? "" : " and " + more + " more") + others;
    }
    Iterator<Long> ahead = waiting.ahead().iterator();
    return (ahead.hasNext()
            ? "promised to " + who(ahead.next()) + ", who waits for others"
            : "not free")
        + others;
  }

  /** What somebody is told whose time is up. */
  String timeout(LockClaim waiter) {
    return "did not get %s in %s s: %s. Wait, end that, or pass a longer -w"
        .formatted(
            lock(nameOf(waiter)),
            WaitTexts.seconds(waiter.wish().waitMs().orElse(0)),
            blockedOrOwed(waiter));
  }

  /** What somebody is told who would not wait. */
  String busy(LockClaim asker) {
    for (String name : asker.names().keySet()) {
      Set<Long> holders = core.holders(name);
      if (!holders.isEmpty()) {
        refresh();
        return lock(name)
            + " is not free: held by "
            + whoAndSince(holders.iterator().next())
            + ". To wait for it leave out -n";
      }
    }
    return lock(first(asker)) + " is not free: others wait for it. To wait too leave out -n";
  }

  /** The same where somebody has it without a daemon. */
  String busyElsewhere(String name, int pid) {
    return lock(name)
        + " is not free: held without the daemon by "
        + person(pid)
        + ". To wait for it leave out -n";
  }

  /** It holds that itself, or what started it does, in the other way. */
  String ownElsewhere(String name) {
    return lock(name)
        + " is held by this itself, without the daemon, and waiting for it would never end. Take it"
        + " with --no-daemon here too, or through the daemon outside";
  }

  /** Nothing keeps those out who lock without the daemon. */
  String unkept(LockClaim asker, String why) {
    return "no " + lock(first(asker)) + ": " + why;
  }

  String unrecorded(LockClaim asker) {
    return "no "
        + lock(first(asker))
        + ": the daemon can't write down who has it, and would forget it when killed. Is the disk"
        + " full?";
  }

  private String blockedOrOwed(LockClaim waiter) {
    refresh();
    return core.waiting(waiter.id()).map(this::blocked).orElseGet(() -> lastStep(waiter));
  }

  private String nameOf(LockClaim waiter) {
    return core.waiting(waiter.id()).map(Waiting::name).orElseGet(() -> first(waiter));
  }

  String upgrade(LockClaim asker, Refusal.Upgrade refusal) {
    refresh();
    String above = asker.within() == null ? "what started it" : who(asker.within());
    return "%s is held shared by %s, which started this, and can't become exclusive: two that tried would wait for each other for ever. Take it exclusively there, or let go of it first"
        .formatted(lock(refusal.name()), above);
  }

  String cycle(Refusal.Cycle refusal) {
    refresh();
    List<Refusal.Link> links = refusal.links();
    StringBuilder text = new StringBuilder(lock(links.getFirst().name()));
    text.append(" is refused, for waiting for it would never end: it is held by ");
    text.append(who(links.getFirst().heldBy()));
    for (Refusal.Link link : links.subList(1, Math.min(links.size(), LINKS_MAX))) {
      text.append(
          ", where pid %d waits for %s, held by "
              .formatted(pid(link.claim()), quoted(link.name())));
      text.append(who(link.heldBy()));
    }
    return text.append(links.size() > LINKS_MAX ? ", and so on to" : ", which is")
        .append(" the one that asks or what started it. Take all of them at once (dibs lock A B --")
        .append(" COMMAND), or everywhere in the same order")
        .toString();
  }

  private int pid(long id) {
    LockClaim claim = claims.apply(id);
    return claim == null ? 0 : claim.holder().pid();
  }

  private static String lock(String name) {
    return "lock on " + quoted(name);
  }

  private static String quoted(String name) {
    return "'" + cut(name, NAME_CHARACTERS_MAX) + "'";
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max - 1) + "…";
  }

  private static String first(LockClaim claim) {
    return claim.names().keySet().iterator().next();
  }

  /** {@code pid 4711 (mix compile) in ~/src/app}. */
  String who(long id) {
    return known.computeIfAbsent(id, this::describe);
  }

  private String describe(long id) {
    LockClaim claim = claims.apply(id);
    if (claim == null) {
      return "somebody";
    }
    int pid = claim.holder().pid();
    if (claim.hasRootEnded()) {
      int[] left = claim.holder().processes();
      pid = left.length == 0 ? 0 : left[0];
    }
    boolean outside = claim.holder().kind() == LockHolder.Kind.OUTSIDE;
    return person(pid) + (outside ? " without the daemon" : "");
  }

  private String person(int pid) {
    if (pid == 0) {
      return "a process that is not known";
    }
    People.Person person = people.of(pid);
    return "pid %d (%s) in %s"
        .formatted(pid, cut(person.command(), COMMAND_CHARACTERS_MAX), person.directory());
  }

  private String whoAndSince(long id) {
    LockClaim claim = claims.apply(id);
    String who = who(id);
    return claim == null || !claim.isHeld()
        ? who
        : who + " since " + WaitTexts.time(claim.heldSinceEpochMs());
  }
}

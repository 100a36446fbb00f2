package dev.dibs.daemon;

import dev.dibs.daemon.locks.LockHolder;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.locks.People;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Self;
import dev.dibs.protocol.Printable;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code dibs lock --kill-holder}: first says who holds a lock, then ends those, if they are still
 * the same claims: all processes that keep them alive, as this daemon finds them, and no pid that
 * anybody sent. First asked to end, then killed. The lock is free because its holder is gone.
 */
final class LockKiller {

  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** How long who is asked to end has for it, ms. */
  private static final long GRACE_MS = 3_000;

  /** How long killing is tried, ms. */
  private static final long GIVEN_UP_MS = 10_000;

  private static final long LOOK_EVERY_MS = 50;
  private static final int SHOWN_MAX = 20;
  private static final int COMMAND_CHARACTERS_MAX = 150;
  private static final int STATUS_NOT_DONE = 1;

  private final LockService locks;
  private final People people;
  private final EventLoop loop;
  private final Log log;

  LockKiller(LockService locks, People people, EventLoop loop, Log log) {
    this.locks = locks;
    this.people = people;
    this.loop = loop;
    this.log = log;
  }

  void perform(Request.KillHolders request, Holder asker, LockCommands.Printer printer)
      throws IOException {
    Map<Long, LockHolder> holders = locks.holders(request.name());
    if (request.claims() == null) {
      printer.print(asker, shown(request.name(), holders), holders.isEmpty() ? STATUS_NOT_DONE : 0);
      return;
    }
    Map<Long, LockHolder> victims = new LinkedHashMap<>(holders);
    victims.keySet().retainAll(claims(request.claims()));
    if (victims.isEmpty()) {
      printer.print(asker, "Nobody was killed: who was shown holds it no more.\n", STATUS_NOT_DONE);
      return;
    }
    new Round(request.name(), victims, asker, printer).start();
  }

  /** The claims in the first line, for the launcher; what is killed in the others. */
  private String shown(String name, Map<Long, LockHolder> holders) {
    StringBuilder ids = new StringBuilder();
    StringBuilder text = new StringBuilder();
    holders.forEach(
        (claim, holder) -> {
          ids.append(ids.isEmpty() ? "" : ":").append(ClaimIds.name(claim));
          describe(holder, text);
        });
    if (holders.isEmpty()) {
      text.append("Nobody holds '").append(Printable.of(name)).append("'.\n");
    }
    return ids + "\n" + text;
  }

  private void describe(LockHolder holder, StringBuilder text) {
    int[] processes = processes(holder);
    for (int i = 0; i < Math.min(processes.length, SHOWN_MAX); i++) {
      People.Person person = people.of(processes[i]);
      text.append("  pid ")
          .append(person.pid())
          .append("  ")
          .append(Printable.of(person.command(), COMMAND_CHARACTERS_MAX))
          .append("  in ")
          .append(Printable.of(person.directory()))
          .append('\n');
    }
    if (processes.length > SHOWN_MAX) {
      text.append("  and ").append(processes.length - SHOWN_MAX).append(" more processes\n");
    }
  }

  private static int[] processes(LockHolder holder) {
    return Arrays.stream(holder.processes()).filter(pid -> pid > 1 && pid != Self.pid()).toArray();
  }

  private static Set<Long> claims(String joined) {
    Set<Long> ids = new HashSet<>();
    for (String name : joined.split(":", -1)) {
      OptionalLong id = ClaimIds.parse(name);
      id.ifPresent(ids::add);
    }
    return ids;
  }

  /** The end of some claims. */
  private final class Round {
    private final String name;
    private final Map<Long, LockHolder> victims;
    private final Holder asker;
    private final LockCommands.Printer printer;
    private final Set<Integer> asked = new HashSet<>();
    private final Set<Integer> killed = new HashSet<>();
    private final long startedMs = loop.nowMs();

    private Round(
        String name, Map<Long, LockHolder> victims, Holder asker, LockCommands.Printer printer) {
      this.name = name;
      this.victims = victims;
      this.asker = asker;
      this.printer = printer;
    }

    private void start() throws IOException {
      asker.answer(new dev.dibs.protocol.Answer.Queued());
      step();
    }

    private void step() throws IOException {
      victims.keySet().retainAll(locks.holders(name).keySet());
      long tookMs = loop.nowMs() - startedMs;
      if (victims.isEmpty() || tookMs > GIVEN_UP_MS) {
        printer.print(asker, text(), victims.isEmpty() ? 0 : STATUS_NOT_DONE);
        return;
      }
      victims.values().forEach(holder -> signal(holder, tookMs > GRACE_MS));
      loop.after(LOOK_EVERY_MS, this::stepLater);
    }

    private void stepLater() {
      try {
        step();
      } catch (IOException failure) {
        log.warn("What became of a lock's holders can't be said: " + failure);
        asker.close();
      }
    }

    private void signal(LockHolder holder, boolean kill) {
      boolean look = kill || asked.isEmpty();
      for (int pid : look ? processes(holder) : new int[0]) {
        if (kill ? killed.add(pid) : asked.add(pid)) {
          signal(holder, pid, kill ? SIGKILL : SIGTERM);
        }
      }
    }

    /** Only while it still keeps the claim alive, which is looked at once it can't be another. */
    private void signal(LockHolder holder, int pid, int signal) {
      try (Pidfd process = Pidfd.open(pid)) {
        if (holder.isHeldBy(pid)) {
          process.signal(signal);
          log.info("Signal " + signal + " to pid " + pid + ", which held a lock");
        }
      } catch (OsException gone) {
        log.info("No signal to pid " + pid + ": " + gone.getMessage());
      }
    }

    private String text() {
      String what = "'" + Printable.of(name) + "'";
      if (!victims.isEmpty()) {
        return what + " is still held: its holder can't be killed. Is it stuck in the kernel?\n";
      }
      return killed.isEmpty()
          ? "The holder of " + what + " ended when asked to (SIGTERM).\n"
          : "The holder of " + what + " did not end when asked to, and was killed (SIGKILL).\n";
    }
  }
}

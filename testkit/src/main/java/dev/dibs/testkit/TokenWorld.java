package dev.dibs.testkit;

import dev.dibs.core.tokens.TokenEffect;
import dev.dibs.core.tokens.TokenEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The daemon and the kernel around a simulated token file: tells it what clients do, carries out
 * what it says, may be killed between any two effects, and lets the checkers look after every
 * event.
 */
final class TokenWorld {

  /** Told what a client's request came to. */
  interface Listener {
    void delivered(TokenClient client, int count);

    void refused(TokenClient client);

    void accepted(TokenClient client);

    /** A token is kept for it, or was: it had better ask. */
    void woken(TokenClient client, boolean ready);
  }

  /** The daemon is killed, in the middle of an event. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final long WATCHES_FROM = 1_000_000;

  final Agenda agenda = new Agenda();
  final int implicit;
  private final Dice dice;
  private final TokenMachine.Factory factory;
  private final Trace trace;
  private final TokenCheckers checkers = new TokenCheckers(this);
  private final Map<Long, TokenClient> clients = new LinkedHashMap<>();
  private final Map<Long, TokenEffect.Remember> remembered = new LinkedHashMap<>();
  private final Listener listener;
  private TokenMachine machine;

  /** Tokens put and not drained, as the daemon's own record says. */
  int issued;

  private int asked;
  private @Nullable TokenClient heir;
  private int inherited;
  private long requests;
  private long tickAtMs = Long.MAX_VALUE;
  private boolean killSoon;

  TokenWorld(Dice dice, TokenMachine.Factory factory, Trace trace, Listener listener) {
    this.dice = dice;
    this.factory = factory;
    this.trace = trace;
    this.listener = listener;
    implicit = dice.between(1, 3);
    machine = factory.make(implicit);
  }

  TokenMachine machine() {
    return machine;
  }

  Collection<TokenClient> clients() {
    return clients.values();
  }

  TokenClient join(TokenClient.Style style, @Nullable TokenClient parent) {
    TokenClient client = new TokenClient(clients.size() + 1L, style, dice.split(), parent);
    clients.put(client.id, client);
    if (style == TokenClient.Style.PIPED) {
      apply(new TokenEvent.PipeOpened(now(), client.id, 0));
    }
    return client;
  }

  void read(TokenClient client, int count, boolean blocking) {
    send(client, new TokenClient.Request(++requests, count, true, blocking));
  }

  void write(TokenClient client, int count) {
    send(client, new TokenClient.Request(++requests, count, false, true));
  }

  private void send(TokenClient client, TokenClient.Request request) {
    client.request = request;
    tell(client, request);
  }

  private void tell(TokenClient client, TokenClient.Request request) {
    client.resending = false;
    TokenClient parent = client.parent;
    long file = parent == null ? client.id : parent.id;
    apply(
        request.read
            ? new TokenEvent.ReadAsked(
                now(), client.id, request.number, file, request.count, request.blocking)
            : new TokenEvent.Written(
                now(),
                client.id,
                request.number,
                file,
                request.count,
                parent == null ? List.of() : List.of(parent.id)));
  }

  /** A signal: the client does not wait any more. */
  void interrupt(TokenClient client) {
    TokenClient.Request request = client.request;
    if (request != null && request.blocking && request.read && !client.resending) {
      client.request = null;
      apply(new TokenEvent.ReadWithdrawn(now(), client.id, request.number));
    }
  }

  void poll(TokenClient client) {
    client.polling = true;
    apply(new TokenEvent.Polled(now(), client.id, WATCHES_FROM + client.id, true));
  }

  /** A client used its own FIFO; the daemon sees it a moment later. */
  void pipeUsed(TokenClient client) {
    agenda.in(
        dice.below(2),
        () -> {
          if (!client.dead && !client.resending) {
            apply(new TokenEvent.PipeSeen(now(), client.id, client.pipe));
          }
        });
  }

  /** A process ended; the daemon hears of it a moment later. */
  void ended(TokenClient client, boolean killed) {
    client.dead = true;
    client.polling = false;
    agenda.in(dice.below(3), () -> bury(client, killed));
  }

  private void bury(TokenClient client, boolean killed) {
    if (client.buried) {
      return;
    }
    TokenClient parent = killed ? null : client.parent;
    Long heirId = null;
    if (parent != null && !parent.dead) {
      inherited = Math.max(0, client.hands);
      parent.hands += inherited;
      heir = parent;
      heirId = parent.id;
    }
    forget(client);
    apply(new TokenEvent.ClientEnded(now(), client.id, heirId));
    remembered.remove(client.id);
    heir = null;
  }

  private static void forget(TokenClient client) {
    client.buried = true;
    client.request = null;
    client.hands = 0;
    client.pipe = 0;
  }

  void put(int count) {
    issued += count;
    apply(new TokenEvent.TokensPut(now(), count));
  }

  void drain(int count) {
    asked = count;
    apply(new TokenEvent.TokensAsked(now(), count));
  }

  /** The daemon is killed in the middle of what it does next. */
  void killSoon() {
    killSoon = true;
  }

  private long now() {
    return agenda.nowMs();
  }

  private void apply(TokenEvent event) {
    try {
      Queue<TokenEffect> due = new ArrayDeque<>(tell(event));
      int left = killSoon ? dice.below(due.size() + 1) : Integer.MAX_VALUE;
      for (TokenEffect next = due.poll(); next != null; next = due.poll()) {
        if (left-- == 0) {
          throw new Killed();
        }
        trace.add(next);
        due.addAll(carryOut(next));
      }
      checkers.check(event);
      planTick();
    } catch (Killed killed) {
      killSoon = false;
      restart();
    }
  }

  private List<TokenEffect> tell(TokenEvent event) {
    trace.add(event);
    try {
      return machine.apply(event);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new Violation("the token file fails on " + event, e);
    }
  }

  private List<TokenEffect> carryOut(TokenEffect effect) {
    switch (effect) {
      case TokenEffect.Remember e -> remembered.put(e.client(), e);
      case TokenEffect.Deliver e -> deliver(e);
      case TokenEffect.Refuse e -> refuse(e);
      case TokenEffect.Accept e -> accept(e);
      case TokenEffect.TellPoll e -> tellPoll(client(e.client()), e.ready());
      case TokenEffect.Wake e -> wake(client(e.watch() - WATCHES_FROM));
      case TokenEffect.PipePut e -> client(e.client()).pipe += e.count();
      case TokenEffect.PipeDrain e -> {
        return tell(drainPipe(e));
      }
      case TokenEffect.Drained e -> drained(e);
      case TokenEffect.Want e -> {}
    }
    return List.of();
  }

  private TokenClient client(long id) {
    TokenClient client = clients.get(id);
    if (client == null) {
      throw new Violation("no client " + id);
    }
    return client;
  }

  private void deliver(TokenEffect.Deliver e) {
    TokenClient client = client(e.client());
    checkers.deliver(client, e);
    client.hands += e.count();
    client.request = null;
    client.overtaken = 0;
    client.toldMs = Long.MIN_VALUE;
    agenda.in(dice.below(2), () -> listener.delivered(client, e.count()));
  }

  private void refuse(TokenEffect.Refuse e) {
    TokenClient client = client(e.client());
    client.request = null;
    agenda.in(dice.below(2), () -> listener.refused(client));
  }

  private void accept(TokenEffect.Accept e) {
    TokenClient client = client(e.client());
    TokenClient parent = client.parent;
    (parent == null ? client : parent).hands -= e.count();
    client.request = null;
    agenda.in(dice.below(2), () -> listener.accepted(client));
  }

  private void tellPoll(TokenClient client, boolean ready) {
    client.polling = !ready && !client.dead;
    if (ready) {
      client.toldMs = now() + 100;
      agenda.in(slowly(), () -> listener.woken(client, true));
    }
  }

  private void wake(TokenClient client) {
    if (client.polling) {
      client.polling = false;
      agenda.in(slowly(), () -> listener.woken(client, false));
    }
  }

  /** How long a process takes to run: now and then longer than a token is kept for it. */
  private int slowly() {
    return dice.percent(80) ? dice.below(3) : dice.below(12);
  }

  private TokenEvent.PipeDrained drainPipe(TokenEffect.PipeDrain e) {
    TokenClient client = client(e.client());
    int count = Math.min(e.count(), client.pipe);
    client.pipe -= count;
    return new TokenEvent.PipeDrained(now(), e.client(), count);
  }

  private void drained(TokenEffect.Drained e) {
    if (e.count() > asked) {
      throw new Violation(e + " of " + asked);
    }
    issued -= e.count();
  }

  private void planTick() {
    long next = machine.nextDeadlineMs();
    if (next < tickAtMs) {
      long at = Math.max(next, now());
      tickAtMs = at;
      agenda.at(at, () -> tick(at));
    }
  }

  private void tick(long atMs) {
    if (atMs == tickAtMs) {
      tickAtMs = Long.MAX_VALUE;
      apply(new TokenEvent.Ticked(atMs));
    }
  }

  /** The next daemon takes over what was remembered, and the kernel sends again what waits. */
  private void restart() {
    trace.add("RESTART");
    machine = factory.make(implicit);
    tickAtMs = Long.MAX_VALUE;
    checkers.restarted();
    if (heir != null) {
      heir.hands -= inherited; // how a child ended is not known to this daemon: its token is free
      heir = null;
    }
    for (TokenClient client : clients.values()) {
      client.overtaken = 0;
      client.resending = client.request != null;
      client.toldMs = Long.MIN_VALUE;
      if (client.dead) {
        forget(client);
        remembered.remove(client.id);
      }
    }
    checkers.pause();
    List.copyOf(remembered.values()).forEach(this::adopt);
    checkers.resume();
    apply(new TokenEvent.TokensPut(now(), issued));
    clients.values().forEach(this::comeAgain);
    planTick();
  }

  private void adopt(TokenEffect.Remember record) {
    TokenClient client = client(record.client());
    apply(
        new TokenEvent.ClientAdopted(
            now(), client.id, record.held(), record.operation(), record.count()));
  }

  private void comeAgain(TokenClient client) {
    TokenClient.Request request = client.request;
    if (client.dead) {
      return;
    }
    if (request != null) {
      agenda.in(dice.below(3), () -> sendAgain(client, request));
    } else if (client.polling) {
      wake(client);
    } else if (client.style == TokenClient.Style.PIPED) {
      client.resending = true;
      agenda.in(dice.below(3), () -> openAgain(client));
    }
  }

  /** It takes the daemon a moment until it has found a FIFO again. */
  private void openAgain(TokenClient client) {
    if (!client.dead && client.resending) {
      client.resending = false;
      apply(new TokenEvent.PipeOpened(now(), client.id, client.pipe));
    }
  }

  private void sendAgain(TokenClient client, TokenClient.Request request) {
    if (client.request == request && client.resending) {
      request.again = true;
      tell(client, request);
    }
  }
}

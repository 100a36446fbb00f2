package dev.dibs.core.tokens;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one run, and which process has which of them, as a pure state machine: events in,
 * effects out. It stands where a run's FIFO would: the daemon puts tokens in and takes them out,
 * clients of the make protocol read and write them, but here it is known who.
 *
 * <pre>
 *             put                  delivered
 *   daemon  ------->  free  ----------------------->  balances
 *           <-------   |  ^ <-----------------------    of clients
 *            drained   |  |        written, died         ^
 *                      |  |                              | taken
 *                      |  +--- kept for a poller         |
 *                      +------ in clients' own FIFOs ----+
 * </pre>
 *
 * <p><strong>Invariant.</strong> {@code free + kept + in FIFOs + sum of balances = issued}, the
 * tokens put and not drained. What is delivered comes out of what is free, so there is never more
 * in hands than was issued, but for debts: a balance below zero is the slot without a token in
 * which a client was started, and which it gave up. A client that dies in debt leaves the debt to
 * what is free, which may fall below zero then; what comes back next pays for it.
 *
 * <p><strong>Who is served.</strong> Clients that wait stand in one {@link Line}, those that block
 * in a read, those that poll and those that have a FIFO of their own: first come, first served, one
 * token at a turn, and each process has one place, however many threads of it wait. So nobody
 * overtakes for ever. But who holds what it is due or more, an even share among all that hold or
 * wait, is served after those that hold less: who reads all there is and keeps it gets nothing more
 * while others have less. A read of several bytes gets several only if nobody else waits, or up to
 * the due share.
 *
 * <p><strong>Pollers</strong> are woken as many as there are tokens, and each finds one kept for
 * it, for a while ({@link Reservations}). Who polled and went away costs that while, once.
 *
 * <p><strong>Own FIFOs</strong>: {@link Pipes}. <strong>Who is debited</strong>: {@link Debits}.
 *
 * <p><strong>Ends.</strong> What a killed process had is free at once. One that ended by itself may
 * have acted for another (a script's {@code dd} reads, {@code printf} writes): its tokens go to the
 * heir that the daemon names, its parent. Heirs return them by writing, or at their own end.
 *
 * <p><strong>Twice.</strong> After a kill of the daemon clients' unanswered requests come again.
 * One that was counted, but perhaps not answered, is answered as it was counted, and not counted
 * again: {@link TokenEffect.Remember} comes before each answer. Only one operation of one client
 * can be in that state, since answers follow at once. Known gap: if the next daemon is killed too,
 * after another thread of the same process was served and before that operation came again, it is
 * counted twice; the surplus is gone with the process. And a write that is debited to another is
 * remembered there first: a kill in between debits it again, to a third or as a debt, which ends
 * with the writer. How a process ended that did so while no daemon ran is not known: its tokens are
 * free.
 *
 * <p>The host's duties are those of {@link dev.dibs.core.Coordinator}'s: one thread, events in
 * order, effects carried out in order before the next event, {@link TokenEffect.PipeDrain} answered
 * at once. Deterministic.
 */
public final class TokenFile {

  /** No read or write. */
  public static final long NO_OPERATION = -1;

  /** What one process has. */
  public record Share(long client, int balance, int unread, boolean waits) {}

  private final Effects effects = new Effects();
  private final Clients clients = new Clients(effects);
  private final Line line = new Line(clients);
  private final Reservations reservations = new Reservations();
  private final Pipes pipes = new Pipes(clients, line, effects);
  private final Debits debits;
  private final Asking asking = new Asking(line, effects);
  private long nowMs = Long.MIN_VALUE;

  private int issued;
  private int free;

  /** Tokens that the daemon wants back and has not got; -1: it wants none. */
  private int wantedBack = -1;

  private int givenBack;
  private boolean soughtInPipes;
  private boolean poolFirst;
  private boolean adopting;

  /**
   * @param implicit slots of the run for which there are no tokens
   */
  public TokenFile(int implicit) {
    debits = new Debits(clients, implicit);
  }

  /**
   * Takes one event.
   *
   * @return what is to be done outside, in this order
   * @throws IllegalArgumentException if time goes back or a count is out of range
   * @throws IllegalStateException if an invariant is broken, or a drain was not answered
   */
  public List<TokenEffect> apply(TokenEvent event) {
    checkOrder(event);
    nowMs = event.nowMs();
    free += reservations.expire(nowMs); // first: who asks now must not count on it
    take(event);
    if (!pipes.isDraining() && !adopting) {
      distribute();
    }
    check();
    return effects.take();
  }

  /** When {@link TokenEvent.Ticked} is wanted, ms; {@link Long#MAX_VALUE}: never. */
  public long nextDeadlineMs() {
    return Math.min(reservations.nextMs(), pipes.nextMs(!line.isEmpty(), nowMs));
  }

  /** Tokens in nobody's hands: those that are free, and those that lie in clients' FIFOs. */
  public int unread() {
    return Math.max(0, free) + clients.inPipes();
  }

  /**
   * While it is so, what comes free is given to nobody but the pool, which others may wait for;
   * when that has had its look, any event serves clients again.
   */
  public void showPoolFirst(boolean first) {
    poolFirst = first;
  }

  /** Tokens that are free; negative: what clients that died in debt owe. */
  public int free() {
    return free;
  }

  /** Tokens put and not drained. */
  public int issued() {
    return issued;
  }

  /** How many tokens a client has in its hands; negative: a debt. */
  public int holds(long client) {
    Client found = clients.find(client);
    return found == null ? 0 : found.balance;
  }

  /** Who has tokens, owes them, or waits. */
  public List<Share> shares() {
    return clients.all().stream()
        .filter(c -> c.balance != 0 || c.inPipe > 0 || c.waits())
        .map(c -> new Share(c.id, c.balance, c.inPipe, c.waits()))
        .toList();
  }

  private void take(TokenEvent event) {
    switch (event) {
      case TokenEvent.ReadAsked e -> read(e, clients.get(e.client()));
      case TokenEvent.ReadWithdrawn e -> withdraw(e);
      case TokenEvent.Written e -> write(e, clients.get(e.client()));
      case TokenEvent.Polled e -> poll(e, clients.get(e.client()));
      case TokenEvent.WatchClosed e -> closeWatch(e.watch());
      case TokenEvent.ClientEnded e -> end(e);
      case TokenEvent.ClientAdopted e -> adopt(e);
      case TokenEvent.TokensPut e -> put(e.count());
      case TokenEvent.TokensAsked e -> wantBack(checkCount(e.count()));
      case TokenEvent.PipeOpened e -> openPipe(e);
      case TokenEvent.PipeSeen e -> see(e);
      case TokenEvent.PipeDrained e -> free += pipes.drained(e);
      case TokenEvent.PipeClosed e -> closePipe(clients.find(e.client()));
      case TokenEvent.Ticked e -> {}
    }
  }

  private void read(TokenEvent.ReadAsked e, Client client) {
    int before = client.countedBefore(e.read());
    if (before > 0) {
      effects.add(new TokenEffect.Deliver(client.id, e.read(), before));
      return;
    }
    Client.Read read = new Client.Read(e.read(), e.file(), checkCount(e.count()), e.blocking());
    int kept = reservations.take(client);
    free += kept;
    if (kept > 0 && free > 0) {
      deliver(client, read, line.isEmpty() ? free : kept);
    } else {
      client.comes(nowMs);
      client.reads.add(read);
      line.join(client);
      asking.read(client, read);
    }
  }

  private void withdraw(TokenEvent.ReadWithdrawn e) {
    Client client = clients.find(e.client());
    if (client != null && client.reads.removeIf(read -> read.number() == e.read())) {
      leaveIfDone(client);
      client.keepTicket(nowMs);
    }
  }

  private void write(TokenEvent.Written e, Client writer) {
    if (writer.countedBefore(e.write()) == 0) {
      free += debits.debit(writer, e, checkCount(e.count()));
    }
    effects.add(new TokenEffect.Accept(writer.id, e.write(), e.count()));
  }

  private void poll(TokenEvent.Polled e, Client client) {
    asking.poll(client, e);
    if (client.reserved == 0) {
      client.comes(nowMs);
      client.watches.add(e.watch());
      line.join(client);
    }
  }

  private void closeWatch(long watch) {
    for (Client client : clients.all()) {
      if (client.watches.remove(watch)) {
        leaveIfDone(client);
      }
    }
  }

  private void leaveIfDone(Client client) {
    if (!client.waits()) {
      line.leave(client);
    }
  }

  private void end(TokenEvent.ClientEnded e) {
    Client client = clients.find(e.client());
    if (client == null) {
      return;
    }
    line.leave(client);
    free += reservations.take(client) + pipes.close(client);
    if (client.balance > 0 && e.heir() != null) {
      clients.credit(clients.get(e.heir()), client.balance);
    } else {
      free += client.balance;
    }
    clients.remove(client);
  }

  private void adopt(TokenEvent.ClientAdopted e) {
    Client client = clients.get(e.client());
    adopting = true;
    client.counted(e.operation(), e.count());
    client.adoptedOperation = e.operation();
    client.adoptedCount = e.count();
    free -= e.balance();
    clients.credit(client, e.balance());
  }

  private void put(int count) {
    adopting = false;
    issued += count;
    free += count;
    asking.mayTellAgain();
  }

  private void wantBack(int count) {
    wantedBack = count;
    givenBack = 0;
    soughtInPipes = false;
  }

  private void openPipe(TokenEvent.PipeOpened e) {
    pipes.open(clients.get(e.client()), e.unread(), nowMs);
  }

  private void see(TokenEvent.PipeSeen e) {
    Client client = clients.find(e.client());
    if (client == null || !client.piped) {
      return;
    }
    int written = pipes.see(client, e.unread(), nowMs);
    if (written > 0) {
      client.pipeSurplus = written - debits.debit(client, written);
    }
  }

  private void closePipe(@Nullable Client client) {
    if (client != null) {
      free += pipes.close(client);
      leaveIfDone(client);
    }
  }

  private void distribute() {
    pipes.stir(nowMs);
    if (wantedBack >= 0 && !giveBack()) {
      return;
    }
    if (poolFirst) {
      return;
    }
    serveAll();
    if (!pipes.reclaim(!line.isEmpty(), nowMs)) {
      asking.settle(free > 0, nowMs);
      if (line.isEmpty() && free > 0) {
        free -= pipes.stock(free, nowMs);
      }
    }
  }

  /** Whether the daemon has what it wants, or all there is; false: first the answers of FIFOs. */
  private boolean giveBack() {
    int count = Math.clamp(free, 0, wantedBack - givenBack);
    free -= count;
    issued -= count;
    givenBack += count;
    if (givenBack < wantedBack && !soughtInPipes) {
      soughtInPipes = true;
      if (pipes.reclaimFor(wantedBack - givenBack)) {
        return false;
      }
    }
    effects.add(new TokenEffect.Drained(givenBack));
    wantedBack = -1;
    asking.mayTellAgain();
    return true;
  }

  private void serveAll() {
    while (free > 0) {
      int due = clients.due(issued);
      Client next = line.next(due);
      if (next == null) {
        return;
      }
      line.leave(next);
      serve(next, Math.max(1, due - next.balance));
      if (next.waits()) {
        next.dropTicket();
        line.join(next);
      }
    }
  }

  private void serve(Client client, int due) {
    Client.Read read = client.reads.poll();
    if (read != null) {
      deliver(client, read, line.isEmpty() ? free : Math.min(free, due));
    } else if (!client.watches.isEmpty()) {
      free--;
      reservations.keep(client, nowMs);
      asking.wake(client);
    } else {
      free--;
      pipes.put(client, !line.isEmpty(), nowMs);
      client.dropTicket();
    }
  }

  private void deliver(Client client, Client.Read read, int most) {
    int count = Math.min(read.count(), most);
    free -= count;
    client.file = read.file();
    client.patienceMs = Reservations.KEPT_MS;
    client.dropTicket();
    client.counted(read.number(), count);
    clients.credit(client, count);
    effects.add(new TokenEffect.Deliver(client.id, read.number(), count));
  }

  private void checkOrder(TokenEvent event) {
    if (event.nowMs() < nowMs) {
      throw new IllegalArgumentException("time goes back from " + nowMs + " ms: " + event);
    }
    if (pipes.isDraining() != event instanceof TokenEvent.PipeDrained) {
      throw new IllegalStateException(
          "BUG: " + event + (pipes.isDraining() ? ": a drain is due" : ": no drain is due"));
    }
  }

  private void check() {
    int sum = free + reservations.count() + clients.inPipes() + clients.held();
    if (sum != issued) {
      throw new IllegalStateException("BUG: " + sum + " tokens of " + issued + " issued");
    }
  }

  private static int checkCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count " + count);
    }
    return count;
  }
}

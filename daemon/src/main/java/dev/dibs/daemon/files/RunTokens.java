package dev.dibs.daemon.files;

import dev.dibs.core.tokens.TokenEffect;
import dev.dibs.core.tokens.TokenEvent;
import dev.dibs.core.tokens.TokenFile;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.Epoll;
import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.FuseRequest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one run, as its {@link TokenFile} has them: turns what clients do into its events,
 * and what it says into answers. For the loop's thread only.
 */
public final class RunTokens implements AutoCloseable {

  /** Told that {@link #unread} or {@link #takeWant} changed, but not while the pool itself acts. */
  public interface Listener {
    void changed();
  }

  /**
   * Who has tokens.
   *
   * @param held tokens in its hands and ready in its own FIFO; negative: it gave up the slot in
   *     which it was started
   */
  public record Share(int pid, int held) {}

  private static final byte[][] TOKENS = tokens();

  private final Jobserver jobserver;
  private final long claim;
  private final int root;
  private final Listener listener;
  private final TokenFile file;
  private final Map<Long, KnownProcess> clients = new HashMap<>();
  private final Map<Long, Reply<byte[]>> reads = new HashMap<>();
  private final Deque<TokenEvent> events = new ArrayDeque<>();
  private final Deque<TokenEffect> effects = new ArrayDeque<>();
  private @Nullable Reply<Integer> write;
  private boolean ready;
  private int drained;
  private boolean wanted;
  private boolean applying;
  private boolean poolActs;
  private boolean closed;
  private TimerQueue.@Nullable Timer tick;
  private long tickAtMs = Long.MAX_VALUE;

  RunTokens(Jobserver jobserver, long claim, int root, int implicit, Listener listener) {
    this.jobserver = jobserver;
    this.claim = claim;
    this.root = root;
    this.listener = listener;
    this.file = new TokenFile(implicit);
  }

  private static byte[][] tokens() {
    byte[][] all = new byte[TokenRecords.OPERATION_BYTES_MAX + 1][];
    for (int i = 0; i < all.length; i++) {
      all[i] = new byte[i];
      Arrays.fill(all[i], (byte) '+');
    }
    return all;
  }

  long claim() {
    return claim;
  }

  /** The process whose run it is. */
  int root() {
    return root;
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Tokens in nobody's hands, as far as the pool's: not what stands for a slot that a client gave
   * up and that was none of ours to put.
   */
  public int unread() {
    return Math.min(file.unread(), file.issued());
  }

  /** Whether somebody has asked in vain since this was called last. */
  public boolean takeWant() {
    boolean was = wanted;
    wanted = false;
    return was;
  }

  /** Puts tokens in; the pool does. */
  public void put(int count) {
    poolActs = true;
    apply(new TokenEvent.TokensPut(now(), count));
    poolActs = false;
  }

  /** Takes tokens out, as far as there are some; the pool does. How many. */
  public int drain(int count) {
    poolActs = true;
    drained = 0;
    apply(new TokenEvent.TokensAsked(now(), count));
    poolActs = false;
    return drained;
  }

  /** Who has tokens now. */
  public List<Share> shares() {
    return file.shares().stream()
        .filter(share -> share.balance() + share.unread() != 0)
        .map(share -> new Share(pid(share.client()), share.balance() + share.unread()))
        .toList();
  }

  private int pid(long client) {
    KnownProcess process = clients.get(client);
    return process == null ? 0 : process.pid();
  }

  void joined(KnownProcess process) {
    clients.put(process.client, process);
  }

  /** A client of an earlier daemon; {@link #put} follows when all are known. */
  void adopt(KnownProcess process, TokenRecords.Found found) {
    process.record = found.entry();
    apply(
        new TokenEvent.ClientAdopted(
            now(), process.client, found.held(), found.operation(), found.count()));
  }

  void read(KnownProcess client, FuseRequest.Read request, Reply<byte[]> reply) {
    long number = request.header().id();
    int count = Math.min(request.size(), TokenRecords.OPERATION_BYTES_MAX);
    reads.put(number, reply);
    apply(
        new TokenEvent.ReadAsked(
            now(), client.client, number, request.handle(), count, !request.nonBlocking()));
    if (reply.isOpen()) {
      reply.whenInterrupted(() -> withdraw(client, number));
    }
  }

  private void withdraw(KnownProcess client, long number) {
    reads.remove(number);
    apply(new TokenEvent.ReadWithdrawn(now(), client.client, number));
  }

  void write(KnownProcess client, FuseRequest.Write request, Reply<Integer> reply) {
    int count = Math.min(request.data().length(), TokenRecords.OPERATION_BYTES_MAX);
    List<Long> above = file.holds(client.client) < count ? client.ancestors() : List.of();
    write = reply;
    applyReturn(
        new TokenEvent.Written(
            now(), client.client, request.header().id(), request.handle(), count, above));
  }

  /** What is ready for a client that polls; it is woken when that is more. */
  int poll(KnownProcess client, FuseRequest.Poll request) {
    if ((request.events() & Epoll.IN) == 0) {
      return Epoll.OUT;
    }
    TokenRecords.Entry record = request.waits() ? record(client) : null;
    if (record != null) {
      record.polls(request.pollHandle());
    }
    ready = false;
    apply(new TokenEvent.Polled(now(), client.client, request.pollHandle(), request.waits()));
    return ready ? Epoll.IN | Epoll.OUT : Epoll.OUT;
  }

  void closeWatch(long watch) {
    apply(new TokenEvent.WatchClosed(now(), watch));
  }

  /** A client's own FIFO can be written and read. */
  void opened(KnownProcess client) throws OsException {
    PersonalFifo fifo = client.fifo;
    if (fifo != null) {
      TokenRecords.Entry record = record(client);
      if (record != null) {
        record.has(fifo.number());
      }
      apply(new TokenEvent.PipeOpened(now(), client.client, fifo.unread()));
    }
  }

  /** A client's own FIFO was read or written. */
  void accessed(KnownProcess client) throws OsException {
    PersonalFifo fifo = client.fifo;
    if (fifo != null && fifo.isOpen()) {
      apply(new TokenEvent.PipeSeen(now(), client.client, fifo.unread()));
    }
  }

  /** A process has ended. */
  void ended(KnownProcess process) throws OsException {
    process.ended();
    KnownProcess heir = process.heir();
    boolean hasHeir = heir != null && heir.run == this;
    applyReturn(
        new TokenEvent.ClientEnded(
            now(), process.client, hasHeir && heir != null ? Long.valueOf(heir.client) : null));
    forget(process);
    clients.remove(process.client);
  }

  private static void forget(KnownProcess process) {
    if (process.record != null) {
      process.record.remove();
      process.record = null;
    }
    if (process.fifo != null) {
      process.fifo.close();
    }
  }

  private long now() {
    return jobserver.nowMs();
  }

  /**
   * Applies an event that may free tokens. While others wait the pool sees them first: clients of
   * this run would have them before it is others' turn.
   */
  private void applyReturn(TokenEvent event) {
    boolean contended = jobserver.isContended();
    file.showPoolFirst(contended);
    apply(event);
    if (contended) {
      file.showPoolFirst(false);
      apply(new TokenEvent.Ticked(now()));
    }
  }

  /** Applies an event and all that follows; what comes up meanwhile waits until it is done. */
  private void apply(TokenEvent event) {
    events.add(event);
    if (applying) {
      return;
    }
    applying = true;
    int before = unread();
    try {
      for (TokenEvent next = events.poll(); next != null; next = events.poll()) {
        effects.addAll(file.apply(next));
        for (TokenEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
          perform(effect);
        }
      }
    } finally {
      applying = false;
    }
    armTick();
    if (!poolActs && !closed && (wanted || before != unread())) {
      listener.changed();
    }
  }

  private void perform(TokenEffect effect) {
    switch (effect) {
      case TokenEffect.Remember e -> remember(e);
      case TokenEffect.Deliver e -> deliver(e);
      case TokenEffect.Refuse e -> refuse(e);
      case TokenEffect.Accept e -> accept(e);
      case TokenEffect.TellPoll e -> ready = e.ready();
      case TokenEffect.Wake e -> jobserver.wake(e.watch());
      case TokenEffect.PipePut e -> put(e);
      case TokenEffect.PipeDrain e -> effects.addAll(file.apply(drain(e)));
      case TokenEffect.Drained e -> drained = e.count();
      case TokenEffect.Want e -> wanted = true;
    }
  }

  private void remember(TokenEffect.Remember e) {
    KnownProcess client = clients.get(e.client());
    TokenRecords.Entry record = client == null ? null : record(client);
    if (record != null) {
      record.holds(e.held(), e.operation(), e.count());
    }
  }

  private TokenRecords.@Nullable Entry record(KnownProcess client) {
    if (client.record == null) {
      client.record = jobserver.newRecord(client);
    }
    return client.record;
  }

  private void deliver(TokenEffect.Deliver e) {
    Reply<byte[]> reply = reads.remove(e.read());
    boolean heard = reply != null && reply.isOpen() && reply.answer(TOKENS[e.count()]);
    if (!heard) { // it was killed meanwhile; that is told soon, but others need not wait for it
      events.add(
          new TokenEvent.Written(
              now(), e.client(), TokenFile.NO_OPERATION - e.read(), -1, e.count(), List.of()));
    }
  }

  private void refuse(TokenEffect.Refuse e) {
    Reply<byte[]> reply = reads.remove(e.read());
    if (reply != null && reply.isOpen()) {
      reply.fail(Errno.EAGAIN);
    }
  }

  private void accept(TokenEffect.Accept e) {
    Reply<Integer> reply = write;
    write = null;
    if (reply != null && reply.isOpen()) {
      reply.answer(e.count());
    }
  }

  private void put(TokenEffect.PipePut e) {
    PersonalFifo fifo = fifo(e.client());
    if (fifo != null) {
      fifo.put(e.count());
    }
  }

  private TokenEvent drain(TokenEffect.PipeDrain e) {
    PersonalFifo fifo = fifo(e.client());
    int count = fifo == null ? 0 : fifo.drain(e.count());
    return new TokenEvent.PipeDrained(now(), e.client(), count);
  }

  private @Nullable PersonalFifo fifo(long client) {
    KnownProcess process = clients.get(client);
    return process == null ? null : process.fifo;
  }

  private void armTick() {
    long nextMs = closed ? Long.MAX_VALUE : file.nextDeadlineMs();
    if (nextMs == tickAtMs) {
      return;
    }
    if (tick != null) {
      tick.cancel();
      tick = null;
    }
    tickAtMs = nextMs;
    if (nextMs < Long.MAX_VALUE) {
      tick = jobserver.after(Math.max(0, nextMs - now()), this::tick);
    }
  }

  private void tick() {
    tick = null;
    tickAtMs = Long.MAX_VALUE;
    apply(new TokenEvent.Ticked(now()));
  }

  /** The run is over. Who still waits gets an error. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    armTick();
    for (Reply<byte[]> reply : List.copyOf(reads.values())) {
      if (reply.isOpen()) {
        reply.fail(Errno.EIO);
      }
    }
    reads.clear();
    for (KnownProcess process : List.copyOf(clients.values())) {
      forget(process);
      jobserver.forget(process);
    }
    clients.clear();
    jobserver.closed(this);
  }

  @Override
  public String toString() {
    return "tokens of claim " + claim;
  }
}

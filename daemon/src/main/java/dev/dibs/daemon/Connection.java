package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Epoll;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.StreamSocket;
import dev.dibs.protocol.SlotBytes;
import dev.dibs.protocol.lines.LockReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A client of the socket (docs/protocol.md), in byte mode or, if its first byte is <code>{</code>,
 * in line mode. It holds its slots and locks as long as it is connected; its end returns them. For
 * the loop's thread only.
 */
final class Connection implements PoolSlots.Owner, LockLines.Wire, AutoCloseable {

  /** With which line mode begins. */
  static final byte LINES = '{';

  /**
   * Most bytes that it is served at once. Each may be an event for the core, 5 µs or so, and the
   * others have their turn after them: so who floods the daemon makes them wait a tenth of a
   * millisecond.
   */
  static final int BYTES_AT_ONCE = 16;

  /**
   * Who is at the other end.
   *
   * @param pid for people
   * @param process who connected, or null if nobody knows; closed with the connection
   * @param transport {@code socket} or {@code tcp}
   */
  record Caller(int pid, @Nullable Pidfd process, String transport) implements AutoCloseable {
    @Override
    public void close() {
      if (process != null) {
        process.close();
      }
    }
  }

  /** Finds out where a connection's slots come from, when it wants the first one. */
  interface Chooser {
    SlotSource choose(Connection connection);
  }

  private final StreamSocket socket;
  private final Caller caller;
  private final Connections all;
  private final Chooser chooser;
  private final EventLoop loop;
  private final EventLoop.Watch watch;
  private final SlotBytes books = new SlotBytes();
  private final Outbox outbox = new Outbox();
  private @Nullable SlotSource source;
  private @Nullable LockLines lines;
  private int kept;
  private boolean begun;
  private boolean receiving;
  private boolean waitsForRoom;
  private boolean closed;

  /** One that just connected; it is among {@code all} as long as it lives. */
  Connection(StreamSocket socket, Caller caller, Connections all, Chooser chooser, EventLoop loop)
      throws IOException {
    this.socket = socket;
    this.caller = caller;
    this.all = all;
    this.chooser = chooser;
    this.loop = loop;
    this.watch = loop.watch(socket.descriptor(), Epoll.IN, this::ready);
  }

  @Nullable SlotSource source() {
    return source;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Nullable Pidfd process() {
    return caller.process();
  }

  private void ready(int events) {
    if (waitsForRoom) {
      flush();
    }
    if (!closed && (events & ~Epoll.OUT) != 0) {
      read(lines == null ? all.buffer() : all.lineBuffer());
    }
  }

  private void read(byte[] buffer) {
    int count = -1;
    try {
      count = socket.read(buffer);
    } catch (OsException broken) {
      all.log().warn("A connection broke: " + broken);
    }
    if (count < 0) {
      close();
    } else {
      receive(buffer, 0, count);
    }
  }

  /** Takes what the client sent; its answers go out together. */
  void receive(byte[] bytes, int from, int to) {
    receiving = true;
    if (!begun && from < to) {
      begun = true;
      lines = bytes[from] == LINES ? all.lines(this) : null;
    }
    if (lines == null) {
      receiveBytes(bytes, from, to);
    } else {
      lines.receive(bytes, from, to);
    }
    receiving = false;
    flush();
    if (lines != null) {
      loop.served();
    }
    account();
  }

  private void receiveBytes(byte[] bytes, int from, int to) {
    for (int i = from; i < to && !closed; i++) {
      if (i + 1 < to && swaps(bytes[i], bytes[i + 1])) {
        send(SlotBytes.PLUS);
        i++;
      } else {
        take(bytes[i]);
      }
    }
  }

  /** A slot that is returned and asked for in one breath stays where it is, if nobody waits. */
  private boolean swaps(byte first, byte second) {
    return first == SlotBytes.MINUS
        && second == SlotBytes.PLUS
        && books.held() > 0
        && source != null
        && source.canSwap();
  }

  private void take(byte next) {
    switch (books.take(next)) {
      case ASKED -> choose().ask();
      case RETURNED -> choose().giveBack();
      case WITHDRAWN -> {
        choose().withdraw();
        send(SlotBytes.MINUS);
      }
      case REFUSED -> refuse(next);
    }
  }

  private SlotSource choose() {
    SlotSource chosen = source;
    if (chosen == null || (books.held() + books.waiting() == 1 && chosen.isOver())) {
      chosen = chooser.choose(this);
      source = chosen;
    }
    return chosen;
  }

  private void refuse(byte refused) {
    for (byte next : SlotBytes.refusal(refused).getBytes(StandardCharsets.US_ASCII)) {
      send(next);
    }
    flush();
    close();
  }

  @Override
  public void granted() {
    books.granted();
    send(SlotBytes.PLUS);
    if (!receiving) {
      flush();
    }
  }

  private void send(byte next) {
    if (!outbox.add(next)) {
      dismissed();
    }
  }

  @Override
  public void say(LockReply reply) {
    if (!outbox.add(reply.bytes())) {
      dismissed();
    }
    if (!receiving) {
      flush();
    }
  }

  @Override
  public void later(long delayMs, Runnable action) {
    loop.after(delayMs, action);
  }

  @Override
  public boolean isHeard() {
    return outbox.isEmpty();
  }

  /**
   * In line mode: what is kept for it is counted, for all together may make us keep only so much.
   */
  private void account() {
    int now = lines == null || closed ? 0 : lines.kept() + outbox.room();
    if (now != kept && !all.keeps(now - kept)) {
      dismissed();
    }
    kept = now;
  }

  /** Sends what there is room for; the rest when there is room. Never in the middle of an event. */
  private void flush() {
    if (closed || outbox.isEmpty()) {
      return;
    }
    try {
      outbox.flush(socket);
      if (outbox.isEmpty() == waitsForRoom) {
        waitsForRoom = !outbox.isEmpty();
        watch.change(waitsForRoom ? Epoll.IN | Epoll.OUT : Epoll.IN);
        account();
      }
    } catch (IOException nobodyReads) {
      dismissed();
    }
  }

  @Override
  public int pid() {
    return caller.pid();
  }

  @Override
  public String transport() {
    return caller.transport();
  }

  @Override
  public boolean hasEnded() throws OsException {
    return closed || (caller.process() != null && caller.process().exited());
  }

  @Override
  public void idle() {
    all.idle(this);
  }

  /** Closes it soon: this may come in the middle of an event, which must not meet another one. */
  @Override
  public void dismissed() {
    loop.post(this::close);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.close();
    socket.close();
    caller.close();
    if (source != null) {
      source.close();
    }
    if (lines != null) {
      lines.close();
    }
    account();
    all.closed(this);
  }
}

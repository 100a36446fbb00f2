package dev.dibs.daemon;

import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Priority;
import dev.dibs.daemon.locks.LockClaims;
import dev.dibs.daemon.locks.LockGrant;
import dev.dibs.daemon.locks.LockHolder;
import dev.dibs.daemon.locks.LockRefusal;
import dev.dibs.daemon.locks.LockWish;
import dev.dibs.protocol.LockNames;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Printable;
import dev.dibs.protocol.lines.LineSplitter;
import dev.dibs.protocol.lines.LockAsk;
import dev.dibs.protocol.lines.LockReply;
import dev.dibs.protocol.lines.MalformedLineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a connection in line mode says and is told (docs/protocol.md). Each request for locks is a
 * claim of its own, held by the connection. For the loop's thread only.
 */
final class LockLines implements LineSplitter.Taker, AutoCloseable {

  /** Most requests of one connection that hold or wait. */
  static final int OPEN_MAX = 4096;

  /**
   * Who is told "busy", or who holds a lock, is told so after another look at all connections: what
   * was released before it asked, on another one, may lie there unread.
   */
  private static final long LATER_MS = 1;

  private static final int TEXT_CHARACTERS_MAX = 2_000;
  private static final Duration LONGEST = Duration.ofDays(100_000); // in ms it is no overflow

  /** The other end. */
  interface Wire {
    /** The process that connected, 0 if that is not known. */
    int pid();

    /** Says a line, soon. */
    void say(LockReply reply);

    /** Has something done after so many ms. */
    void later(long delayMs, Runnable action);

    /** Whether there is nothing left that was said and not taken. */
    boolean isHeard();

    boolean isClosed();
  }

  /** What is known of locks. */
  interface Knowledge {
    /** Somebody who holds a lock. */
    LockReply holder(long id, String name);
  }

  private final Wire wire;
  private final LockClaims claims;
  private final Knowledge knowledge;
  private final LineSplitter splitter = new LineSplitter();
  private final Map<Long, Ask> open = new HashMap<>();

  LockLines(Wire wire, LockClaims claims, Knowledge knowledge) {
    this.wire = wire;
    this.claims = claims;
    this.knowledge = knowledge;
  }

  /** Takes what the client sent. */
  void receive(byte[] bytes, int from, int to) {
    splitter.accept(bytes, from, to, this);
  }

  /** How many bytes of a line that has no end yet are kept. */
  int kept() {
    return splitter.kept();
  }

  @Override
  public void line(byte[] bytes, int from, int length) {
    try {
      take(LockAsk.read(bytes, from, length));
    } catch (MalformedLineException what) {
      misunderstood(what.why());
    }
  }

  @Override
  public void overlong() {
    misunderstood(
        "A line has more than " + LineSplitter.BYTES_MAX + " bytes. Ask for fewer names at once");
  }

  private void take(LockAsk ask) {
    switch (ask) {
      case LockAsk.Acquire acquire -> acquire(acquire);
      case LockAsk.Release release -> release(release.id());
      case LockAsk.Downgrade downgrade -> downgrade(downgrade.id());
      case LockAsk.Withdraw withdraw -> withdraw(withdraw.id());
      case LockAsk.Holder holder -> wire.later(LATER_MS, () -> tellHolder(holder));
    }
  }

  private void tellHolder(LockAsk.Holder holder) {
    if (!wire.isClosed()) {
      wire.say(knowledge.holder(holder.id(), holder.name()));
    }
  }

  private void acquire(LockAsk.Acquire acquire) {
    long id = acquire.id();
    if (open.containsKey(id)) {
      misunderstood("Request " + id + " waits or holds already. Give each a number of its own");
    } else if (open.size() == OPEN_MAX) {
      refuse(id, "More than " + OPEN_MAX + " requests at once. Release some");
    } else {
      request(acquire);
    }
  }

  private boolean holds(long id) {
    Ask ask = open.get(id);
    return ask != null && ask.held;
  }

  private void request(LockAsk.Acquire acquire) {
    LockWish wish;
    try {
      wish = wish(acquire);
    } catch (MalformedRequestException misuse) {
      refuse(acquire.id(), misuse.why());
      return;
    }
    Ask ask = new Ask(acquire.id(), acquire.timeout().filter(Duration::isZero).isPresent());
    open.put(acquire.id(), ask);
    ask.claim = claims.request(ask, wish);
  }

  private LockWish wish(LockAsk.Acquire acquire) throws MalformedRequestException {
    Map<String, LockMode> modes = new HashMap<>();
    for (String name : checked(acquire)) {
      modes.put(name, LockMode.SHARED);
    }
    acquire.exclusive().forEach(name -> modes.put(name, LockMode.EXCLUSIVE));
    Long within =
        acquire.within().filter(this::holds).map(open::get).map(ask -> ask.claim).orElse(null);
    return new LockWish(modes, within, priority(acquire.priority()), waitMs(acquire));
  }

  private static Set<String> checked(LockAsk.Acquire acquire) throws MalformedRequestException {
    Set<String> names = new LinkedHashSet<>(acquire.exclusive());
    names.addAll(acquire.shared());
    return LockNames.checked(names);
  }

  private static Priority priority(LockAsk.Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> Priority.INTERACTIVE;
      case NORMAL -> Priority.NORMAL;
      case BACKGROUND -> Priority.BACKGROUND;
    };
  }

  private static OptionalLong waitMs(LockAsk.Acquire acquire) {
    if (acquire.timeout().isEmpty()) {
      return OptionalLong.empty();
    }
    Duration timeout = acquire.timeout().get();
    Duration bounded = timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
    return OptionalLong.of(Math.max(LATER_MS, bounded.plusNanos(999_999).toMillis()));
  }

  private void release(long id) {
    if (holds(id)) {
      end(id);
    } else {
      misunderstood("Request " + id + " holds nothing that could be released");
    }
  }

  private void downgrade(long id) {
    Ask ask = open.get(id);
    if (ask != null && ask.held) {
      claims.downgrade(ask.claim);
    } else {
      misunderstood("Request " + id + " holds nothing that could be downgraded");
    }
  }

  /** Of one that is granted or refused meanwhile nothing is said: it was told so. */
  private void withdraw(long id) {
    if (open.containsKey(id) && !holds(id)) {
      end(id);
      wire.say(new LockReply.Refused(id, LockReply.Reason.WITHDRAWN, "withdrawn"));
    }
  }

  private void end(long id) {
    Ask ask = open.remove(id);
    if (ask != null) {
      claims.end(ask.claim);
    }
  }

  private void refuse(long id, String text) {
    wire.say(new LockReply.Refused(id, LockReply.Reason.MISUSE, printable(text)));
  }

  private void misunderstood(String text) {
    wire.say(new LockReply.Misunderstood(printable(text)));
  }

  private static String printable(String text) {
    return Printable.of(text, TEXT_CHARACTERS_MAX);
  }

  /** The connection is gone. All that it held is free, and it waits for nothing. */
  @Override
  public void close() {
    List<Ask> all = new ArrayList<>(open.values());
    open.clear();
    all.forEach(ask -> claims.end(ask.claim));
  }

  /** A request that waits or holds. */
  private final class Ask implements LockHolder {
    private final long id;
    private final boolean waitsNot;
    private long claim;
    private boolean held;

    private Ask(long id, boolean waitsNot) {
      this.id = id;
      this.waitsNot = waitsNot;
    }

    @Override
    public Kind kind() {
      return Kind.CONNECTION;
    }

    @Override
    public int pid() {
      return wire.pid();
    }

    @Override
    public boolean granted(LockGrant grant) {
      claim = grant.claim();
      held = true;
      wire.say(new LockReply.Granted(id, grant.fence()));
      return !wire.isClosed();
    }

    @Override
    public void refused(LockRefusal refusal) {
      if (open.remove(id, this)) {
        wire.say(new LockReply.Refused(id, reason(refusal), printable(refusal.text())));
      }
    }

    /** Whoever does not listen is not told more. */
    @Override
    public void waiting(String text) {
      if (wire.isHeard()) {
        wire.say(new LockReply.Waiting(id, printable(text)));
      }
    }

    private LockReply.Reason reason(LockRefusal refusal) {
      LockReply.Reason reason = LockLines.reason(refusal.reason());
      return waitsNot && reason == LockReply.Reason.TIMEOUT ? LockReply.Reason.BUSY : reason;
    }
  }

  private static LockReply.Reason reason(LockRefusal.Reason reason) {
    return switch (reason) {
      case BUSY -> LockReply.Reason.BUSY;
      case TIMEOUT -> LockReply.Reason.TIMEOUT;
      case CYCLE -> LockReply.Reason.CYCLE;
      case UPGRADE -> LockReply.Reason.UPGRADE;
      case LEAVING -> LockReply.Reason.LEAVING;
      case UNKEPT, MISUSE -> LockReply.Reason.MISUSE;
    };
  }
}

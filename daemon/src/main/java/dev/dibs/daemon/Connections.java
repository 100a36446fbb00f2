package dev.dibs.daemon;

import dev.dibs.daemon.locks.LockClaims;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Self;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * All connections of clients, and how many there may be. Who comes when there are that many is let
 * in and sent away, so that it goes on without slots; it is not left standing in {@code connect}.
 * For the loop's thread only.
 */
final class Connections {

  /** A connection takes two descriptors, its socket and its process; half of all is for builds. */
  private static final int DESCRIPTORS_FOR_EACH = 4;

  private static final int MOST = 8_192;

  /** In line mode it is read some hundred short lines at a time, each 5 µs or so. */
  private static final int LINE_BYTES_AT_ONCE = 2_048;

  /**
   * What clients in line mode may have us keep, all together: lines that have no end yet, and what
   * they don't read. Two of the longest lines, or four thousand who are halfway through a short
   * one.
   */
  private static final int KEPT_BYTES_MAX = 8 << 20;

  private static final long LOOK_AT_IDLE_EVERY_MS = 1_000;
  private static final long COMPLAIN_EVERY_MS = 60_000;

  private final EventLoop loop;
  private final LockClaims claims;
  private final LockLines.Knowledge knowledge;
  private final Runnable lastClosed;
  private final Log log;
  private final int max;
  private final byte[] buffer = new byte[Connection.BYTES_AT_ONCE];
  private final byte[] lineBuffer = new byte[LINE_BYTES_AT_ONCE];
  private final Set<Connection> open = new LinkedHashSet<>();
  private final Set<Connection> idle = new LinkedHashSet<>();
  private int keptBytes;
  private boolean looksAtIdle;
  private long complainedMs = -COMPLAIN_EVERY_MS;

  /**
   * @param claims where those in line mode ask for locks
   * @param lastClosed called when none is left
   */
  Connections(
      EventLoop loop,
      LockClaims claims,
      LockLines.Knowledge knowledge,
      Runnable lastClosed,
      Log log)
      throws OsException {
    this.max = Math.min(MOST, Self.descriptorsMax() / DESCRIPTORS_FOR_EACH);
    this.loop = loop;
    this.claims = claims;
    this.knowledge = knowledge;
    this.lastClosed = lastClosed;
    this.log = log;
  }

  /** What one connection reads into at a time. */
  byte[] buffer() {
    return buffer;
  }

  /** Likewise in line mode. */
  byte[] lineBuffer() {
    return lineBuffer;
  }

  /** What one that begins line mode is told. */
  LockLines lines(Connection connection) {
    return new LockLines(connection, claims, knowledge);
  }

  /**
   * Some bytes more are kept for a connection, or less.
   *
   * @return false if those are too many, which are counted all the same
   */
  boolean keeps(int more) {
    keptBytes += more;
    boolean fits = more <= 0 || keptBytes <= KEPT_BYTES_MAX;
    if (!fits) {
      complain("Clients don't end their lines, or don't read: some are sent away");
    }
    return fits;
  }

  Log log() {
    return log;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Whether there are as many as there may be; says so in the log now and then. */
  boolean isFull() {
    if (open.size() < max) {
      return false;
    }
    complain(max + " connections, as many as there may be: others are sent away");
    return true;
  }

  /** Logs what happens often, once a minute at most. */
  void complain(String what) {
    if (loop.nowMs() - complainedMs >= COMPLAIN_EVERY_MS) {
      complainedMs = loop.nowMs();
      log.warn(what);
    }
  }

  void opened(Connection connection) {
    open.add(connection);
  }

  void closed(Connection connection) {
    idle.remove(connection);
    if (open.remove(connection) && open.isEmpty()) {
      lastClosed.run();
    }
  }

  /** A connection holds nothing and wants nothing: its claim is ended if that lasts. */
  void idle(Connection connection) {
    idle.add(connection);
    if (!looksAtIdle) {
      looksAtIdle = true;
      loop.after(LOOK_AT_IDLE_EVERY_MS, this::lookAtIdle);
    }
  }

  private void lookAtIdle() {
    looksAtIdle = false;
    idle.removeIf(connection -> !isStillIdle(connection));
    if (!idle.isEmpty()) {
      looksAtIdle = true;
      loop.after(LOOK_AT_IDLE_EVERY_MS, this::lookAtIdle);
    }
  }

  private static boolean isStillIdle(Connection connection) {
    return connection.source() instanceof PoolSlots slots && slots.endIfIdle();
  }

  /** Ends all, and with them what they hold. */
  void closeAll() {
    for (Connection connection : open.toArray(Connection[]::new)) {
      connection.close();
    }
  }
}

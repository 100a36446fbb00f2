package dev.dibs.locks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * A claim of this process, from before its record is made until nobody waits for its end any more.
 *
 * <p>Those who wait stand in line in the order in which they asked. When it is over the first is
 * told, and the next when that one hangs up, which it does after it has looked and, if it was not
 * the first, stands in the next line. So the order stays, and one process at a time wakes up.
 *
 * <p>Thread-safe. Nothing blocks.
 */
final class OwnClaim {

  private final ClaimRecord record;
  private final byte[] nonce;
  private final Deque<SocketChannel> line = new ArrayDeque<>();
  private final Set<SocketChannel> told = new HashSet<>();
  private boolean owned;
  private boolean over;
  private long toldNs;

  OwnClaim(ClaimRecord record) {
    this.record = record;
    this.nonce = record.nonceBytes();
  }

  ClaimRecord record() {
    return record;
  }

  String ticket() {
    return ClaimProtocol.ticket(nonce);
  }

  /** Answers a waiter and lets it stand in line; false if it is over, and nothing was answered. */
  synchronized boolean join(SocketChannel waiter, byte[] challenge) throws IOException {
    if (over) {
      return false;
    }
    byte kind = owned ? ClaimProtocol.OWNED : ClaimProtocol.PASSING;
    say(waiter, ClaimProtocol.answer(kind, nonce, challenge));
    line.add(waiter);
    return true;
  }

  /** It is not only passing: who does not want to wait for an owner is told. */
  synchronized void own() {
    owned = true;
    line.forEach(waiter -> sayIfItHears(waiter, ClaimProtocol.OWNED));
  }

  /** It is over, for ever. Called again it does nothing. */
  synchronized void end() {
    if (!over) {
      over = true;
      tellNext();
    }
  }

  /** A waiter hung up. */
  synchronized void left(SocketChannel waiter) {
    line.remove(waiter);
    if (told.remove(waiter)) {
      tellNext();
    }
  }

  /** Lets the next one look if those who were told did not for so long; they may be stopped. */
  synchronized void tellLate(long nowNs, long turnNs) {
    if (over && nowNs - toldNs >= turnNs) {
      tellNext();
    }
  }

  synchronized boolean hasLine() {
    return !line.isEmpty();
  }

  private void tellNext() {
    SocketChannel next = line.poll();
    if (next != null) {
      told.add(next);
      toldNs = System.nanoTime();
      sayIfItHears(next, ClaimProtocol.FREE);
    }
  }

  /** Who can't be told has hung up, or will be told by the end of the connection. */
  private static void sayIfItHears(SocketChannel waiter, byte word) {
    try {
      say(waiter, ByteBuffer.wrap(new byte[] {word}));
    } catch (IOException hungUp) {
      // its connection is found broken by who reads from it
    }
  }

  /** A handful of bytes always go, for nothing unread lies before them. */
  private static void say(SocketChannel waiter, ByteBuffer words) throws IOException {
    waiter.write(words);
    if (words.hasRemaining()) {
      throw new IOException("a waiter does not read");
    }
  }
}

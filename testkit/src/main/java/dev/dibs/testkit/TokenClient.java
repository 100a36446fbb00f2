package dev.dibs.testkit;

import org.jspecify.annotations.Nullable;

/** A process that takes tokens out of a simulated file, works, and returns them. */
final class TokenClient {

  enum Style {
    /** Blocks in a read of one byte: cargo, make in its way. */
    BLOCKER,
    /** Polls, then reads without waiting: make 4.4, jobserver-rs after EAGAIN. */
    POLLER,
    /** Tries without waiting, and again some time later: ninja on the file. */
    TRIER,
    /** Reads all that it can get, keeps it for long, gives it back at once: LLVM. */
    HOARDER,
    /** Children read and write for it, and end: a script with dd and printf. */
    SCRIPT,
    /** Gives up the slot it was started in, takes another later: rustc, cc. */
    LENDER,
    /** Has a FIFO of its own. */
    PIPED
  }

  /** A read that waits, or a write, that the daemon has not answered. */
  static final class Request {
    final long number;
    final int count;
    final boolean read;
    final boolean blocking;

    /** It was sent again to the next daemon: it may have been counted. */
    boolean again;

    Request(long number, int count, boolean read, boolean blocking) {
      this.number = number;
      this.count = count;
      this.read = read;
      this.blocking = blocking;
    }
  }

  final long id;
  final Style style;
  final Dice dice;
  final @Nullable TokenClient parent;

  /** Turns that it still wants. */
  int turns;

  /** Tokens in its hands; negative: it gave up the slot it was started in. */
  int hands;

  /** Bytes in its own FIFO. */
  int pipe;

  /** The request that is not answered, or null. */
  @Nullable Request request;

  /** The next daemon has not got its request yet. */
  boolean resending;

  /** Whether it sleeps in a poll. */
  boolean polling;

  /** How many tokens others got while it waited. */
  int overtaken;

  /** A token is kept for it until then, ms. */
  long toldMs = Long.MIN_VALUE;

  /** It was told of a token and went away. */
  boolean gone;

  boolean dead;

  /** The daemon knows that it is dead. */
  boolean buried;

  TokenClient(long id, Style style, Dice dice, @Nullable TokenClient parent) {
    this.id = id;
    this.style = style;
    this.dice = dice;
    this.parent = parent;
    this.turns = dice.between(1, 25);
  }

  /** Whether the daemon knows that it waits for a token. */
  boolean waits() {
    Request asked = request;
    return !dead && !resending && (polling || (asked != null && asked.read && asked.blocking));
  }

  @Override
  public String toString() {
    return style + " " + id + " with " + hands;
  }
}

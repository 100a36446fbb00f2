package dev.dibs.core.tokens;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** A process and what it has of the tokens. Changed by {@link Clients}, {@link Line} and so on. */
final class Client {

  /** A read that is not answered. */
  record Read(long number, long file, int count, boolean blocking) {}

  private static final long NONE = Long.MIN_VALUE;

  /** How long a place in line is kept for who left it, ms: a signal, a wake-up that came late. */
  private static final long PLACE_KEPT_MS = 100;

  final long id;

  /** Tokens in its hands; negative: it gave up what it had not taken. */
  int balance;

  /** The read or write that was counted last, and its bytes. */
  long operation = TokenFile.NO_OPERATION;

  int operationCount;

  /** What an earlier daemon counted last: it may not have been answered. */
  long adoptedOperation = TokenFile.NO_OPERATION;

  int adoptedCount;

  /** The open file through which it took a token last. */
  long file = NONE;

  /** Reads that wait, first come first. */
  final Deque<Read> reads = new ArrayDeque<>(2);

  /** Open files on which it polls and was not woken since. */
  final Set<Long> watches = new LinkedHashSet<>(2);

  /** Its place in line; kept for a while after it had to go. */
  long ticket = NONE;

  boolean inLine;

  /** 1 while a token is kept for it that it was told of, else 0. */
  int reserved;

  long reservedUntilMs;

  /** How long the next token is kept for it, ms. */
  long patienceMs = Reservations.KEPT_MS;

  /** Whether a token was kept for it in vain. */
  boolean missed;

  /** Until when its place in line is kept though it left. */
  long placeUntilMs = NONE;

  /** Whether it has a FIFO of its own. */
  boolean piped;

  /** Tokens that lie in that. */
  int inPipe;

  /** Bytes beside them that it invented. */
  int pipeSurplus;

  /** Until when what lies there is left to it though others wait. */
  long pipeKeptUntilMs = NONE;

  /** From when it wants a token in there again. */
  long pipeWantsAtMs;

  /** How long the next token is left to it there, ms. */
  long pipePatienceMs = Pipes.KEPT_MS;

  /** Whether it counts as a claimant; see {@link Clients}. */
  boolean counted;

  Client(long id) {
    this.id = id;
  }

  boolean hasTicket() {
    return ticket != NONE;
  }

  /** It was served: next time it comes last. */
  void dropTicket() {
    ticket = NONE;
    placeUntilMs = NONE;
  }

  /** It may come back soon. */
  void keepTicket(long nowMs) {
    placeUntilMs = nowMs + PLACE_KEPT_MS;
  }

  /** It comes again, or for the first time. */
  void comes(long nowMs) {
    boolean soon = nowMs < placeUntilMs;
    if (!soon && !inLine) {
      dropTicket();
    }
    if (missed) {
      patienceMs = soon ? Math.min(2 * patienceMs, Reservations.KEPT_MS_MAX) : Reservations.KEPT_MS;
      missed = false;
    }
  }

  void counted(long number, int bytes) {
    operation = number;
    operationCount = bytes;
  }

  /** How many bytes an operation moved that was counted already; 0 if it was not. */
  int countedBefore(long number) {
    if (number == adoptedOperation) {
      return adoptedCount;
    }
    return number == operation ? operationCount : 0;
  }

  boolean waits() {
    return !reads.isEmpty() || !watches.isEmpty();
  }

  @Override
  public String toString() {
    return "client " + id;
  }
}

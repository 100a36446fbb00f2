package dev.dibs.core.tokens;

/**
 * What is to be done outside, in the order given. A {@link PipeDrain} is to be done and answered by
 * {@link TokenEvent.PipeDrained} before the next event is applied.
 */
public sealed interface TokenEffect {

  /**
   * Remember what a client holds, <em>before</em> the next effect is carried out: what is
   * remembered after a kill must be what was answered, or what will be when the client asks again.
   *
   * @param held tokens in its hands and in its own FIFO; negative: a debt
   * @param operation its read or write that was counted last, or {@link TokenFile#NO_OPERATION}
   * @param count how many bytes that moved
   */
  record Remember(long client, int held, long operation, int count) implements TokenEffect {}

  /** A read gets so many tokens, at least 1. */
  record Deliver(long client, long read, int count) implements TokenEffect {}

  /** A read gets none now, and does not wait: EAGAIN. */
  record Refuse(long client, long read) implements TokenEffect {}

  /** A write is taken, all of it. */
  record Accept(long client, long write, int count) implements TokenEffect {}

  /** The answer to {@link TokenEvent.Polled}. */
  record TellPoll(long client, long watch, boolean ready) implements TokenEffect {}

  /** Wake who polls this open file. */
  record Wake(long watch) implements TokenEffect {}

  /** Write so many tokens into a client's own FIFO. */
  record PipePut(long client, int count) implements TokenEffect {}

  /** Take up to so many bytes out of a client's own FIFO without blocking. */
  record PipeDrain(long client, int count) implements TokenEffect {}

  /** So many tokens are out of the file for good. */
  record Drained(int count) implements TokenEffect {}

  /** Somebody asks in vain: more tokens would be taken at once. Told once until there were some. */
  record Want() implements TokenEffect {}
}

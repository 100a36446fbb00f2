package dev.dibs.core.tokens;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients and the daemon do with a token file. A <em>client</em> is a process, by a number
 * that is never used again; {@code nowMs} is a clock that never goes back.
 */
public sealed interface TokenEvent {

  /** When it happened, ms. */
  long nowMs();

  /**
   * A client reads; answered by {@link TokenEffect.Deliver} or {@link TokenEffect.Refuse}, now or
   * later.
   *
   * @param read its number; the same number again is the same read, sent again because its answer
   *     may have been lost
   * @param file the open file, which processes may share
   * @param count bytes asked for, at least 1
   * @param blocking whether it waits for its first byte
   */
  record ReadAsked(long nowMs, long client, long read, long file, int count, boolean blocking)
      implements TokenEvent {}

  /** A read is not waited for any more (a signal). Unknown ones are ignored. */
  record ReadWithdrawn(long nowMs, long client, long read) implements TokenEvent {}

  /**
   * A client writes; answered by {@link TokenEffect.Accept} at once.
   *
   * @param write its number; the same number again is the same write
   * @param count bytes, at least 1
   * @param ancestors the processes above the writer that may hold what it returns, nearest first;
   *     may be empty if {@link TokenFile#holds} says that the writer has so many itself
   */
  record Written(long nowMs, long client, long write, long file, int count, List<Long> ancestors)
      implements TokenEvent {}

  /**
   * A client asks whether it could read; answered by {@link TokenEffect.TellPoll} before anything
   * else happens.
   *
   * @param watch whom to wake when it could
   * @param stays whether it waits for that
   */
  record Polled(long nowMs, long client, long watch, boolean stays) implements TokenEvent {}

  /** The open file of a watch is closed. Unknown ones are ignored. */
  record WatchClosed(long nowMs, long watch) implements TokenEvent {}

  /**
   * A client's process ended. Unknown ones are ignored.
   *
   * @param heir the process that answers for its tokens if it ended by itself; null: they are free
   *     at once
   */
  record ClientEnded(long nowMs, long client, @Nullable Long heir) implements TokenEvent {}

  /**
   * A client of an earlier daemon lives. Nothing is given to anybody until all of them are told and
   * then what was issued is put.
   *
   * @param balance what was remembered
   * @param operation its read or write that was counted last; it may be sent again
   * @param count how many bytes that moved
   */
  record ClientAdopted(long nowMs, long client, int balance, long operation, int count)
      implements TokenEvent {}

  /** The daemon puts tokens in; none at least after all clients were adopted. */
  record TokensPut(long nowMs, int count) implements TokenEvent {}

  /** The daemon wants tokens back; answered by {@link TokenEffect.Drained}. */
  record TokensAsked(long nowMs, int count) implements TokenEvent {}

  /**
   * A client reads and writes a FIFO of its own from now on.
   *
   * @param unread tokens that an earlier daemon put there and that it has not taken; they counted
   *     as its own so far
   */
  record PipeOpened(long nowMs, long client, int unread) implements TokenEvent {}

  /** So many bytes lie in a client's own FIFO now. */
  record PipeSeen(long nowMs, long client, int unread) implements TokenEvent {}

  /** The answer to {@link TokenEffect.PipeDrain}; fewer than asked: the client took the others. */
  record PipeDrained(long nowMs, long client, int count) implements TokenEvent {}

  /** A client's own FIFO is gone, and what lay in it with it. */
  record PipeClosed(long nowMs, long client) implements TokenEvent {}

  /** Time passed. Wanted at {@link TokenFile#nextDeadlineMs()}; harmless at any other time. */
  record Ticked(long nowMs) implements TokenEvent {}
}

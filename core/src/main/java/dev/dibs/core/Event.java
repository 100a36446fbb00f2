package dev.dibs.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened outside. {@code nowMs} is a clock that never goes back; its origin does not matter.
 */
public sealed interface Event {

  /** When it happened, ms. Not before the event applied last. */
  long nowMs();

  /**
   * Somebody asks for slots.
   *
   * @param claim a number never used before
   * @param run the run, nested or not, in which the asker says it is, or null; one that is over or
   *     unknown counts as null
   * @param belowClient whether a client of the run's tokens started the asker, directly or not: a
   *     token in a client's hands may be what covers it. A script that starts things by itself is
   *     no client. Without a run it means nothing.
   */
  record ClaimRequested(
      long nowMs, long claim, @Nullable Long run, boolean belowClient, Terms terms)
      implements Event {}

  /**
   * The holder or waiter of a claim is gone, or it gave up. For a run: its root process ended and
   * nothing of it is left. Unknown claims are ignored, so that a death may be told twice.
   */
  record ClaimEnded(long nowMs, long claim) implements Event {}

  /**
   * A run's root process ended and the rest of its tree is idle: the implicit slots are free,
   * tokens and members stay.
   */
  record RootIdle(long nowMs, long run) implements Event {}

  /**
   * A process in a claim waits for something that is not of this pool, such as a lock, so that
   * slots that the claim's party has in use lie idle: others may be granted slots on the strength
   * of them. Without such a claim nothing is lent.
   *
   * @param waiter a number that nobody else who waits so has
   * @param claim the run, nested or not, or the job in which it waits
   * @param slots how many lie idle, at least 1: all of the claim's own if it is its holder that
   *     waits, and all below with it
   */
  record Suspended(long nowMs, long waiter, long claim, int slots) implements Event {}

  /**
   * A waiter is to go on. {@link Effect.Resume} says when it has its slots back: before anybody
   * else is granted one. One that is unknown, for its claim ended or an earlier host knew it, lent
   * none and is told at once.
   */
  record Resumed(long nowMs, long waiter) implements Event {}

  /** So many bytes lie in a run's token FIFO now. */
  record TokensSeen(long nowMs, long run, int unread) implements Event {}

  /**
   * A client asks for a token and there is none: its run's FIFO is empty, and one that was put
   * would be taken at once. Only where that can be known; elsewhere a {@linkplain
   * Settings#probeEvery probe} finds out.
   */
  record TokensWanted(long nowMs, long run) implements Event {}

  /**
   * The answer to {@link Effect.Drain}: so many bytes were taken out of a run's token FIFO. Fewer
   * than asked means that its clients were faster and that the FIFO is empty.
   */
  record TokensDrained(long nowMs, long run, int count) implements Event {}

  /**
   * Every task of a run has been asleep and has used no CPU for a while: tokens out of its FIFO are
   * lost.
   */
  record RunWedged(long nowMs, long run) implements Event {}

  /** The pool has another size now, at least 1. */
  record PoolResized(long nowMs, int size) implements Event {}

  /**
   * How much memory there is and who has it.
   *
   * @param roomMib what may still be taken, MiB, a reserve left out; negative if that is in use
   * @param fullPermille in how much of the time since the last such event nothing could go on for
   *     want of memory, 0 to 1000; -1 if that can't be known
   * @param usages of claims that hold; who is missing has what was said last
   */
  record MemorySeen(long nowMs, int roomMib, int fullPermille, List<Usage> usages)
      implements Event {

    public MemorySeen {
      usages = List.copyOf(usages);
    }
  }

  /**
   * What a claim's processes have in use: those below it and below no claim inside it.
   *
   * @param mib memory, MiB
   * @param busy whether they used a processor since the last event
   */
  record Usage(long claim, int mib, boolean busy) {}

  /** Time passed. Wanted at {@link Coordinator#nextDeadlineMs()}; harmless at any other time. */
  record Ticked(long nowMs) implements Event {}

  /**
   * A claim that an earlier daemon granted and that is not known to be over. Applied before any
   * other event, in any order, and it may exceed the pool (the excess is owed).
   *
   * @param within the claim of kind RUN in which it is a member, or null
   * @param belowClient as it was requested
   * @param holding what the claim held, as {@link Coordinator#takeChanges} said last
   * @param unread bytes in the run's FIFO now; 0 unless a run
   */
  record ClaimAdopted(
      long nowMs,
      @Nullable Long within,
      boolean belowClient,
      Terms terms,
      Holding holding,
      int unread)
      implements Event {

    /** Its number. */
    public long claim() {
      return holding.claim();
    }
  }
}

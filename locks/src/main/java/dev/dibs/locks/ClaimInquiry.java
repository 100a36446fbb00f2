package dev.dibs.locks;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether others' claims are over, and waits until they are. One for each time that
 * somebody wants to get past a gate; it keeps its place in the last line until it stands in the
 * next one.
 *
 * <p>Rule: a claim is over when
 *
 * <ul>
 *   <li>its process is gone, by pid and start time, where pids mean the same to both;
 *   <li>the machine was booted since;
 *   <li>the process at its port says that it does not hold it; or nobody listens there, or it is
 *       somebody who can't prove that he made the record; unless the pid is still alive, for then
 *       something else is wrong, and it is asked again.
 * </ul>
 *
 * <p>That somebody says nothing never means that. Nothing that is over comes back, for no nonce is
 * used twice.
 */
final class ClaimInquiry implements AutoCloseable {

  /** What came of it. */
  enum Outcome {
    /** It is over, for ever: its record may be deleted. */
    OVER,
    /** Something changed. */
    LOOK_AGAIN,
    /** The time is over, or somebody owns it who must not be waited for. */
    LATE,
    /** It goes on, but what was to be had by waiting can be had without. */
    NEEDLESS
  }

  /** What a waiter looks at now and then, while nobody says anything. */
  interface Lookout {

    /** Whether the record is where it was. */
    boolean isThere();

    /** Whether there is no need to wait any more. */
    default boolean isNeedless() {
      return false;
    }
  }

  private static final long PAUSE_MS_MAX = 100;

  private final ClaimListener listener;
  private final SocketSettings settings;
  private final boolean waitsForOwners;
  private final Deadline patience;
  private @Nullable ClaimConnection line; // in which we stand, or stood until we were told

  ClaimInquiry(ClaimListener listener, SocketSettings settings, Deadline deadline) {
    this.listener = listener;
    this.settings = settings;
    this.waitsForOwners = deadline.waits();
    this.patience = waitsForOwners ? deadline : Deadline.after(settings.silence());
  }

  /**
   * Waits until a claim is over, or something else is to be done.
   *
   * @param lookout asked about once in each {@link SocketSettings#glance}
   * @throws IOException if it can't be told from here; the message says what to do
   */
  Outcome await(ClaimRecord record, Lookout lookout) throws IOException, InterruptedException {
    if (isKnownToBeOver(record)) {
      return Outcome.OVER;
    }
    for (long pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
      Outcome outcome = ask(record, lookout);
      if (outcome != null) {
        return outcome;
      }
      if (isGone(record)) {
        return Outcome.OVER;
      }
      if (patience.isOver()) {
        return Outcome.LATE;
      }
      if (!lookout.isThere()) {
        return Outcome.LOOK_AGAIN;
      }
      if (lookout.isNeedless()) {
        return Outcome.NEEDLESS;
      }
      Thread.sleep(pauseMs); // it is dying, or unreachable: nothing would wake us
    }
  }

  /** Without asking it; throws if asking would not help either. */
  private boolean isKnownToBeOver(ClaimRecord record) throws IOException {
    ProcessIdentity.Kinship kinship = listener.identity().kinshipOf(record.process());
    if (kinship == ProcessIdentity.Kinship.OTHER_MACHINE) {
      throw Unjudgeable.otherMachine(record);
    }
    boolean over =
        kinship == ProcessIdentity.Kinship.PAST
            || isGone(record)
            || (kinship == ProcessIdentity.Kinship.NEAR && listener.knowsToBeOver(record));
    if (!over && kinship == ProcessIdentity.Kinship.OTHER_NETWORK) {
      throw Unjudgeable.otherNetwork(record);
    }
    return over;
  }

  private boolean isGone(ClaimRecord record) {
    return pid(record) == Pids.State.GONE;
  }

  private Pids.State pid(ClaimRecord record) {
    return Pids.state(record.process(), listener.identity());
  }

  /** Asks once and waits as long as the connection lasts; null if it is to be asked again. */
  private @Nullable Outcome ask(ClaimRecord record, Lookout lookout)
      throws IOException, InterruptedException {
    Pids.State pidBefore = pid(record);
    long beganNs = System.nanoTime();
    ClaimConnection connection = ClaimConnection.open(record, atMost(settings.silence()));
    try {
      ClaimConnection.Word first = connection.listen(atMost(settings.silence()));
      while (first == ClaimConnection.Word.SILENCE && connection.isOpen()) {
        if (isGone(record)) {
          return Outcome.OVER;
        }
        if (patience.isOver()) {
          return Outcome.LATE;
        }
        if (!lookout.isThere()) {
          return Outcome.LOOK_AGAIN;
        }
        if (lookout.isNeedless()) {
          return Outcome.NEEDLESS;
        }
        first = connection.listen(atMost(settings.silence()));
      }
      boolean pidSaysNothing = pidBefore == Pids.State.UNKNOWN;
      return switch (first) {
        case OWNED, PASSING -> {
          ClaimConnection answered = connection;
          connection = null;
          standIn(answered);
          yield awaitEnd(answered, first, record, lookout);
        }
        case NONE -> Outcome.OVER;
        case REFUSED, STRANGE, FREE -> pidSaysNothing ? Outcome.OVER : null;
        case END -> pidSaysNothing && isPrompt(beganNs) ? Outcome.OVER : null;
        case SILENCE -> null;
      };
    } finally {
      if (connection != null) {
        connection.close();
      }
    }
  }

  /** A process that lives would not have hung up by now. */
  private boolean isPrompt(long beganNs) {
    return System.nanoTime() - beganNs < settings.promptly().toNanos();
  }

  private Outcome awaitEnd(
      ClaimConnection answered, ClaimConnection.Word word, ClaimRecord record, Lookout lookout)
      throws InterruptedException {
    ClaimConnection.Word last = word;
    while (true) {
      if ((last == ClaimConnection.Word.OWNED && !waitsForOwners) || patience.isOver()) {
        return Outcome.LATE;
      }
      last = answered.listen(atMost(settings.glance()));
      switch (last) {
        case FREE, END, STRANGE, NONE, REFUSED -> {
          return Outcome.LOOK_AGAIN;
        }
        case SILENCE -> {
          if (isGone(record)) {
            return Outcome.OVER;
          }
          if (lookout.isNeedless()) {
            return Outcome.NEEDLESS;
          }
        }
        case OWNED, PASSING -> {}
      }
    }
  }

  private Duration atMost(Duration time) {
    long leftNs = Math.max(0, patience.leftNs());
    return leftNs < time.toNanos() ? Duration.ofNanos(leftNs) : time;
  }

  private void standIn(@Nullable ClaimConnection next) {
    if (line != null) {
      line.close();
    }
    line = next;
  }

  /** Leaves the line. */
  @Override
  public void close() {
    standIn(null);
  }
}

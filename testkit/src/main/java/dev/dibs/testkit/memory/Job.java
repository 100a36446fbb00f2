package dev.dibs.testkit.memory;

/**
 * One unit of work: so much processor time, and memory that grows until three fifths of it are
 * done. For one thread.
 */
public final class Job {

  /** What becomes of it. */
  public enum State {
    /** Not asked for. */
    TODO,
    /** Somebody wants to start it. */
    WAITING,
    /** It runs. */
    RUNNING,
    /** It runs and gets no processor. */
    STOPPED,
    /** It is done. */
    DONE
  }

  private static final double AT_START = 0.25;
  private static final double GROWN_AFTER = 0.6;

  final Build build;
  final String kind;
  final String target;
  final int durationMs;
  final int peakMib;

  State state = State.TODO;
  double doneMs;
  long sinceMs;
  int kills;
  int seenMib;

  Job(Build build, String kind, String target, int durationMs, int peakMib) {
    this.build = build;
    this.kind = kind;
    this.target = target;
    this.durationMs = durationMs;
    this.peakMib = peakMib;
  }

  /** Memory in use now, MiB. */
  int mib() {
    if (state != State.RUNNING && state != State.STOPPED) {
      return 0;
    }
    double grown = Math.min(1, doneMs / (GROWN_AFTER * durationMs));
    return (int) Math.round(peakMib * (AT_START + (1 - AT_START) * grown));
  }

  boolean isHeld() {
    return state == State.RUNNING || state == State.STOPPED;
  }

  @Override
  public String toString() {
    return target + " (" + durationMs + " ms, " + peakMib + " MiB) " + state;
  }
}

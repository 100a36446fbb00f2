package dev.dibs.protocol;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a launcher asks for, as one line of the control FIFO says it (docs/control.md). */
public sealed interface Request {

  /**
   * The process that says it asks. A claim about itself only: to be checked against {@code /proc}.
   */
  int pid();

  /**
   * A request for slots.
   *
   * @param kind run or job
   * @param within the run in which the asker says it is, or null
   * @param cap most slots at once, at least 1
   * @param weight share, 1 to 10000
   * @param slotsMin fewest slots to start with
   * @param slotsMax most slots to start with
   * @param waitMs how long to wait at most, ms; empty for as long as it takes
   * @param again whether it asked before and never heard an answer
   * @param width whether the command can't share tokens, so that the slots granted are all that it
   *     gets
   * @param machine what the command is to see of the machine
   * @param tcp whether clients of the socket shall come in by TCP as well
   * @param name what a person calls it, or null
   * @param jobKind what kind of job, or null
   * @param target what the job makes, or null
   */
  record Claim(
      Kind kind,
      int pid,
      @Nullable String within,
      int cap,
      int weight,
      int slotsMin,
      int slotsMax,
      OptionalLong waitMs,
      boolean again,
      boolean width,
      Machine machine,
      boolean tcp,
      @Nullable String name,
      @Nullable String jobKind,
      @Nullable String target)
      implements Request {

    /** The same claim for another range of slots. */
    public Claim withSlots(int min, int max) {
      return new Claim(
          kind, pid, within, cap, weight, min, max, waitMs, again, width, machine, tcp, name,
          jobKind, target);
    }
  }

  /**
   * What a command is to see of the machine.
   *
   * @param sized whether it is to see one with as many CPUs as it has slots
   * @param learn what the command is known by, if the number of its slots is to be learned; else
   *     null
   * @param background whether it is to stand behind all others
   */
  record Machine(boolean sized, @Nullable String learn, boolean background) {

    /** All of it, like any other command. */
    public static final Machine WHOLE = new Machine(false, null, false);
  }

  /** What a claim is for. */
  enum Kind {
    RUN,
    JOB
  }

  /** A request for the state of everything, for people or as JSON. */
  record Status(int pid, boolean json) implements Request {}

  /** A request to end the daemon, with force also while claims live. */
  record Stop(int pid, boolean force) implements Request {}
}

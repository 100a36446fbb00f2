package dev.dibs.protocol;

import dev.dibs.core.locks.Priority;
import java.util.List;
import java.util.OptionalInt;
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
   * @param pool the pool of which it wants slots, or null for cpu; jobs only
   * @param after the pool, last by name, of which a job around the asker holds slots, or null
   * @param live whether the asker rewrites one line of a terminal while it waits
   * @param wants what it says of memory
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
      @Nullable String target,
      @Nullable String pool,
      @Nullable String after,
      boolean live,
      Wants wants)
      implements Request {

    /**
     * The same claim by one who can't wait.
     *
     * @param repeated whether it may have been granted already
     */
    public Claim atOnce(boolean repeated) {
      return new Claim(
          kind,
          pid,
          within,
          cap,
          weight,
          slotsMin,
          slotsMax,
          OptionalLong.of(0),
          repeated,
          width,
          machine,
          tcp,
          name,
          jobKind,
          target,
          pool,
          after,
          live,
          wants);
    }

    /** The same claim for another range of slots. */
    public Claim withSlots(int min, int max) {
      return new Claim(
          kind, pid, within, cap, weight, min, max, waitMs, again, width, machine, tcp, name,
          jobKind, target, pool, after, live, wants);
    }
  }

  /**
   * What a claim says of memory.
   *
   * @param mib the most that it will have in use at once, MiB; 0 if nothing is said
   * @param retryable whether it may be killed when memory runs out, since it is then run again
   * @param attempt which attempt this is, 1 to {@link #ATTEMPTS_MAX}; the last one has the memory
   *     for itself
   */
  record Wants(int mib, boolean retryable, int attempt) {

    /** How often a command is run at most. */
    public static final int ATTEMPTS_MAX = 3;

    /** Nothing is said. */
    public static final Wants NOTHING = new Wants(0, false, 1);

    /** Whether nothing is to start beside it. */
    public boolean alone() {
      return attempt == ATTEMPTS_MAX;
    }
  }

  /**
   * A question by who holds a job and ran its command as a child: it ended badly, is it to be run
   * again?
   *
   * @param attempt which attempt that was, 1 to {@link Wants#ATTEMPTS_MAX}
   */
  record Ended(int pid, int attempt) implements Request {}

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

  /** A request that is about locks. */
  sealed interface OfLocks extends Request {}

  /**
   * A request for locks, all or none.
   *
   * @param within the run in which the asker says it is, or null
   * @param names not checked; empty if they are in a file
   * @param shared whether others may share them
   * @param waitMs how long to wait at most, ms; empty for as long as it takes
   * @param tree whether they are held until all that the asker started is over, and not only itself
   * @param again whether it asked before and never heard an answer
   * @param live whether the asker rewrites one line of a terminal while it waits
   */
  record Lock(
      int pid,
      @Nullable String within,
      List<String> names,
      boolean shared,
      Priority priority,
      OptionalLong waitMs,
      boolean tree,
      boolean again,
      boolean live)
      implements OfLocks {

    public Lock {
      names = List.copyOf(names);
    }

    /**
     * The same by one who can't wait.
     *
     * @param repeated whether it may have been granted already
     */
    public Lock atOnce(boolean repeated) {
      return new Lock(
          pid, within, names, shared, priority, OptionalLong.of(0), tree, again || repeated, live);
    }
  }

  /** A request for a list of all locks. */
  record ListLocks(int pid, Form form) implements OfLocks {}

  /**
   * A request to end those who hold a lock.
   *
   * @param claims those that the asker was shown, with colons between; null: show them
   */
  record KillHolders(int pid, String name, @Nullable String claims) implements OfLocks {}

  /**
   * A request for work that is done once for all who ask for it. What it is the daemon reads in
   * {@code /proc}.
   *
   * @param words how many words the asker's command line has behind the key and {@code --}
   * @param environment the names of the variables that are part of the work
   * @param maxAgeMs how old a result may be, ms; 0: only what ends from now on
   * @param waitMs how long to wait at most, ms; empty for as long as it takes
   * @param again whether it asked before and never heard an answer
   */
  record Once(
      int pid,
      int words,
      List<String> environment,
      long maxAgeMs,
      OptionalLong waitMs,
      boolean again)
      implements Request {

    public Once {
      environment = List.copyOf(environment);
    }
  }

  /** A request for the state of everything. */
  record Status(int pid, Form form) implements Request {}

  /** How a state is written. */
  enum Form {
    /** For people. */
    TEXT,
    /** For programs, indented. */
    JSON,
    /** For programs, in one line. */
    JSON_LINE
  }

  /** A request that is about pools, not about slots. */
  sealed interface OfPools extends Request {}

  /** A request for a list of one pool, or of all if none is named. */
  record ListPools(int pid, @Nullable String pool) implements OfPools {}

  /**
   * A request to make a pool or to give it another size.
   *
   * @param size slots; empty: what the machine has
   */
  record ResizePool(int pid, String pool, OptionalInt size) implements OfPools {}

  /** A request to remove a pool. */
  record RemovePool(int pid, String pool) implements OfPools {}

  /**
   * A request for what jobs needed, or to forget it.
   *
   * @param key the beginning of what is meant, {@code TOOL[/KIND[/TARGET]]}; null: all
   * @param forget whether it is to be forgotten; never without a key
   */
  record History(int pid, @Nullable String key, boolean forget, Form form) implements Request {}

  /** A request to end the daemon, with force also while claims live. */
  record Stop(int pid, boolean force) implements Request {}
}

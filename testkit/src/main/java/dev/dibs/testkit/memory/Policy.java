package dev.dibs.testkit.memory;

/** Who decides when jobs start, and which are killed. */
public interface Policy {

  /** How a job ended. */
  enum End {
    DONE,
    KILLED,
    KILLED_BY_KERNEL
  }

  /** Does what is to be done now: starts jobs, stops or kills some. */
  void act(Machine machine);

  /** A job ended. One that was killed may be started again. */
  void ended(Machine machine, Job job, End how);

  /** How often it changed its mind about whether anything may start. */
  default int flips() {
    return 0;
  }
}

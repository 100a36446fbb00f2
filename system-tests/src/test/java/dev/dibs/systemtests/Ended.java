package dev.dibs.systemtests;

/**
 * A command that is over.
 *
 * @param status exit status, 128 + n for a signal
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
record Ended(int status, String out, String err) {
  /** This, if the command ended well; else the test fails and shows what it said. */
  Ended well() {
    return with(0);
  }

  /** This, if the command ended with a status; else the test fails and shows what it said. */
  Ended with(int expected) {
    if (status != expected) {
      throw new AssertionError("status " + status + ", not " + expected + "\n" + out + err);
    }
    return this;
  }
}

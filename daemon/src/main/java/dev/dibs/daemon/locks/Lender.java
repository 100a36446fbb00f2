package dev.dibs.daemon.locks;

/**
 * Gives away the slot of who waits for a lock, and gets it back. For the loop's thread only; what
 * it tells it tells later, never from within a call.
 */
public interface Lender {

  /** A process waits, so the slot that covers it, if there is one, is for others meanwhile. */
  void waits(long claim, int pid);

  /**
   * It is to go on.
   *
   * @param back told when it has its slot back
   * @return false if it lent none: it may go on at once, and nothing is told
   */
  boolean goesOn(long claim, Runnable back);

  /** It waits no more, and nobody is told. */
  void forget(long claim);

  /** Where there are no slots. */
  Lender NONE =
      new Lender() {
        @Override
        public void waits(long claim, int pid) {}

        @Override
        public boolean goesOn(long claim, Runnable back) {
          return false;
        }

        @Override
        public void forget(long claim) {}
      };
}

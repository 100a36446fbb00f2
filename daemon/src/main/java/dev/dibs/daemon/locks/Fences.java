package dev.dibs.daemon.locks;

import java.io.IOException;

/** Where fencing numbers come from. */
public interface Fences {

  /**
   * A number that is larger than all that it gave before, to whomever, also before a restart.
   *
   * @throws IOException if there is none to be had
   */
  long next() throws IOException;
}

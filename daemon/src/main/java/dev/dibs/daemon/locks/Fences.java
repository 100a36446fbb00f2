package dev.dibs.daemon.locks;

/** Where fencing numbers come from. */
public interface Fences {

  /** A number that is larger than all that it gave before, to whomever, also before a restart. */
  long next();
}

package dev.dibs.locks;

/**
 * What becomes of a load or store in a mapped file that was cut meanwhile, or has no space: the
 * kernel sends SIGBUS, and the JVM throws an {@link InternalError}, though not at once. It goes on
 * behind the instruction and throws when it next looks for things to do, which may be in a caller
 * that expects nothing of the kind.
 */
final class MappedFault {

  private static final Object MONITOR = new Object();

  private MappedFault() {}

  /**
   * Has the error of what was done before thrown here, if there is one: every call into the JVM
   * ends with a look. Takes some 30 ns.
   */
  static void throwNow() {
    boolean unused = Thread.holdsLock(MONITOR);
  }
}

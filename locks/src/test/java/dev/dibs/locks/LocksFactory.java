package dev.dibs.locks;

import java.io.IOException;

/**
 * Opens locks in any process: what a contract is tried on. Has a constructor without parameters.
 */
public interface LocksFactory {

  /** Locks that exclude all others opened with the same {@code where}. */
  Locks open(String where) throws IOException;

  /** {@link ProcessLocks} of the directory {@code where}. */
  final class OfDirectory implements LocksFactory {

    @Override
    public Locks open(String where) throws IOException {
      return ProcessLocks.in(java.nio.file.Path.of(where));
    }
  }

  /** That of a class name. */
  static LocksFactory named(String className) {
    try {
      return Class.forName(className)
          .asSubclass(LocksFactory.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException bug) {
      throw new IllegalArgumentException(className, bug);
    }
  }
}

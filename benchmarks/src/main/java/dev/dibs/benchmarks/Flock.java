package dev.dibs.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/** {@code flock(2)} on a file of its own, with nothing around it: the least that a lock costs. */
final class Flock {
  private static final int LOCK_EX = 2;
  private static final int LOCK_UN = 8;
  private static final MethodHandle FLOCK = link("flock", JAVA_INT, JAVA_INT);

  private final int descriptor;

  Flock(String file) {
    try (Arena arena = Arena.ofConfined()) {
      descriptor = (int) link("creat", ADDRESS, JAVA_INT).invoke(arena.allocateFrom(file), 0600);
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Blocks until it is ours. */
  void lock() {
    flock(LOCK_EX);
  }

  void unlock() {
    flock(LOCK_UN);
  }

  private void flock(int operation) {
    try {
      if ((int) FLOCK.invokeExact(descriptor, operation) != 0) {
        throw new IllegalStateException("flock failed");
      }
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static MethodHandle link(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, parameters));
  }
}

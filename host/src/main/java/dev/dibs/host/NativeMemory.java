package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** What the C library keeps of memory that the JVM no longer needs. */
public final class NativeMemory {

  private static final Optional<MethodHandle> TRIM =
      Linker.nativeLinker()
          .defaultLookup()
          .find("malloc_trim")
          .map(
              function ->
                  Linker.nativeLinker()
                      .downcallHandle(function, FunctionDescriptor.of(JAVA_INT, JAVA_LONG)));

  private NativeMemory() {}

  /**
   * Gives it back to the kernel: megabytes after a compiler thread worked. Takes up to some
   * milliseconds. Nothing happens with a C library that does not know how (musl).
   */
  public static void giveBack() {
    if (TRIM.isEmpty()) {
      return;
    }
    try {
      int unused = (int) TRIM.get().invokeExact(0L);
    } catch (Throwable impossible) {
      throw new AssertionError("BUG: malloc_trim threw", impossible);
    }
  }
}

package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The door to the kernel: {@code long syscall(long number, ...)} of the C library.
 *
 * <p>Every argument travels as a 64-bit word. That is right for narrower ones as well, for the
 * kernel looks only at the bits that it wants; addresses are those of memory that the caller keeps
 * reachable during the call.
 */
final class Kernel {

  /** {@code AT_FDCWD}: a relative path starts at the working directory. */
  static final long WORKING_DIRECTORY = -100;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET = STATE.byteOffset(PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = link();

  private Kernel() {}

  /**
   * Makes a system call; blocks if that does.
   *
   * @return the call's result, or minus the error number, as inside the kernel
   */
  static long call(Syscall call, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = Scratch.mine().callState;
    long result = invoke(state, call.number, a, b, c, d, e, f);
    return result == -1 ? -state.get(JAVA_INT, ERRNO_OFFSET) : result;
  }

  static long call(Syscall call) {
    return call(call, 0, 0, 0, 0, 0, 0);
  }

  static long call(Syscall call, long a) {
    return call(call, a, 0, 0, 0, 0, 0);
  }

  static long call(Syscall call, long a, long b) {
    return call(call, a, b, 0, 0, 0, 0);
  }

  static long call(Syscall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  static long call(Syscall call, long a, long b, long c, long d) {
    return call(call, a, b, c, d, 0, 0);
  }

  /** The size in bytes of what {@link #call} needs to keep errno in. */
  static long callStateBytes() {
    return STATE.byteSize();
  }

  private static long invoke(
      MemorySegment state, long number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
    } catch (Throwable impossible) {
      throw new AssertionError("BUG: a system call threw", impossible);
    }
  }

  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(1));
  }
}

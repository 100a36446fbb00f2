package dev.dibs.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * This process becomes another program, which finds all as it was before a JVM ran in it: the pid,
 * limits (with {@code -XX:-MaxFDLimit}), blocked and ignored signals (with {@code -Xrs}, which
 * listens at a socket without {@code -XX:+DisableAttachMechanism}), inherited descriptors; none of
 * the JVM's own. By {@code setenv(3)} and {@code execvp(3)} of the C library, whose environment is
 * the one that this process was started with, byte for byte.
 */
public final class Exec {

  private static final int SIG_SETMASK = 2;
  private static final int SIGNALS = 64;
  private static final int SIGNAL_SET_BYTES = 8;
  private static final int SIGACTION_BYTES = 32;
  private static final long SIG_IGN = 1;
  private static final int LOWEST_PASSED = 3;

  private static final Path OPEN = Path.of("/proc/self/fd");

  private static final MethodHandle SETENV = link("setenv", ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle EXECVP = link("execvp", ADDRESS, ADDRESS);

  private Exec() {}

  /** Sets a variable for the program to come; what the JVM knows of its environment stays. */
  public static void set(String name, String value) {
    set(name.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  /** As above, of bytes that need not be text; a NUL ends them. */
  public static void set(byte[] name, byte[] value) {
    try (Arena arena = Arena.ofConfined()) {
      invoke(SETENV, text(arena, name), text(arena, value), 1);
    }
  }

  /**
   * Becomes a program; returns only if that fails.
   *
   * @param words the program, found by PATH, and its arguments, as bytes
   * @param ignored the signals to be ignored: bit n - 1 for signal n ({@code SigIgn} in {@code
   *     /proc/PID/status})
   * @param passed the descriptors that it inherits, beside the first three: {@link
   *     InheritedDescriptors} and others
   * @return why it could not become that: ENOENT, EACCES, ...
   */
  public static OsException become(List<byte[]> words, long ignored, Set<Integer> passed)
      throws OsException {
    restoreSignals(ignored);
    passOnly(passed); // the last, for whatever else is done here may open something
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(ADDRESS, words.size() + 1L);
      for (int i = 0; i < words.size(); i++) {
        list.setAtIndex(ADDRESS, i, text(arena, words.get(i)));
      }
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long errno = exec(state, list);
      return OsException.failed("exec", -errno, new String(words.getFirst(), UTF_8));
    }
  }

  private static long exec(MemorySegment state, MemorySegment list) {
    try {
      int unused = (int) EXECVP.invokeExact(state, list.getAtIndex(ADDRESS, 0), list);
      return state.get(JAVA_INT, 0);
    } catch (Throwable impossible) {
      throw new AssertionError("BUG: exec threw", impossible);
    }
  }

  private static int number(Path descriptor) {
    return Integer.parseInt(String.valueOf(descriptor.getFileName()));
  }

  private static void passOnly(Set<Integer> passed) throws OsException {
    try (Stream<Path> open = Files.list(OPEN)) {
      for (Path each : open.toList()) {
        int number = number(each);
        if (number >= LOWEST_PASSED && !passed.contains(number) && Files.isSymbolicLink(each)) {
          Descriptor.closeOnExec(number);
        }
      }
    } catch (IOException failure) {
      throw OsException.refused("list", Errno.EIO, OPEN, failure.toString());
    }
  }

  /**
   * The thread that the JVM was started with has the mask that it found; other threads have not.
   */
  private static void restoreSignals(long ignored) throws OsException {
    MemorySegment struct = Scratch.mine().struct;
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if ((ignored >>> (signal - 1) & 1) != 0) {
        struct.asSlice(0, SIGACTION_BYTES).fill((byte) 0);
        struct.set(JAVA_LONG, 0, SIG_IGN);
        Kernel.call(Syscall.RT_SIGACTION, signal, struct.address(), 0, SIGNAL_SET_BYTES);
      }
    }
    struct.set(JAVA_LONG, 0, SignalMasks.ofThisProcess().blocked());
    Kernel.call(Syscall.RT_SIGPROCMASK, SIG_SETMASK, struct.address(), 0, SIGNAL_SET_BYTES);
  }

  private static MemorySegment text(Arena arena, byte[] bytes) {
    MemorySegment text = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
    return text;
  }

  private static void invoke(MethodHandle function, MemorySegment a, MemorySegment b, int c) {
    MemorySegment state = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    try {
      int ignored = (int) function.invokeExact(state, a, b, c);
    } catch (Throwable impossible) {
      throw new AssertionError("BUG: a call of the C library threw", impossible);
    }
  }

  private static MethodHandle link(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, parameters),
        Linker.Option.captureCallState("errno"));
  }
}

package dev.dibs.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code posix_spawn(3)} of the C library, which goes from a JVM of many threads to exec safely.
 */
final class Spawn {

  /** More than {@code posix_spawn_file_actions_t} has with glibc and musl: 80 bytes. */
  private static final int ACTIONS_BYTES = 256;

  private static final int O_RDONLY = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private static final MethodHandle SPAWN =
      link("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle INIT = link("posix_spawn_file_actions_init", ADDRESS);
  private static final MethodHandle DESTROY = link("posix_spawn_file_actions_destroy", ADDRESS);
  private static final MethodHandle DUP2 =
      link("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN =
      link("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  /**
   * Of glibc since 2.34: closes all from a number on. Much of what a JVM opens is not closed on
   * exec.
   */
  private static final Optional<MethodHandle> CLOSE_FROM =
      find("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);

  private Spawn() {}

  /** Whether a program gets none of our descriptors but those that are meant for it. */
  static boolean closesOthers() {
    return CLOSE_FROM.isPresent();
  }

  /**
   * Starts a program whose input is empty.
   *
   * @param output its standard output and error
   * @param inherited its descriptor {@link HelperProgram#INHERITED}
   * @return its pid, which the caller is to wait for
   */
  static int start(
      List<String> command,
      List<String> environment,
      Descriptor output,
      @Nullable Descriptor inherited)
      throws OsException {
    try (Arena memory = Arena.ofConfined()) {
      MemorySegment actions = memory.allocate(ACTIONS_BYTES, Long.BYTES);
      require(call(() -> (int) INIT.invokeExact(actions)), "posix_spawn_file_actions_init");
      try {
        describe(memory, actions, output, inherited);
        return start(memory, actions, command, environment);
      } finally {
        call(() -> (int) DESTROY.invokeExact(actions));
      }
    }
  }

  private static int start(
      Arena memory, MemorySegment actions, List<String> command, List<String> environment)
      throws OsException {
    MemorySegment pid = memory.allocate(JAVA_INT);
    MemorySegment path = memory.allocateFrom(command.getFirst());
    MemorySegment arguments = strings(memory, command);
    MemorySegment variables = strings(memory, environment);
    int error =
        call(
            () ->
                (int)
                    SPAWN.invokeExact(
                        pid, path, actions, MemorySegment.NULL, arguments, variables));
    require(error, "posix_spawn " + command.getFirst());
    return pid.get(JAVA_INT, 0);
  }

  private static void describe(
      Arena memory, MemorySegment actions, Descriptor output, @Nullable Descriptor inherited)
      throws OsException {
    MemorySegment nothing = memory.allocateFrom("/dev/null");
    int error = call(() -> (int) OPEN.invokeExact(actions, 0, nothing, O_RDONLY, 0));
    // In this order, for what is copied may have the number of a later target.
    error |= copy(actions, output, STDOUT) | copy(actions, output, STDERR);
    int next = HelperProgram.INHERITED;
    if (inherited != null) {
      error |= copy(actions, inherited, next++);
    }
    if (CLOSE_FROM.isPresent()) {
      MethodHandle closeFrom = CLOSE_FROM.get();
      int first = next;
      error |= call(() -> (int) closeFrom.invokeExact(actions, first));
    }
    require(error, "posix_spawn_file_actions");
  }

  private static int copy(MemorySegment actions, Descriptor from, int to) {
    int number = from.number();
    return call(() -> (int) DUP2.invokeExact(actions, number, to));
  }

  /** An array of C strings, with a null at its end. */
  private static MemorySegment strings(Arena memory, List<String> texts) {
    MemorySegment array = memory.allocate(ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ADDRESS, i, memory.allocateFrom(texts.get(i)));
    }
    return array;
  }

  private static void require(int error, String call) throws OsException {
    if (error != 0) {
      throw OsException.failed(call, -error, null);
    }
  }

  private interface ForeignCall {
    int make() throws Throwable;
  }

  private static int call(ForeignCall call) {
    try {
      return call.make();
    } catch (Throwable impossible) {
      throw new AssertionError("BUG: a foreign function threw", impossible);
    }
  }

  private static MethodHandle link(String name, MemoryLayout... parameters) {
    return find(name, parameters)
        .orElseThrow(() -> new UnsupportedOperationException("The C library has no " + name));
  }

  private static Optional<MethodHandle> find(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor shape = FunctionDescriptor.of(JAVA_INT, parameters);
    return linker.defaultLookup().find(name).map(f -> linker.downcallHandle(f, shape));
  }
}

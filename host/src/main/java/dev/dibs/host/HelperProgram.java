package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A short-lived program of ours that inherits a descriptor, which those of {@link ProcessBuilder}
 * can't. It reads nothing, and what it says is kept. One thread uses it.
 */
public final class HelperProgram implements AutoCloseable {

  /** The number that the inherited descriptor has in the program. */
  public static final int INHERITED = 3;

  private static final int SIGKILL = 9;
  private static final int WNOHANG = 1;
  private static final int TEXT_BYTES_MAX = 4096;
  private static final int O_CLOEXEC = 0x80000;
  private static final int KILL_MS_MAX = 1000;

  private final Pidfd process;
  private final Descriptor output;

  private HelperProgram(Pidfd process, Descriptor output) {
    this.process = process;
    this.output = output;
  }

  /**
   * How it ended.
   *
   * @param status its exit status; empty if it was killed, by us if it took too long
   * @param text what it wrote to its standard output and error, no more than the first 4,096 bytes
   */
  public record Outcome(OptionalInt status, String text) {}

  /**
   * Starts a program.
   *
   * @param command the program's path and its arguments
   * @param environment all of it, NAME=VALUE
   * @param inherited what it gets as descriptor {@value #INHERITED}; nothing, if null
   * @throws OsException ENOENT or EACCES if there is no such program
   */
  public static HelperProgram start(
      List<String> command, List<String> environment, @Nullable Descriptor inherited)
      throws OsException {
    Descriptor[] pipe = pipe();
    try (Descriptor end = pipe[1]) {
      int pid = Spawn.start(command, environment, end, inherited);
      return new HelperProgram(Pidfd.open(pid), pipe[0]);
    } catch (OsException refusal) {
      pipe[0].close();
      throw refusal;
    }
  }

  /** Waits for its end, and kills it when the time is over. */
  public Outcome await(long timeoutMs) throws OsException {
    long deadlineMs = Self.monotonicMs() + timeoutMs;
    awaitEnd(deadlineMs);
    if (!process.exited()) {
      process.signal(SIGKILL);
      awaitEnd(Self.monotonicMs() + KILL_MS_MAX);
    }
    return new Outcome(reap(), text());
  }

  @Override
  public void close() {
    process.close();
    output.close();
  }

  private void awaitEnd(long deadlineMs) throws OsException {
    for (long left = deadlineMs - Self.monotonicMs();
        left > 0 && Poll.await(process.descriptor(), Poll.IN, left) == 0;
        left = deadlineMs - Self.monotonicMs()) {}
  }

  /** Its exit status, if it exited. */
  private OptionalInt reap() {
    MemorySegment status = Scratch.mine().struct;
    long result = Kernel.call(Syscall.WAIT4, process.pid(), status.address(), WNOHANG, 0);
    int word = status.get(JAVA_INT, 0);
    return result == process.pid() && (word & 0x7F) == 0
        ? OptionalInt.of(word >>> 8 & 0xFF)
        : OptionalInt.empty();
  }

  /** What lies in the pipe, which what it started may still hold. */
  private String text() throws OsException {
    if ((Poll.now(output, Poll.IN) & Poll.IN) == 0) {
      return "";
    }
    MemorySegment buffer = Scratch.mine().buffer();
    long count = Kernel.call(Syscall.READ, output.number(), buffer.address(), TEXT_BYTES_MAX);
    byte[] bytes = buffer.asSlice(0, Math.max(count, 0)).toArray(JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }

  private static Descriptor[] pipe() throws OsException {
    MemorySegment ends = Scratch.mine().struct;
    long result = Kernel.call(Syscall.PIPE2, ends.address(), O_CLOEXEC);
    if (result < 0) {
      throw OsException.failed("pipe2", result, null);
    }
    return new Descriptor[] {
      new Descriptor(ends.get(JAVA_INT, 0)), new Descriptor(ends.get(JAVA_INT, Integer.BYTES))
    };
  }
}

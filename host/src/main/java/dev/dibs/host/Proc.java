package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Facts about other processes, from {@code /proc}. Each is as of now and of whatever process has
 * the number now: who wants to be sure holds a {@link Pidfd} and asks {@link Pidfd#exited} after
 * reading, or compares {@link ProcessStat#startTicks}.
 *
 * <p>Empty where the process has gone or is not ours to look at. {@link OsException} only for
 * trouble of our own, such as no free descriptors.
 */
public final class Proc {

  /** Most that is read of a command line or an environment; the rest is cut off. */
  public static final int BLOCK_BYTES_MAX = 1024 * 1024;

  private static final int STAT_BYTES_MAX = 4096;

  private Proc() {}

  /** Its parent, state, times and name. */
  public static Optional<ProcessStat> stat(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/stat", STAT_BYTES_MAX).map(ProcessStat::parse);
  }

  /** The wait status (wait(2)) of one that has ended and was not waited for yet. */
  public static OptionalInt exitStatus(int pid) throws OsException {
    Optional<byte[]> content = KernelFile.read("/proc/" + pid + "/stat", STAT_BYTES_MAX);
    if (content.map(ProcessStat::parse).filter(ProcessStat::isOver).isEmpty()) {
      return OptionalInt.empty();
    }
    String text = new String(content.get(), StandardCharsets.ISO_8859_1).strip();
    return OptionalInt.of(Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1)));
  }

  /** The same of each of its threads; none if it has gone. */
  public static List<ProcessStat> tasks(int pid) throws OsException {
    String folder = "/proc/" + pid + "/task";
    List<ProcessStat> tasks = new ArrayList<>();
    for (int task : KernelFile.numbers(folder)) {
      KernelFile.read(folder + "/" + task + "/stat", STAT_BYTES_MAX)
          .map(ProcessStat::parse)
          .ifPresent(tasks::add);
    }
    return tasks;
  }

  /**
   * Its command and arguments, read as UTF-8; no more than {@link #BLOCK_BYTES_MAX} bytes of them.
   * None for a zombie or a kernel thread.
   */
  public static Optional<List<String>> commandLine(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/cmdline", BLOCK_BYTES_MAX).map(Proc::words);
  }

  /**
   * The environment that its program was started with; no more than {@link #BLOCK_BYTES_MAX} bytes
   * of it. A zombie has none, or one with nothing in it, by kernel.
   */
  public static Optional<EnvironmentBlock> environment(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/environ", BLOCK_BYTES_MAX).map(EnvironmentBlock::new);
  }

  /** Its working directory; with {@code " (deleted)"} at the end if that was deleted. */
  public static Optional<String> directory(int pid) throws OsException {
    return KernelFile.target("/proc/" + pid + "/cwd");
  }

  /** The file that its program was loaded from. */
  public static Optional<String> executable(int pid) throws OsException {
    return KernelFile.target("/proc/" + pid + "/exe");
  }

  /** What its descriptor leads to: a path, or the like of {@code pipe:[4711]}. */
  public static Optional<String> descriptorTarget(int pid, int descriptor) throws OsException {
    return KernelFile.target("/proc/" + pid + "/fd/" + descriptor);
  }

  /** The numbers of all processes that we can see. */
  public static int[] pids() throws OsException {
    return KernelFile.numbers("/proc");
  }

  private static List<String> words(byte[] block) {
    List<String> words = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < block.length; at++) {
      if (block[at] == 0) {
        words.add(new String(block, from, at - from, StandardCharsets.UTF_8));
        from = at + 1;
      }
    }
    if (from < block.length) {
      words.add(new String(block, from, block.length - from, StandardCharsets.UTF_8));
    }
    return words;
  }
}

package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

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

  /** Most descriptors of a process that are looked at. */
  public static final int DESCRIPTORS_MAX = 4096;

  private static final int STAT_BYTES_MAX = 4096;

  /** How a file is open. */
  public enum Access {
    ANY,
    READ_WRITE;

    private static final int OCTAL = 8;
    private static final int O_ACCMODE = 3;
    private static final int O_RDWR = 2;

    private boolean isOf(String fdinfo) {
      return this == ANY
          || field(fdinfo, "flags:")
              .filter(flags -> (Integer.parseInt(flags, OCTAL) & O_ACCMODE) == O_RDWR)
              .isPresent();
    }
  }

  private Proc() {}

  /** Its parent, state, times and name. */
  public static Optional<ProcessStat> stat(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/stat", STAT_BYTES_MAX).map(ProcessStat::parse);
  }

  /** Which process a thread belongs to; {@link Pidfd#owner} for kernels that don't know that. */
  public static Optional<ThreadOwner> owner(int thread) throws OsException {
    return KernelFile.read("/proc/" + thread + "/status", STAT_BYTES_MAX).map(ThreadOwner::parse);
  }

  /** Its name, at most 15 bytes, read as UTF-8. */
  public static Optional<String> name(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/comm", STAT_BYTES_MAX)
        .map(content -> new String(content, StandardCharsets.UTF_8))
        .map(line -> line.endsWith("\n") ? line.substring(0, line.length() - 1) : line);
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
   * The same as bytes, each word ended by a NUL; as long as {@link #BLOCK_BYTES_MAX} if something
   * may have been cut off.
   */
  public static Optional<byte[]> commandLineBytes(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/cmdline", BLOCK_BYTES_MAX);
  }

  /**
   * The environment that its program was started with; no more than {@link #BLOCK_BYTES_MAX} bytes
   * of it. A zombie has none, or one with nothing in it, by kernel.
   */
  public static Optional<EnvironmentBlock> environment(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/environ", BLOCK_BYTES_MAX).map(EnvironmentBlock::new);
  }

  /** In which cgroups it is, a line for each hierarchy (cgroups(7)). */
  public static Optional<String> cgroups(int pid) throws OsException {
    return KernelFile.read("/proc/" + pid + "/cgroup", STAT_BYTES_MAX)
        .map(content -> new String(content, StandardCharsets.UTF_8));
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

  /**
   * The inodes' numbers of the files below a folder that it has open; of no more than {@link
   * #DESCRIPTORS_MAX} descriptors. Nothing of that folder is touched.
   *
   * @param folder absolute, as it is called in our own mount namespace
   */
  public static Set<Long> inodesBelow(int pid, String folder, Access access) throws OsException {
    Set<Long> inodes = new HashSet<>();
    int[] descriptors = KernelFile.numbers("/proc/" + pid + "/fd");
    for (int i = 0; i < descriptors.length && i < DESCRIPTORS_MAX; i++) {
      Optional<String> target = descriptorTarget(pid, descriptors[i]);
      if (target.isPresent() && target.get().startsWith(folder + "/")) {
        KernelFile.read("/proc/" + pid + "/fdinfo/" + descriptors[i], STAT_BYTES_MAX)
            .map(fdinfo -> new String(fdinfo, StandardCharsets.ISO_8859_1))
            .filter(access::isOf)
            .flatMap(fdinfo -> field(fdinfo, "ino:").map(Long::parseUnsignedLong))
            .ifPresent(inodes::add);
      }
    }
    return inodes;
  }

  private static Optional<String> field(String fdinfo, String name) {
    return fdinfo
        .lines()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(name.length()).strip());
  }

  /**
   * Memory that it has in use, bytes: what is resident, shared pages included. 0 for a zombie or a
   * kernel thread.
   */
  public static OptionalLong residentBytes(int pid) throws OsException {
    Optional<byte[]> content = KernelFile.read("/proc/" + pid + "/statm", STAT_BYTES_MAX);
    return content.isEmpty() ? OptionalLong.empty() : second(content.get());
  }

  /** The second number in a line, in pages. */
  private static OptionalLong second(byte[] line) {
    String[] fields = new String(line, StandardCharsets.ISO_8859_1).split(" ", 3);
    return fields.length < 3
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(fields[1]) * PageSize.BYTES);
  }

  /** The most memory that its program ever had in use, bytes; empty for a zombie. */
  public static OptionalLong peakBytes(int pid) throws OsException {
    Optional<String> peak =
        KernelFile.read("/proc/" + pid + "/status", STAT_BYTES_MAX)
            .map(content -> new String(content, StandardCharsets.ISO_8859_1))
            .flatMap(status -> field(status, "VmHWM:"));
    return peak.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(peak.get().replace(" kB", "")) * 1024);
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

package dev.dibs.cli;

import dev.dibs.host.Errno;
import dev.dibs.host.Exec;
import dev.dibs.host.InheritedDescriptors;
import dev.dibs.host.OsException;
import dev.dibs.locks.LockDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code dibs lock --no-daemon}: takes locks and becomes the command, in the same process, which
 * inherits the descriptor that holds them. So they are held until the command and all that it
 * started have closed it or ended, with nobody left to wait for that; with {@code --no-inherit}
 * they are the process's own.
 *
 * <p>Started by {@code launcher/lock-alone.sh}. Whatever goes wrong, the command does not run
 * (125).
 */
public final class LockAlone {

  private static final int FAILED = 125;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;

  private LockAlone() {}

  /** See {@link LockAloneOptions}. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) {
    try {
      Set<Integer> passed = InheritedDescriptors.find();
      LockAloneOptions options = LockAloneOptions.parse(Arrays.asList(arguments));
      LockDirectory directory = LockDirectory.open(options.directory());
      if (!directory.hasRanges()) {
        throw new IOException(
            "locks in "
                + directory.path()
                + " are not held by locks of the kernel, and a command can't inherit them. Use the"
                + " daemon: leave --no-daemon out");
      }
      RangeHolder holder = RangeHolder.of(directory, options);
      return holder.takeAll() ? become(options, holder, passed) : options.timeoutStatus();
    } catch (IllegalArgumentException | IOException | InterruptedException failure) {
      System.err.println("dibs: no lock: " + failure.getMessage() + "; the command does not run.");
      return FAILED;
    }
  }

  private static int become(LockAloneOptions options, RangeHolder holder, Set<Integer> passed)
      throws IOException, InterruptedException {
    passed.add(holder.export());
    if (options.environment().isPresent()) {
      DroppedNames.restore(options.environment().get());
    }
    options.variables().forEach(Exec::set);
    if (!options.unless().isEmpty() && isDone(options.unless(), holder)) {
      return 0;
    }
    OsException failure = Exec.become(command(options.command().size()), options.ignored(), passed);
    System.err.println("dibs: " + failure.getMessage());
    return failure.is(Errno.ENOENT) ? NOT_FOUND : NOT_EXECUTABLE;
  }

  private static boolean isDone(String script, RangeHolder holder)
      throws IOException, InterruptedException {
    ProcessBuilder check = new ProcessBuilder("sh", "-c", script).inheritIO();
    check.environment().put("DIBS_FENCE", Long.toString(holder.fence()));
    return check.start().waitFor() == 0;
  }

  /** The last words of our own command line, as bytes. */
  private static List<byte[]> command(int words) throws IOException {
    byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
    List<byte[]> all = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] == 0) {
        all.add(Arrays.copyOfRange(line, from, i));
        from = i + 1;
      }
    }
    return all.subList(all.size() - words, all.size());
  }
}

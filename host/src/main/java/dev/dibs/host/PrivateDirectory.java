package dev.dibs.host;

import dev.dibs.host.DirectoryRefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Directories that belong to our effective user alone. */
public final class PrivateDirectory {

  /**
   * Longest path in bytes: with a name below it, it stays under the kernel's 4,095, and fits into a
   * line that a FIFO takes whole.
   */
  public static final int PATH_BYTES_MAX = 1024;

  private static final int MODE = 0700;
  private static final String ANOTHER = "Set DIBS_DIR to a directory of your own.";

  private PrivateDirectory() {}

  /**
   * Makes the directory (not its parents) if nothing is there, and checks what is: a directory, no
   * link to one; ours; mode 0700.
   *
   * @throws DirectoryRefusedException if it can't be made or is anything else
   */
  public static void ensure(Path directory) throws DirectoryRefusedException {
    requireShort(directory);
    try {
      make(directory.toString());
      check(directory, FileFacts.of(directory.toString()));
    } catch (OsException unreachable) {
      String why = String.valueOf(unreachable.getMessage());
      throw new DirectoryRefusedException(Reason.OUT_OF_REACH, directory, why, ANOTHER);
    }
  }

  private static void make(String path) throws OsException {
    long address = Scratch.mine().path(path);
    long result = Kernel.call(Syscall.MKDIRAT, Kernel.WORKING_DIRECTORY, address, MODE);
    if (result < 0 && !Errno.EEXIST.is(result)) {
      throw OsException.failed("mkdir", result, path);
    }
  }

  private static void check(Path directory, FileFacts facts) throws DirectoryRefusedException {
    if (!facts.isDirectory()) {
      String why = facts.isSymbolicLink() ? "it is a symbolic link" : "it is not a directory";
      throw new DirectoryRefusedException(
          Reason.NOT_A_DIRECTORY, directory, why, "Remove it, or set DIBS_DIR.");
    }
    if (facts.uid() != Self.effectiveUid()) {
      String why = "it belongs to user " + facts.uid() + ", and we are " + Self.effectiveUid();
      throw new DirectoryRefusedException(Reason.FOREIGN, directory, why, ANOTHER);
    }
    if (facts.permissions() != MODE) {
      String why = "its mode is 0" + Integer.toOctalString(facts.permissions()) + ", not 0700";
      throw new DirectoryRefusedException(
          Reason.WRONG_MODE, directory, why, "Look who made it so, then chmod 700 it.");
    }
  }

  private static void requireShort(Path directory) throws DirectoryRefusedException {
    int bytes = directory.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > PATH_BYTES_MAX) {
      String why = "its path has " + bytes + " bytes, more than " + PATH_BYTES_MAX;
      throw new DirectoryRefusedException(Reason.TOO_LONG, directory, why, ANOTHER);
    }
  }
}

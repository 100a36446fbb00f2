package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * What {@code statx} says of a file.
 *
 * @param mode type and permissions, as in {@code st_mode}
 * @param uid the owner
 */
record FileFacts(int mode, int uid) {

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_TYPE_MODE_UID = 0x1 | 0x2 | 0x8;
  private static final int UID_OFFSET = 20;
  private static final int MODE_OFFSET = 28;
  private static final int S_IFMT = 0xF000;
  private static final int S_IFIFO = 0x1000;
  private static final int S_IFDIR = 0x4000;
  private static final int S_IFLNK = 0xA000;

  /** Facts about what is at the path; about the link itself, if it is one. */
  static FileFacts of(String path) throws OsException {
    long address = Scratch.mine().path(path);
    return ask(Kernel.WORKING_DIRECTORY, address, AT_SYMLINK_NOFOLLOW, path);
  }

  /** Facts about an open file. */
  static FileFacts of(Descriptor descriptor, String path) throws OsException {
    return ask(descriptor.number(), Scratch.mine().path(""), AT_EMPTY_PATH, path);
  }

  boolean isFifo() {
    return (mode & S_IFMT) == S_IFIFO;
  }

  boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  boolean isSymbolicLink() {
    return (mode & S_IFMT) == S_IFLNK;
  }

  /** The nine permission bits. */
  int permissions() {
    return mode & 0777;
  }

  private static FileFacts ask(long at, long pathAddress, int flags, String path)
      throws OsException {
    MemorySegment facts = Scratch.mine().struct;
    long result =
        Kernel.call(Syscall.STATX, at, pathAddress, flags, STATX_TYPE_MODE_UID, facts.address(), 0);
    if (result < 0) {
      throw OsException.failed("statx", result, path);
    }
    int mode = Short.toUnsignedInt(facts.get(JAVA_SHORT, MODE_OFFSET));
    return new FileFacts(mode, facts.get(JAVA_INT, UID_OFFSET));
  }
}

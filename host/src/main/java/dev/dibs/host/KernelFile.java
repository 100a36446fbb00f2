package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Raw reads of {@code /proc} and {@code /sys}: a file's first bytes, a link's target, the numbers
 * in a directory. Empty where the process (ENOENT, ESRCH) or cgroup (ENODEV) has gone, or is not
 * ours to look at (EACCES, EPERM).
 */
final class KernelFile {

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int ENTRY_LENGTH_OFFSET = 16;
  private static final int ENTRY_NAME_OFFSET = 19;

  private KernelFile() {}

  /** A file's content, no more than its first {@code bytesMax} bytes. */
  static Optional<byte[]> read(String path, int bytesMax) throws OsException {
    long opened = open(path);
    if (opened < 0) {
      return Optional.empty();
    }
    try (Descriptor file = new Descriptor(opened)) {
      return content(file, path, bytesMax);
    }
  }

  /** Where a symbolic link points, read as UTF-8. */
  static Optional<String> target(String path) throws OsException {
    Scratch scratch = Scratch.mine();
    MemorySegment buffer = scratch.buffer();
    long length =
        Kernel.call(
            Syscall.READLINKAT,
            Kernel.WORKING_DIRECTORY,
            scratch.path(path),
            buffer.address(),
            buffer.byteSize());
    if (isAbsent(length, "readlink", path)) {
      return Optional.empty();
    }
    return Optional.of(new String(copy(buffer, (int) length), StandardCharsets.UTF_8));
  }

  /** The entries of a directory whose names are numbers, in the directory's order. */
  static int[] numbers(String path) throws OsException {
    long opened = open(path);
    if (opened < 0) {
      return new int[0];
    }
    try (Descriptor directory = new Descriptor(opened)) {
      return numbers(directory, path);
    }
  }

  private static int[] numbers(Descriptor directory, String path) throws OsException {
    MemorySegment buffer = Scratch.mine().buffer();
    int[] found = new int[0];
    while (true) {
      long length =
          Kernel.call(Syscall.GETDENTS64, directory.number(), buffer.address(), buffer.byteSize());
      if (isAbsent(length, "getdents64", path) || length == 0) {
        return found;
      }
      found = withNumbers(found, buffer.asSlice(0, length));
    }
  }

  /** Adds the numbers among the {@code struct linux_dirent64}s of one read. */
  private static int[] withNumbers(int[] found, MemorySegment entries) {
    int[] grown = Arrays.copyOf(found, found.length + (int) (entries.byteSize() / 24));
    int count = found.length;
    for (long at = 0; at < entries.byteSize(); at += entryLength(entries, at)) {
      int number = number(entries, at + ENTRY_NAME_OFFSET);
      if (number >= 0) {
        grown[count++] = number;
      }
    }
    return Arrays.copyOf(grown, count);
  }

  private static int entryLength(MemorySegment entries, long at) {
    return Short.toUnsignedInt(entries.get(JAVA_SHORT, at + ENTRY_LENGTH_OFFSET));
  }

  /** The number that the C string at {@code at} is, or -1. */
  private static int number(MemorySegment entries, long at) {
    int number = 0;
    for (long i = at; entries.get(JAVA_BYTE, i) != 0; i++) {
      int digit = entries.get(JAVA_BYTE, i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number;
  }

  /** The descriptor's number, or a negative one if the file is absent. */
  private static long open(String path) throws OsException {
    long opened = Descriptor.openForReading(path);
    return isAbsent(opened, "open", path) ? -1 : opened;
  }

  private static Optional<byte[]> content(Descriptor file, String path, int bytesMax)
      throws OsException {
    int length = 0;
    while (length < bytesMax) {
      int chunk = Math.min(CHUNK_BYTES, bytesMax - length);
      MemorySegment buffer = Scratch.mine().buffer(length + chunk);
      long count = Kernel.call(Syscall.READ, file.number(), buffer.address() + length, chunk);
      if (isAbsent(count, "read", path)) {
        return Optional.empty();
      }
      if (count == 0) {
        break;
      }
      length += (int) count;
    }
    return Optional.of(copy(Scratch.mine().buffer(), length));
  }

  private static byte[] copy(MemorySegment buffer, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, length);
    return bytes;
  }

  private static boolean isAbsent(long result, String call, String path) throws OsException {
    if (result >= 0) {
      return false;
    }
    return switch (Errno.of((int) -result)) {
      case ENOENT, ENOTDIR, ESRCH, ENODEV, EACCES, EPERM -> true;
      // The others are our own trouble (no descriptors, no memory), which is not to look like a
      // process that has gone.
      default -> throw OsException.failed(call, result, path);
    };
  }
}

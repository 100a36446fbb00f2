package dev.dibs.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** The unit in which the kernel counts memory: 4 KiB nearly everywhere, up to 64 KiB on aarch64. */
final class PageSize {

  /** In bytes. */
  static final long BYTES = detect();

  private static final int VECTOR_BYTES_MAX = 4096;
  private static final long AT_PAGESZ = 6;
  private static final long USUAL = 4096;

  private PageSize() {}

  /** From the vector that the kernel gives every program (getauxval(3)): pairs of words. */
  private static long detect() {
    try {
      Optional<byte[]> vector = KernelFile.read("/proc/self/auxv", VECTOR_BYTES_MAX);
      ByteBuffer words = ByteBuffer.wrap(vector.orElse(new byte[0])).order(ByteOrder.nativeOrder());
      while (words.remaining() >= 2 * Long.BYTES) {
        long key = words.getLong();
        long value = words.getLong();
        if (key == AT_PAGESZ) {
          return value;
        }
      }
    } catch (OsException unreadable) {
      return USUAL;
    }
    return USUAL;
  }
}

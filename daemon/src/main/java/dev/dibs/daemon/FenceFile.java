package dev.dibs.daemon;

import dev.dibs.daemon.locks.Fences;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Fencing numbers from a counter in a file of 8 bytes, mapped, so that taking one is no system call
 * and a kill loses none. A new one begins far above what any earlier one can have reached: at the
 * time in ms since 1970, times 2<sup>10</sup>. Whoever locks without a daemon counts in it too.
 */
final class FenceFile implements Fences, AutoCloseable {

  private static final int GRANTS_PER_MS_BITS = 10;
  private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();

  private final Arena mapped = Arena.ofShared();
  private final MemorySegment counter;

  /**
   * Opens it, or makes it.
   *
   * @throws IOException if that fails: locks can't be served without
   */
  FenceFile(Path path, long epochMs) throws IOException {
    if (!Files.exists(path)) {
      make(path, epochMs << GRANTS_PER_MS_BITS);
    }
    if (Files.size(path) != Long.BYTES) {
      throw new IOException(
          "the counter of locks, " + path + ", is damaged. Remove it while nobody holds a lock");
    }
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      counter = file.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES, mapped);
    }
  }

  /** Complete before it has its name, and never in place of another. */
  private static void make(Path path, long first) throws IOException {
    Path aside = Files.createTempFile(path.getParent(), "fence", ".new");
    try {
      Files.write(
          aside,
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(first).array());
      Files.createLink(path, aside);
    } catch (FileAlreadyExistsException faster) {
      // Somebody else's is as good.
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  @Override
  public long next() {
    return (long) COUNTER.getAndAdd(counter, 0L, 1L) + 1;
  }

  @Override
  public void close() {
    mapped.close();
  }
}

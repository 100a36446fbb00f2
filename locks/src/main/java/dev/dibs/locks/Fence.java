package dev.dibs.locks;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fencing numbers of a lock directory: one counter in a mapped file, counted up atomically by
 * all processes. A new one begins at the time in milliseconds times 2<sup>10</sup>, so that numbers
 * grow also if the directory was lost, up to a million grants a second.
 *
 * <p>For who holds locks by other means than {@link ProcessLocks} and numbers them with those.
 * Thread-safe.
 */
public final class Fence {

  private static final String NAME = "fence";
  private static final int GRANTS_PER_MS_BITS = 10;
  private static final VarHandle COUNTER =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Path file;
  private final @Nullable Object fileKey;
  private final MappedByteBuffer memory;

  private Fence(Path file, MappedByteBuffer memory) throws IOException {
    this.file = file;
    this.fileKey = keyOf(file);
    this.memory = memory;
  }

  /**
   * That of a lock directory, begun at {@code now} if there is none.
   *
   * @param directory must be there
   * @throws IOException if it can't be made, or is damaged; the message says what to do
   */
  public static Fence of(Path directory, Instant now) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    first.putLong(now.toEpochMilli() << GRANTS_PER_MS_BITS);
    Path file = Published.file(directory, NAME, first.array());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() != Long.BYTES) {
        throw damaged(file, channel.size() + " bytes instead of " + Long.BYTES);
      }
      return new Fence(file, channel.map(MapMode.READ_WRITE, 0, Long.BYTES));
    }
  }

  /** Whether the file is that one still: its directory may have been removed and made again. */
  boolean isStillThere() {
    try {
      return Objects.equals(fileKey, keyOf(file));
    } catch (IOException gone) {
      return false;
    }
  }

  private static @Nullable Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /**
   * The next number, greater than all before.
   *
   * @throws IOException if the file is damaged, or was cut while in use
   */
  public long next() throws IOException {
    long number;
    try {
      number = (long) COUNTER.getAndAdd(memory, 0, 1L) + 1;
      MappedFault.throwNow();
    } catch (InternalError fault) {
      throw damaged(file, "it was cut, or there is no space for it");
    }
    if (number <= 0) {
      throw damaged(file, "its number is " + number);
    }
    return number;
  }

  private static IOException damaged(Path file, String how) {
    return new IOException(
        "The fencing numbers in "
            + file
            + " are damaged: "
            + how
            + ". Remove the file when nobody holds a lock there; a new one goes on above the old"
            + " numbers.");
  }
}

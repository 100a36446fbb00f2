package dev.dibs.locks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Who holds which lock, for people: a mapped file of {@value #SLOTS} records of {@value
 * #RECORD_BYTES} bytes, one for each (position / 2) modulo {@value #SLOTS}; later grants overwrite
 * earlier ones. Nothing is ever decided by it. Reads may meet half a write, which the checksum
 * shows.
 *
 * <pre>
 *   0  position   8  since, ms since 1970   16  pid   24  CRC-32C of all else   28  bytes of command
 *   30  bytes of directory   32  command, then directory, UTF-8         (big-endian; position 0: empty)
 * </pre>
 */
final class HolderHints {

  static final int SLOTS = 1024;
  static final int RECORD_BYTES = 512;

  private static final String NAME = "holders";
  private static final long SPACE_FACTOR = 4;
  private static final int CRC_AT = 24;
  private static final int TEXT_AT = 32;
  private static final int COMMAND_BYTES_MAX = 320;
  private static final int DIRECTORY_BYTES_MAX = RECORD_BYTES - TEXT_AT - COMMAND_BYTES_MAX;

  private final MappedByteBuffer memory;

  private HolderHints(MappedByteBuffer memory) {
    this.memory = memory;
  }

  /**
   * Those of a lock directory. They are there in full, so that no later store needs space.
   *
   * @throws IOException if they are cut, or there is not space enough for them and other things
   */
  static HolderHints of(Path directory) throws IOException {
    int bytes = SLOTS * RECORD_BYTES;
    if (Published.find(directory, NAME) == null
        && Files.getFileStore(directory).getUsableSpace() < SPACE_FACTOR * bytes) {
      throw new IOException("There is no space for hints in " + directory);
    }
    Path file = Published.file(directory, NAME, new byte[bytes]);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() < bytes) {
        throw new IOException(file + " is cut");
      }
      return new HolderHints(channel.map(MapMode.READ_WRITE, 0, bytes));
    }
  }

  /** A holder's record, to be written many times. */
  static byte[] template(long pid, String command, String directory) {
    byte[] first = cut(command, COMMAND_BYTES_MAX);
    byte[] second = cut(directory, DIRECTORY_BYTES_MAX);
    byte[] record = new byte[RECORD_BYTES];
    ByteBuffer.wrap(record)
        .putLong(16, pid)
        .putShort(28, (short) first.length)
        .putShort(30, (short) second.length)
        .position(TEXT_AT)
        .put(first)
        .put(second);
    return record;
  }

  /** That the process of {@code template} holds it since {@code epochMs}. */
  void write(long position, long epochMs, byte[] template) {
    byte[] bytes = template.clone();
    ByteBuffer record = ByteBuffer.wrap(bytes).putLong(0, position).putLong(8, epochMs);
    record.putInt(CRC_AT, checksum(bytes));
    try {
      memory.put(slot(position), bytes);
      MappedFault.throwNow();
    } catch (InternalError fault) {
      return;
    }
  }

  /** That {@code pid} holds it no more; nothing if the record is another's. */
  void clear(long position, long pid) {
    int at = slot(position);
    try {
      if (memory.getLong(at) == position && memory.getLong(at + 16) == pid) {
        memory.putLong(at, 0);
      }
      MappedFault.throwNow();
    } catch (InternalError fault) {
      return;
    }
  }

  /** Who held it when that was last written. */
  Optional<LockHolder> read(long position) {
    byte[] copy = new byte[RECORD_BYTES];
    try {
      memory.get(slot(position), copy);
      MappedFault.throwNow();
    } catch (InternalError fault) {
      return Optional.empty();
    }
    ByteBuffer record = ByteBuffer.wrap(copy);
    boolean whole = record.getLong(0) == position && record.getInt(CRC_AT) == checksum(copy);
    return whole ? Optional.of(decoded(record, copy)) : Optional.empty();
  }

  private static LockHolder decoded(ByteBuffer record, byte[] bytes) {
    int command = clamp(record.getShort(28), COMMAND_BYTES_MAX);
    int directory = clamp(record.getShort(30), DIRECTORY_BYTES_MAX);
    return new LockHolder(
        record.getLong(16),
        Instant.ofEpochMilli(record.getLong(8)),
        new String(bytes, TEXT_AT, command, StandardCharsets.UTF_8),
        new String(bytes, TEXT_AT + command, directory, StandardCharsets.UTF_8));
  }

  private static int clamp(int length, int most) {
    return Math.max(0, Math.min(length, most));
  }

  private static int checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record, 0, CRC_AT);
    crc.update(record, CRC_AT + Integer.BYTES, RECORD_BYTES - CRC_AT - Integer.BYTES);
    return (int) crc.getValue();
  }

  private static int slot(long position) {
    // The lowest bit of a position is always zero.
    return (int) ((position >>> 1) % SLOTS) * RECORD_BYTES;
  }

  private static byte[] cut(String text, int bytesMax) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int end = Math.min(bytes.length, bytesMax);
    while (end < bytes.length && end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--; // not within a character
    }
    return java.util.Arrays.copyOf(bytes, end);
  }
}

package dev.dibs.daemon.records;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of one size in a file mapped into memory, so that remembering a change is one store and
 * no system call. The kernel keeps the pages when the process dies, however it dies. When the
 * machine does, those of whom the records speak die too: nothing is ever synced, and records of
 * another boot are void.
 *
 * <pre>
 *   file     header, 64 bytes: the magic of its format and the boot's id, then zeros; then chunks
 *   chunk    as many records as the format says, one after the other
 *   record   0 word, 8 bytes: one bit of it is set while the record counts
 *            8 what its owner keeps there
 * </pre>
 *
 * <p><b>A kill at any moment leaves each record as it was before or after a change.</b> A record is
 * taken while its word is 0, written, and counts with the store of its word, which is the last one;
 * it is taken back by one store. What changes while it counts is in the word, or in another aligned
 * word for itself.
 *
 * <p><b>A store never meets a hole.</b> On a full disk a store into a mapped hole would kill the
 * process (SIGBUS). So room is allotted in chunks by writing zeros before it is mapped: then a full
 * disk is an {@link IOException}. A chunk that is not complete, for a kill came in between or the
 * file was cut off, is not mapped but written again when it is needed.
 *
 * <p><b>One process at a time.</b> Nothing here keeps two daemons from one file: the lock of their
 * directory does. Nobody may cut the file off while it is mapped.
 *
 * <p>For the loop's thread only.
 */
public final class MappedRecords implements AutoCloseable {

  private static final int HEADER_BYTES = 64;

  /**
   * What a file of records looks like.
   *
   * @param magic what it starts with, ASCII: another one for each layout of a record
   * @param recordBytes the size of a record, a multiple of 8
   * @param recordsOfChunk for how many there is room allotted at once
   * @param counts the bit of a record's word that is set while it counts
   */
  public record Format(String magic, int recordBytes, int recordsOfChunk, long counts) {

    private int chunkBytes() {
      return recordBytes * recordsOfChunk;
    }

    private long end(int chunks) {
      return HEADER_BYTES + (long) chunks * chunkBytes();
    }

    private byte[] header(String boot) {
      return Arrays.copyOf((magic + boot).getBytes(StandardCharsets.US_ASCII), HEADER_BYTES);
    }
  }

  private final Format format;
  private final @Nullable FileChannel file;
  private final Arena mapped = Arena.ofShared();
  private final List<MappedRecord> all = new ArrayList<>();
  private final Deque<MappedRecord> free = new ArrayDeque<>();
  private int chunks;
  private boolean replaced;

  private MappedRecords(Format format, @Nullable FileChannel file) {
    this.format = format;
    this.file = file;
  }

  /**
   * Opens a file, or makes it anew if it is of another boot or format.
   *
   * @throws IOException if it can be neither read nor made: a full disk, no rights
   */
  public static MappedRecords open(Path path, Format format, String boot) throws IOException {
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    MappedRecords records = new MappedRecords(format, file);
    try {
      records.load(file, format.header(boot));
    } catch (IOException failure) {
      records.close();
      throw failure;
    }
    return records;
  }

  /** Records that nobody finds again: for who has no file. */
  public static MappedRecords inMemory(Format format) {
    return new MappedRecords(format, null);
  }

  private void load(FileChannel opened, byte[] header) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(HEADER_BYTES);
    opened.read(start, 0);
    if (!Arrays.equals(start.array(), header)) {
      replaced = opened.size() > 0;
      opened.truncate(0);
      writeFully(opened, ByteBuffer.wrap(header), 0);
    }
    while (opened.size() >= format.end(chunks + 1)) {
      addChunk(map(opened));
    }
  }

  /** Whether there was something in the file that is void: of another boot or format. */
  public boolean replaced() {
    return replaced;
  }

  /** The records that count. */
  public List<MappedRecord> counting() {
    return all.stream().filter(this::counts).toList();
  }

  private boolean counts(MappedRecord record) {
    return (record.word() & format.counts()) != 0;
  }

  /**
   * Room for one more. It counts once its word says so; the rest of it may be of an earlier one.
   *
   * @throws IOException if there is none: a full disk
   */
  public MappedRecord take() throws IOException {
    if (free.isEmpty()) {
      addChunk(newChunk());
    }
    return free.pop();
  }

  void free(MappedRecord record) {
    free.push(record);
  }

  private MemorySegment newChunk() throws IOException {
    if (file == null) {
      return mapped.allocate(format.chunkBytes(), Long.BYTES);
    }
    writeFully(file, ByteBuffer.allocate(format.chunkBytes()), format.end(chunks));
    return map(file);
  }

  private MemorySegment map(FileChannel opened) throws IOException {
    return opened.map(
        FileChannel.MapMode.READ_WRITE, format.end(chunks), format.chunkBytes(), mapped);
  }

  private void addChunk(MemorySegment chunk) {
    for (int i = 0; i < format.recordsOfChunk(); i++) {
      long at = (long) i * format.recordBytes();
      MappedRecord record = new MappedRecord(this, chunk.asSlice(at, format.recordBytes()));
      all.add(record);
      if (!counts(record)) {
        free.add(record);
      }
    }
    chunks++;
  }

  private static void writeFully(FileChannel opened, ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      opened.write(bytes, at + bytes.position());
    }
  }

  @Override
  public void close() {
    mapped.close();
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException harmless) {
      // All that was stored is stored.
    }
  }
}

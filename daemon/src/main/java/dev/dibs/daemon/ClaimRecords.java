package dev.dibs.daemon;

import dev.dibs.core.Holding;
import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
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
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a daemon that is killed: one record for each granted claim, in a file mapped into
 * memory, so that remembering a change is one store and no system call. The kernel keeps the pages
 * when the process dies. When the machine does, the holders die too: nothing is ever synced, and
 * records of another boot are void.
 *
 * <pre>
 *   file     header, 64 bytes: "dibs claims 1 " and the boot's id; then records
 *   record   0 holding, 8 bytes: bit 62 is set while the record counts; slots, own, issued, 20 bits each
 *            8 CRC-32 of what follows, 4 bytes
 *           12 length, 4 bytes
 *           16 {@link ClaimRecord}
 * </pre>
 *
 * <p>A record is written before the store that makes it count, which is the last one; taken back by
 * one store; and its holding is one word. So a kill at any moment leaves each record as it was
 * before or after. Room is allotted in chunks by writing zeros, for on a full disk a store into a
 * mapped hole would kill the process.
 *
 * <p>For the loop's thread only.
 */
final class ClaimRecords implements AutoCloseable {

  private static final String MAGIC = "dibs claims 1 ";
  private static final int HEADER_BYTES = 64;
  private static final int RECORD_BYTES = 768;
  private static final int RECORDS_OF_CHUNK = 64;
  private static final int CHUNK_BYTES = RECORD_BYTES * RECORDS_OF_CHUNK;

  private static final int CRC_AT = 8;
  private static final int LENGTH_AT = 12;
  private static final int BODY_AT = 16;
  private static final int BODY_BYTES_MAX = RECORD_BYTES - BODY_AT;

  private static final long COUNTS = 1L << 62;
  private static final int NUMBER_BITS = 20;
  private static final long NUMBER_MASK = (1 << NUMBER_BITS) - 1;

  private static final VarHandle HOLDING = ValueLayout.JAVA_LONG.varHandle();

  /** The record of one claim. */
  final class Entry {
    private final MemorySegment bytes;

    private Entry(MemorySegment bytes) {
      this.bytes = bytes;
    }

    /** Remembers what the claim holds now. */
    void holds(Holding holding) {
      HOLDING.setRelease(bytes, 0L, pack(holding));
    }

    /** The claim is over. */
    void remove() {
      HOLDING.setRelease(bytes, 0L, 0L);
      free.push(this);
    }

    private boolean counts() {
      return ((long) HOLDING.getAcquire(bytes, 0L) & COUNTS) != 0;
    }

    private void write(ClaimRecord record, Holding holding) throws IOException {
      byte[] body = record.encode();
      if (body.length > BODY_BYTES_MAX) {
        throw new IOException("a record of " + body.length + " bytes");
      }
      MemorySegment.copy(body, 0, bytes, ValueLayout.JAVA_BYTE, BODY_AT, body.length);
      bytes.set(ValueLayout.JAVA_INT, LENGTH_AT, body.length);
      bytes.set(ValueLayout.JAVA_INT, CRC_AT, crc(body));
      holds(holding);
    }

    private Optional<Found> read() {
      int length = bytes.get(ValueLayout.JAVA_INT, LENGTH_AT);
      if (length < 0 || length > BODY_BYTES_MAX) {
        return Optional.empty();
      }
      byte[] body = bytes.asSlice(BODY_AT, length).toArray(ValueLayout.JAVA_BYTE);
      if (crc(body) != bytes.get(ValueLayout.JAVA_INT, CRC_AT)) {
        return Optional.empty();
      }
      long packed = (long) HOLDING.getAcquire(bytes, 0L);
      return ClaimRecord.decode(body)
          .map(record -> new Found(this, record, unpack(record.id(), packed)));
    }
  }

  /** A record that an earlier daemon left. */
  record Found(Entry entry, ClaimRecord record, Holding holding) {}

  private final @Nullable FileChannel file;
  private final Arena mapped = Arena.ofShared();
  private final List<Entry> all = new ArrayList<>();
  private final Deque<Entry> free = new ArrayDeque<>();
  private int chunks;

  private ClaimRecords(@Nullable FileChannel file) {
    this.file = file;
  }

  /**
   * Opens the file, or makes it anew if it is of another boot or version. If it can be neither read
   * nor made, for the disk is full, then nothing is remembered.
   */
  static ClaimRecords open(Path path, String boot, Log log) {
    try {
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      ClaimRecords records = new ClaimRecords(file);
      records.load(file, header(boot), log);
      return records;
    } catch (IOException failure) {
      log.warn("A later daemon will know nothing of this one's claims: " + failure);
      return new ClaimRecords(null);
    }
  }

  private static byte[] header(String boot) {
    return Arrays.copyOf((MAGIC + boot).getBytes(StandardCharsets.US_ASCII), HEADER_BYTES);
  }

  private void load(FileChannel opened, byte[] header, Log log) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(HEADER_BYTES);
    opened.read(start, 0);
    if (!Arrays.equals(start.array(), header)) {
      if (opened.size() > 0) {
        log.warn("Records of claims of another boot or version are void");
      }
      opened.truncate(0);
      writeFully(opened, ByteBuffer.wrap(header), 0);
    }
    while (opened.size() >= end(chunks + 1)) {
      addChunk(map(opened));
    }
  }

  private static long end(int chunks) {
    return HEADER_BYTES + (long) chunks * CHUNK_BYTES;
  }

  /** The records that were left, in order of claims; called once, before anything is added. */
  List<Found> found(Log log) {
    List<Found> found = new ArrayList<>();
    for (Entry entry : all) {
      Optional<Found> read = entry.counts() ? entry.read() : Optional.empty();
      if (entry.counts() && read.isEmpty()) {
        log.warn("A record of a claim is damaged and void");
      }
      read.ifPresentOrElse(found::add, entry::remove);
    }
    found.sort((a, b) -> Long.compare(a.record.id(), b.record.id()));
    return found;
  }

  /**
   * Remembers a claim.
   *
   * @throws IOException if there is no room: a full disk, a request too long
   */
  Entry add(ClaimRecord record, Holding holding) throws IOException {
    if (free.isEmpty()) {
      addChunk(newChunk()).reversed().forEach(free::push);
    }
    Entry entry = free.pop();
    try {
      entry.write(record, holding);
    } catch (IOException failure) {
      free.push(entry);
      throw failure;
    }
    return entry;
  }

  private MemorySegment newChunk() throws IOException {
    if (file == null) {
      return mapped.allocate(CHUNK_BYTES, Long.BYTES);
    }
    writeFully(file, ByteBuffer.allocate(CHUNK_BYTES), end(chunks));
    return map(file);
  }

  private MemorySegment map(FileChannel opened) throws IOException {
    return opened.map(FileChannel.MapMode.READ_WRITE, end(chunks), CHUNK_BYTES, mapped);
  }

  private List<Entry> addChunk(MemorySegment chunk) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < RECORDS_OF_CHUNK; i++) {
      entries.add(new Entry(chunk.asSlice((long) i * RECORD_BYTES, RECORD_BYTES)));
    }
    all.addAll(entries);
    chunks++;
    return entries;
  }

  private static void writeFully(FileChannel opened, ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      opened.write(bytes, at + bytes.position());
    }
  }

  private static long pack(Holding holding) {
    return COUNTS
        | ((holding.slots() & NUMBER_MASK) << (2 * NUMBER_BITS))
        | ((holding.own() & NUMBER_MASK) << NUMBER_BITS)
        | (holding.issued() & NUMBER_MASK);
  }

  private static Holding unpack(long claim, long packed) {
    return new Holding(
        claim,
        (int) ((packed >> (2 * NUMBER_BITS)) & NUMBER_MASK),
        (int) ((packed >> NUMBER_BITS) & NUMBER_MASK),
        (int) (packed & NUMBER_MASK));
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
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

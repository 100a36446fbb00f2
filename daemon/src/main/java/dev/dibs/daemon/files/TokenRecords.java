package dev.dibs.daemon.files;

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
import org.jspecify.annotations.Nullable;

/**
 * What outlives a daemon that is killed of who has which tokens: one record for each process that
 * ever took one, in a file mapped into memory. To remember a change is one store.
 *
 * <pre>
 *   file     header, 64 bytes: "dibs tokens 1 " and the boot's id; then records of 64 bytes
 *   record   0 word, 8 bytes: held, 16 bits, signed; bytes of the last operation, 8 bits; that
 *                    operation's number by 2, 39 bits; bit 63 is set while the record counts
 *            8 start of the process, 8 bytes, clock ticks since boot
 *           16 claim of the run, 8 bytes
 *           24 pid, 4 bytes
 *           32 what it polls on, 8 bytes; 0: nothing
 *           40 node of its own FIFO, 8 bytes; 0: it has none
 * </pre>
 *
 * <p>The kernel numbers requests by twos, so the lowest bit is not needed. An operation of more
 * than 255 bytes is remembered as one of 255: its caller sees a short one.
 *
 * <p>For the loop's thread only.
 */
public final class TokenRecords implements AutoCloseable {

  /** Most bytes that one operation counts. */
  static final int OPERATION_BYTES_MAX = 255;

  private static final String MAGIC = "dibs tokens 1 ";
  private static final int RECORD_BYTES = 64;
  private static final int RECORDS_OF_CHUNK = 256;
  private static final int CHUNK_BYTES = RECORD_BYTES * RECORDS_OF_CHUNK;

  private static final int START_AT = 8;
  private static final int CLAIM_AT = 16;
  private static final int PID_AT = 24;
  private static final int WATCH_AT = 32;
  private static final int NODE_AT = 40;

  private static final long COUNTS = 1L << 63;
  private static final int HELD_BITS = 16;
  private static final int COUNT_BITS = 8;
  private static final int NUMBER_BITS = 39;
  private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  /** The record of one process. */
  final class Entry {
    private final MemorySegment bytes;

    private Entry(MemorySegment bytes) {
      this.bytes = bytes;
    }

    /** Remembers what it has; numbers of operations are even, or negative for none. */
    void holds(int held, long operation, int count) {
      long number = operation < 0 ? 0 : (operation >>> 1) & NUMBER_MASK;
      int counted = operation < 0 ? 0 : Math.min(count, OPERATION_BYTES_MAX);
      long word =
          COUNTS
              | (number << (HELD_BITS + COUNT_BITS))
              | ((long) counted << HELD_BITS)
              | (held & 0xFFFFL);
      LONG.setRelease(bytes, 0L, word);
    }

    /** Remembers on what it polls. */
    void polls(long watch) {
      bytes.set(ValueLayout.JAVA_LONG, WATCH_AT, watch);
    }

    /** Remembers its own FIFO. */
    void has(long node) {
      bytes.set(ValueLayout.JAVA_LONG, NODE_AT, node);
    }

    /** The process is over. */
    void remove() {
      LONG.setRelease(bytes, 0L, 0L);
      free.push(this);
    }

    private boolean counts() {
      return ((long) LONG.getAcquire(bytes, 0L) & COUNTS) != 0;
    }

    private void write(long claim, int pid, long startTicks) {
      bytes.set(ValueLayout.JAVA_LONG, START_AT, startTicks);
      bytes.set(ValueLayout.JAVA_LONG, CLAIM_AT, claim);
      bytes.set(ValueLayout.JAVA_INT, PID_AT, pid);
      polls(0);
      has(0);
      holds(0, -1, 0);
    }

    private Found read() {
      long word = (long) LONG.getAcquire(bytes, 0L);
      int count = (int) (word >>> HELD_BITS) & OPERATION_BYTES_MAX;
      long number = (word >>> (HELD_BITS + COUNT_BITS)) & NUMBER_MASK;
      return new Found(
          this,
          bytes.get(ValueLayout.JAVA_LONG, CLAIM_AT),
          bytes.get(ValueLayout.JAVA_INT, PID_AT),
          bytes.get(ValueLayout.JAVA_LONG, START_AT),
          (short) word,
          count == 0 ? -1 : number << 1,
          count,
          bytes.get(ValueLayout.JAVA_LONG, WATCH_AT),
          bytes.get(ValueLayout.JAVA_LONG, NODE_AT));
    }
  }

  /**
   * A record that an earlier daemon left.
   *
   * @param held tokens in its hands and in its own FIFO
   * @param operation its read or write that was counted last, or -1
   * @param count how many bytes that moved
   */
  record Found(
      Entry entry,
      long claim,
      int pid,
      long startTicks,
      int held,
      long operation,
      int count,
      long watch,
      long node) {}

  private final @Nullable FileChannel file;
  private final Arena mapped = Arena.ofShared();
  private final List<Entry> all = new ArrayList<>();
  private final Deque<Entry> free = new ArrayDeque<>();
  private int chunks;

  private TokenRecords(@Nullable FileChannel file) {
    this.file = file;
  }

  /**
   * Opens the file, or makes it anew if it is of another boot or version. If it can be neither read
   * nor made, for the disk is full, then nothing is remembered.
   */
  public static TokenRecords open(Path path, String boot, Log log) {
    try {
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      TokenRecords records = new TokenRecords(file);
      records.load(file, header(boot));
      return records;
    } catch (IOException failure) {
      log.warn("A later daemon will not know who has which tokens: " + failure);
      return new TokenRecords(null);
    }
  }

  private static byte[] header(String boot) {
    return Arrays.copyOf((MAGIC + boot).getBytes(StandardCharsets.US_ASCII), RECORD_BYTES);
  }

  private void load(FileChannel opened, byte[] header) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(RECORD_BYTES);
    opened.read(start, 0);
    if (!Arrays.equals(start.array(), header)) {
      opened.truncate(0);
      writeFully(opened, ByteBuffer.wrap(header), 0);
    }
    while (opened.size() >= end(chunks + 1)) {
      addChunk(map(opened)).stream().filter(entry -> !entry.counts()).forEach(free::push);
    }
  }

  private static long end(int chunks) {
    return RECORD_BYTES + (long) chunks * CHUNK_BYTES;
  }

  /** The records that count. */
  List<Found> found() {
    return all.stream().filter(Entry::counts).map(Entry::read).toList();
  }

  /** A record for a process that has no tokens yet. */
  Entry add(long claim, int pid, long startTicks) throws IOException {
    if (free.isEmpty()) {
      addChunk(newChunk()).forEach(free::push);
    }
    Entry entry = free.pop();
    entry.write(claim, pid, startTicks);
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

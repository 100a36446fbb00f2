package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.records.MappedRecord;
import dev.dibs.daemon.records.MappedRecords;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * What outlives a daemon that is killed of who has which tokens: one record for each process that
 * ever took one ({@link MappedRecords}). To remember a change is one store.
 *
 * <pre>
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

  private static final int START_AT = 8;
  private static final int CLAIM_AT = 16;
  private static final int PID_AT = 24;
  private static final int WATCH_AT = 32;
  private static final int NODE_AT = 40;

  private static final long COUNTS = 1L << 63;
  private static final MappedRecords.Format FORMAT =
      new MappedRecords.Format("dibs tokens 1 ", 64, 256, COUNTS);

  private static final int HELD_BITS = 16;
  private static final int COUNT_BITS = 8;
  private static final int NUMBER_BITS = 39;
  private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

  /** The record of one process. */
  static final class Entry {
    private final MappedRecord record;
    private final MemorySegment bytes;

    private Entry(MappedRecord record) {
      this.record = record;
      this.bytes = record.bytes();
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
      record.store(word);
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
      record.remove();
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
      long word = record.word();
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

  private final MappedRecords records;

  private TokenRecords(MappedRecords records) {
    this.records = records;
  }

  /**
   * Opens the file, or makes it anew if it is of another boot or version. If it can be neither read
   * nor made, for the disk is full, then nothing is remembered.
   */
  public static TokenRecords open(Path path, String boot, Log log) {
    try {
      return new TokenRecords(MappedRecords.open(path, FORMAT, boot));
    } catch (IOException failure) {
      log.warn("A later daemon will not know who has which tokens: " + failure);
      return new TokenRecords(MappedRecords.inMemory(FORMAT));
    }
  }

  /** The records that count. */
  List<Found> found() {
    return records.counting().stream().map(Entry::new).map(Entry::read).toList();
  }

  /** A record for a process that has no tokens yet. */
  Entry add(long claim, int pid, long startTicks) throws IOException {
    Entry entry = new Entry(records.take());
    entry.write(claim, pid, startTicks);
    return entry;
  }

  @Override
  public void close() {
    records.close();
  }
}

package dev.dibs.daemon;

import dev.dibs.core.Holding;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.records.MappedRecord;
import dev.dibs.daemon.records.MappedRecords;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What outlives a daemon that is killed: one record for each granted claim ({@link MappedRecords}).
 * To remember a change is one store.
 *
 * <pre>
 *   record   0 holding, 8 bytes: bit 62 is set while the record counts; slots, own, issued, 20 bits each
 *            8 CRC-32 of what follows, 4 bytes
 *           12 length, 4 bytes
 *           16 {@link ClaimRecord}
 * </pre>
 *
 * <p>For the loop's thread only.
 */
final class ClaimRecords implements AutoCloseable {

  private static final int RECORD_BYTES = 768;
  private static final int RECORDS_OF_CHUNK = 64;

  private static final int CRC_AT = 8;
  private static final int LENGTH_AT = 12;
  private static final int BODY_AT = 16;
  private static final int BODY_BYTES_MAX = RECORD_BYTES - BODY_AT;

  private static final long COUNTS = 1L << 62;
  private static final MappedRecords.Format FORMAT =
      new MappedRecords.Format("dibs claims 1 ", RECORD_BYTES, RECORDS_OF_CHUNK, COUNTS);

  private static final int NUMBER_BITS = 20;
  private static final long NUMBER_MASK = (1 << NUMBER_BITS) - 1;

  /** The record of one claim. */
  static final class Entry {
    private final MappedRecord room;
    private final MemorySegment bytes;

    private Entry(MappedRecord room) {
      this.room = room;
      this.bytes = room.bytes();
    }

    /** Remembers what the claim holds now. */
    void holds(Holding holding) {
      room.store(pack(holding));
    }

    /** The claim is over. */
    void remove() {
      room.remove();
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
      return ClaimRecord.decode(body)
          .map(record -> new Found(this, record, unpack(record.id(), room.word())));
    }
  }

  /** A record that an earlier daemon left. */
  record Found(Entry entry, ClaimRecord record, Holding holding) {}

  private final MappedRecords records;

  private ClaimRecords(MappedRecords records) {
    this.records = records;
  }

  /**
   * Opens the file, or makes it anew if it is of another boot or version. If it can be neither read
   * nor made, for the disk is full, then nothing is remembered.
   */
  static ClaimRecords open(Path path, String boot, Log log) {
    try {
      MappedRecords records = MappedRecords.open(path, FORMAT, boot);
      if (records.replaced()) {
        log.warn("Records of claims of another boot or version are void");
      }
      return new ClaimRecords(records);
    } catch (IOException failure) {
      log.warn("A later daemon will know nothing of this one's claims: " + failure);
      return new ClaimRecords(MappedRecords.inMemory(FORMAT));
    }
  }

  /** The records that were left, in order of claims; called once, before anything is added. */
  List<Found> found(Log log) {
    List<Found> found = new ArrayList<>();
    for (MappedRecord room : records.counting()) {
      Entry entry = new Entry(room);
      entry.read().ifPresentOrElse(found::add, () -> isVoid(entry, log));
    }
    found.sort((a, b) -> Long.compare(a.record.id(), b.record.id()));
    return found;
  }

  private static void isVoid(Entry entry, Log log) {
    log.warn("A record of a claim is damaged and void");
    entry.remove();
  }

  /**
   * Remembers a claim.
   *
   * @throws IOException if there is no room: a full disk, a request too long
   */
  Entry add(ClaimRecord record, Holding holding) throws IOException {
    Entry entry = new Entry(records.take());
    try {
      entry.write(record, holding);
    } catch (IOException failure) {
      entry.remove();
      throw failure;
    }
    return entry;
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
    records.close();
  }
}

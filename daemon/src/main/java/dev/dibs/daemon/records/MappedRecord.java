package dev.dibs.daemon.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One record of {@link MappedRecords}. Its first 8 bytes are its word, which says whether it counts
 * and is stored at once; the rest is its owner's, in the machine's byte order.
 */
public final class MappedRecord {

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final MappedRecords owner;
  private final MemorySegment bytes;

  MappedRecord(MappedRecords owner, MemorySegment bytes) {
    this.owner = owner;
    this.bytes = bytes;
  }

  /** All of it, the word included. */
  public MemorySegment bytes() {
    return bytes;
  }

  /** Its word. */
  public long word() {
    return (long) WORD.getAcquire(bytes, 0L);
  }

  /** Stores its word, after all that was stored before. */
  public void store(long word) {
    WORD.setRelease(bytes, 0L, word);
  }

  /** It counts no more, and another may have its room. To be called once. */
  public void remove() {
    store(0);
    owner.free(this);
  }
}

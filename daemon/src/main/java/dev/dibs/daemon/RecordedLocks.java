package dev.dibs.daemon;

import dev.dibs.core.Holding;
import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.files.Dispatcher;
import dev.dibs.daemon.files.LockFiles;
import dev.dibs.daemon.files.LockRecords;
import dev.dibs.daemon.loop.Log;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks among the records of claims: a record whose request is {@code lock}, the open request's
 * number, the mode and the name, joined by {@link RequestLine#SEPARATOR}. They hold no slots.
 */
final class RecordedLocks implements LockRecords {

  private static final String VERB = "lock";
  private static final int FIELDS = 4;

  private final ClaimRecords records;
  private final LongSupplier ids;
  private final LongSupplier epochMs;
  private final Log log;

  RecordedLocks(ClaimRecords records, LongSupplier ids, LongSupplier epochMs, Log log) {
    this.records = records;
    this.ids = ids;
    this.epochMs = epochMs;
    this.log = log;
  }

  @Override
  public long newHolder() {
    return ids.getAsLong();
  }

  @Override
  public @Nullable Entry add(HeldLock lock) {
    String request =
        String.join(
            RequestLine.SEPARATOR,
            VERB,
            Long.toString(lock.request()),
            lock.mode().name(),
            lock.name());
    ClaimRecord record =
        new ClaimRecord(
            lock.holder(),
            lock.pid(),
            0,
            epochMs.getAsLong(),
            null,
            null,
            false,
            null,
            PoolName.CPU,
            request);
    try {
      return records.add(record, new Holding(lock.holder(), 0, 0, 0))::remove;
    } catch (IOException failure) {
      log.warn("A lock will be unknown to a later daemon: " + failure);
      return null;
    }
  }

  /** Whether a record is of a lock. */
  static boolean isOne(ClaimRecords.Found found) {
    return found.record().request().startsWith(VERB + RequestLine.SEPARATOR);
  }

  /**
   * Takes over a lock that an earlier daemon granted.
   *
   * @throws IllegalArgumentException if the record makes no sense
   */
  static void adopt(ClaimRecords.Found found, LockFiles locks, Dispatcher dispatcher) {
    ClaimRecord record = found.record();
    String[] fields = record.request().split(RequestLine.SEPARATOR, FIELDS);
    if (fields.length < FIELDS) {
      throw new IllegalArgumentException("no lock: " + record.request());
    }
    HeldLock lock =
        new HeldLock(
            record.id(),
            record.pid(),
            Long.parseLong(fields[1]),
            LockMode.valueOf(fields[2]),
            fields[3]);
    dispatcher.adopt(locks.adopt(lock, found.entry()::remove), lock.request());
  }
}

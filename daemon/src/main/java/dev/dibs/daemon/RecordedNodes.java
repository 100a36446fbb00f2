package dev.dibs.daemon;

import dev.dibs.core.Holding;
import dev.dibs.daemon.files.NodeRecords;
import dev.dibs.daemon.files.Tree;
import dev.dibs.daemon.loop.Log;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Nodes for which somebody waits, among the records of claims: a record whose request is {@code
 * node}, its number and its path, joined by {@link RequestLine#SEPARATOR}.
 */
final class RecordedNodes implements NodeRecords {

  private static final String VERB = "node";
  private static final int FIELDS = 3;

  private final ClaimRecords records;
  private final LongSupplier ids;
  private final Log log;

  RecordedNodes(ClaimRecords records, LongSupplier ids, Log log) {
    this.records = records;
    this.ids = ids;
    this.log = log;
  }

  @Override
  public @Nullable Entry add(long number, String path) {
    String request = String.join(RequestLine.SEPARATOR, VERB, Long.toString(number), path);
    long id = ids.getAsLong();
    ClaimRecord record =
        new ClaimRecord(id, 0, 0, 0, null, null, false, null, PoolName.CPU, request);
    try {
      return records.add(record, new Holding(id, 0, 0, 0))::remove;
    } catch (IOException failure) {
      log.warn("Who waits for a file may have to open it again: " + failure);
      return null;
    }
  }

  /** Whether a record is of a node. */
  static boolean isOne(ClaimRecords.Found found) {
    return found.record().request().startsWith(VERB + RequestLine.SEPARATOR);
  }

  /**
   * Has a node of which this daemon will be asked; it is remembered anew when somebody waits again.
   *
   * @throws IllegalArgumentException if the record makes no sense
   */
  static void recall(ClaimRecords.Found found, Tree tree) {
    String[] fields = found.record().request().split(RequestLine.SEPARATOR, FIELDS);
    if (fields.length < FIELDS) {
      throw new IllegalArgumentException("no node: " + found.record().request());
    }
    tree.recall(Long.parseLong(fields[1]), fields[2]);
  }
}

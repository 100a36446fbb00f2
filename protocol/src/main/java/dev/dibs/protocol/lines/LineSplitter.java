package dev.dibs.protocol.lines;

import java.util.Arrays;

/**
 * Bytes to lines: in any pieces in, whole lines out. What is kept of a line that is not complete is
 * bounded by {@link #BYTES_MAX}; a longer line is thrown away up to its end, and said once. One
 * thread at a time.
 */
public final class LineSplitter {

  /** Most bytes of a line, with its newline: 10,000 names of four hundred bytes. */
  public static final int BYTES_MAX = 4 << 20;

  private static final int ROOM_AT_FIRST = 256;

  /** Told of each line in turn. */
  public interface Taker {
    /** A line without its newline: so many bytes from an offset, to be read before it returns. */
    void line(byte[] bytes, int from, int length);

    /** A line is longer than may be; nothing more comes of it. */
    void overlong();
  }

  private byte[] partial = {};
  private int length;
  private boolean skipping;

  /** Takes what came, and tells of each line that it completes. */
  public void accept(byte[] bytes, int from, int to, Taker taker) {
    int begin = from;
    for (int at = from; at < to; at++) {
      if (bytes[at] == '\n') {
        complete(bytes, begin, at, taker);
        begin = at + 1;
      }
    }
    keep(bytes, begin, to, taker);
  }

  /** How many bytes lie here of a line that is not complete. */
  public int kept() {
    return partial.length;
  }

  private void complete(byte[] bytes, int begin, int end, Taker taker) {
    if (skipping) {
      skipping = false;
    } else if (length == 0) {
      taker.line(bytes, begin, end - begin);
    } else {
      keep(bytes, begin, end, taker);
      tellKept(taker);
    }
  }

  private void tellKept(Taker taker) {
    byte[] whole = partial;
    int bytes = length;
    partial = new byte[] {};
    length = 0;
    if (!skipping) {
      taker.line(whole, 0, bytes);
    }
    skipping = false;
  }

  private void keep(byte[] bytes, int begin, int end, Taker taker) {
    int more = end - begin;
    if (skipping || more == 0) {
      return;
    }
    if (length + more >= BYTES_MAX) { // its newline counts
      skipping = true;
      partial = new byte[] {};
      length = 0;
      taker.overlong();
      return;
    }
    if (length + more > partial.length) {
      int room = Math.max(length + more, Math.max(ROOM_AT_FIRST, 2 * partial.length));
      partial = Arrays.copyOf(partial, Math.min(room, BYTES_MAX));
    }
    System.arraycopy(bytes, begin, partial, length, more);
    length += more;
  }
}

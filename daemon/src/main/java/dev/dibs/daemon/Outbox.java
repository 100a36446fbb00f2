package dev.dibs.daemon;

import dev.dibs.host.OsException;
import dev.dibs.host.StreamSocket;
import java.util.Arrays;

/** What a peer has not read yet and its socket has no room for: bounded, and never waited for. */
final class Outbox {

  /** More than a client can have asked for. One that lets this much lie does not read at all. */
  private static final int BYTES_MAX = 3 * 4096;

  /** In line mode: {@link LockLines#OPEN_MAX} grants, or some hundred long refusals. */
  private static final int LINES_BYTES_MAX = 256 * 1024;

  private static final int BYTES_AT_FIRST = 4;

  private byte[] bytes = new byte[BYTES_AT_FIRST];
  private int length;

  /**
   * Adds a byte.
   *
   * @return false if there is no room for it
   */
  boolean add(byte next) {
    if (length == BYTES_MAX) {
      return false;
    }
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(2 * length, BYTES_MAX));
    }
    bytes[length++] = next;
    return true;
  }

  /**
   * Adds a line.
   *
   * @return false if there is no room for it
   */
  boolean add(byte[] line) {
    int needed = length + line.length;
    if (needed > LINES_BYTES_MAX) {
      return false;
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(2 * bytes.length, LINES_BYTES_MAX)));
    }
    System.arraycopy(line, 0, bytes, length, line.length);
    length = needed;
    return true;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** How many bytes of memory it takes. */
  int room() {
    return bytes.length;
  }

  /** Sends what the socket takes now. */
  void flush(StreamSocket socket) throws OsException {
    if (length > 0) {
      int sent = socket.write(bytes, 0, length);
      System.arraycopy(bytes, sent, bytes, 0, length - sent);
      length -= sent;
      shrink();
    }
  }

  /** Whoever did not listen for a while is not remembered for it. */
  private void shrink() {
    if (length == 0 && bytes.length > BYTES_MAX) {
      bytes = new byte[BYTES_AT_FIRST];
    }
  }
}

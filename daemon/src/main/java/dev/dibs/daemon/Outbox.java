package dev.dibs.daemon;

import dev.dibs.host.OsException;
import dev.dibs.host.StreamSocket;
import java.util.Arrays;

/** What a peer has not read yet and its socket has no room for: bounded, and never waited for. */
final class Outbox {

  /** More than a client can have asked for. One that lets this much lie does not read at all. */
  private static final int BYTES_MAX = 3 * 4096;

  private byte[] bytes = new byte[4];
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

  boolean isEmpty() {
    return length == 0;
  }

  /** Sends what the socket takes now. */
  void flush(StreamSocket socket) throws OsException {
    if (length > 0) {
      int sent = socket.write(bytes, 0, length);
      System.arraycopy(bytes, sent, bytes, 0, length - sent);
      length -= sent;
    }
  }
}

package dev.dibs.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of the control FIFO to lines. Empty lines are left out (every request begins with a
 * newline, which ends what somebody left half-written), and so are lines longer than {@link
 * RequestLine#BYTES_MAX}: whoever writes garbage loses only the garbage.
 */
public final class Lines {

  private final byte[] partial = new byte[RequestLine.BYTES_MAX];
  private int length;
  private boolean overlong;

  /** The lines that these bytes complete, without their newlines. */
  public List<String> accept(byte[] bytes, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (bytes[i] == '\n') {
        complete(lines);
      } else {
        append(bytes[i]);
      }
    }
    return lines;
  }

  private void append(byte value) {
    if (length < partial.length) {
      partial[length++] = value;
    } else {
      overlong = true;
    }
  }

  private void complete(List<String> lines) {
    if (length > 0 && !overlong) {
      lines.add(new String(partial, 0, length, StandardCharsets.UTF_8));
    }
    length = 0;
    overlong = false;
  }
}

package dev.dibs.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The environment that a process was started with, as bytes: {@code NAME=VALUE} entries, each ended
 * by a NUL. Values may be in any encoding; nothing is decoded before somebody asks for it.
 */
public final class EnvironmentBlock {

  private final byte[] bytes;

  /** A block of these bytes, which nobody changes from now on. */
  EnvironmentBlock(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The value of the first entry of that name, read as UTF-8. */
  public Optional<String> get(String name) {
    return bytes(name).map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** The value of the first entry of that name. */
  public Optional<byte[]> bytes(String name) {
    byte[] start = utf8(name + "=");
    for (int at = 0; at < bytes.length; at = next(at)) {
      if (startsWith(start, at)) {
        int from = at + start.length;
        return Optional.of(Arrays.copyOfRange(bytes, from, end(at)));
      }
    }
    return Optional.empty();
  }

  /**
   * The entries, {@code NAME=VALUE} without the NUL, that a POSIX shell may drop from its
   * environment, since it can't keep them as variables: those whose name is not a letter or
   * underscore followed by letters, digits and underscores, such as {@code a.b} or {@code
   * BASH_FUNC_f%%}. Entries without a name or without {@code =} are not among them: {@code env}
   * can't set those either.
   */
  public List<byte[]> unfitForShell() {
    List<byte[]> unfit = new ArrayList<>();
    for (int at = 0; at < bytes.length; at = next(at)) {
      int nameEnd = nameEnd(at);
      if (nameEnd > at && nameEnd < end(at) && !isShellName(at, nameEnd)) {
        unfit.add(Arrays.copyOfRange(bytes, at, end(at)));
      }
    }
    return unfit;
  }

  /** Its size in bytes. */
  public int length() {
    return bytes.length;
  }

  private boolean startsWith(byte[] start, int at) {
    return at + start.length <= bytes.length
        && Arrays.equals(bytes, at, at + start.length, start, 0, start.length);
  }

  private int next(int at) {
    return end(at) + 1;
  }

  private int end(int at) {
    return find((byte) 0, at, bytes.length);
  }

  private int nameEnd(int at) {
    return find((byte) '=', at, end(at));
  }

  private int find(byte wanted, int from, int limit) {
    int at = from;
    while (at < limit && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private boolean isShellName(int from, int to) {
    if (isDigit(bytes[from])) {
      return false;
    }
    for (int at = from; at < to; at++) {
      if (!isLetterOrUnderscore(bytes[at]) && !isDigit(bytes[at])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrUnderscore(byte c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

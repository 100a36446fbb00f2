package dev.dibs.locks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where a lock is in the files {@code ranges} and {@code turns} of a lock directory, which have no
 * content.
 *
 * <pre>
 *   ranges: position      the lock, {@link #LENGTH} bytes: who has both exclusively holds the lock
 *           position + 1  exclusively, who has one of them or both shared holds it shared
 *   turns:  position      the turnstile: whoever waits locks it, exclusively, on the way to the lock
 * </pre>
 *
 * <p>Rule: byte {@code position + 1} is locked exclusively only by who has {@code position}
 * exclusively, or both at once.
 *
 * @param position the first 8 bytes of SHA-256 over {@code "dibs lock"}, a zero byte and the name
 *     in UTF-8, big-endian, without the highest and the lowest bit; below {@value #RESERVED} it is
 *     {@value #RESERVED} more
 */
public record LockRange(long position) {

  /** Bytes of the lock itself. */
  public static final int LENGTH = 2;

  /** The first positions mean no name. */
  static final int RESERVED = 1024;

  private static final byte[] PREFIX = "dibs lock\0".getBytes(StandardCharsets.US_ASCII);
  private static final long MASK = Long.MAX_VALUE & ~1L;

  /** That of a lock's name. */
  public static LockRange of(String name) {
    MessageDigest sha = sha256();
    sha.update(PREFIX);
    sha.update(name.getBytes(StandardCharsets.UTF_8));
    long position = ByteBuffer.wrap(sha.digest()).getLong() & MASK;
    return new LockRange(position < RESERVED ? position + RESERVED : position);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("BUG: every Java platform has SHA-256", impossible);
    }
  }
}

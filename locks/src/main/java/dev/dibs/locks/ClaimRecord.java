package dev.dibs.locks;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who claims a lock, as it stands in the name of an empty file of the socket mechanism.
 *
 * <pre>
 *   PORT-NONCE-PID-START-NETWORK-SPACE-BOOT-MACHINE
 *   40123-9f0c...(32)-4711-123456-4026531840-1b2c3d4e-00112233aabbccdd-5e6f7a8b     at most 116 bytes
 * </pre>
 *
 * @param port where its process listens, on 127.0.0.1
 * @param nonce 32 hexadecimal digits, for this claim alone and never again
 * @param process which process it is
 */
record ClaimRecord(int port, String nonce, ProcessIdentity process) {

  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{1,5})-([0-9a-f]{32})-(\\d{1,10})-(\\d{1,18})-(\\d{1,10})"
              + "-([0-9a-f]{8})-([0-9a-f]{16})-([0-9a-f]{8})");

  /** The name of its file. */
  String fileName() {
    return String.join(
        "-",
        Integer.toString(port),
        nonce,
        Long.toString(process.pid()),
        Long.toString(process.start()),
        process.network(),
        process.space(),
        process.boot(),
        process.machine());
  }

  /** What a file's name says; nothing if it is none of ours. */
  static Optional<ClaimRecord> parse(String fileName) {
    Matcher matcher = FORM.matcher(fileName);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > 0xFFFF) {
      return Optional.empty();
    }
    ProcessIdentity process =
        new ProcessIdentity(
            Long.parseLong(matcher.group(3)),
            Long.parseLong(matcher.group(4)),
            matcher.group(5),
            matcher.group(6),
            matcher.group(7),
            matcher.group(8));
    return Optional.of(
        new ClaimRecord(Integer.parseInt(matcher.group(1)), matcher.group(2), process));
  }

  byte[] nonceBytes() {
    return HexFormat.of().parseHex(nonce);
  }
}

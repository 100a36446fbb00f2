package dev.dibs.locks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a waiter and the process of a claim say to each other.
 *
 * <pre>
 *   ask      "dibslck1"  TICKET (16)  CHALLENGE (16)
 *   answer   'o' PROOF (32)    held, and its owner goes on with it
 *            'p' PROOF (32)    held, by somebody who is only passing
 *            'n'               nothing of that ticket is held here; the connection ends
 *   later    'o'               from now on it is an owner
 *            'f'               it is over, and it is your turn to look: hang up when you have looked
 *
 *   TICKET = SHA-256("dibs ticket" NONCE), first half        PROOF = SHA-256("dibs proof" KIND NONCE CHALLENGE)
 * </pre>
 *
 * <p>The nonce stands in the directory, which only its owner can read, and never goes over the
 * wire: so who answers with the proof made the record, and who only listens at its port, or says
 * what he heard, can't.
 */
final class ClaimProtocol {

  static final byte OWNED = 'o';
  static final byte PASSING = 'p';
  static final byte NONE = 'n';
  static final byte FREE = 'f';

  static final int HALF = 16;
  static final int PROOF_BYTES = 32;
  private static final byte[] MAGIC = ascii("dibslck1");
  static final int ASK_BYTES = 8 + HALF + HALF;

  private ClaimProtocol() {}

  /** Of an ask, what it is about; empty if it is none. */
  static String ticketIn(byte[] ask) {
    boolean ours = Arrays.equals(ask, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    return ours ? HexFormat.of().formatHex(ask, MAGIC.length, MAGIC.length + HALF) : "";
  }

  static byte[] challengeIn(byte[] ask) {
    return Arrays.copyOfRange(ask, MAGIC.length + HALF, ASK_BYTES);
  }

  static ByteBuffer ask(byte[] nonce, byte[] challenge) {
    byte[] ticket = sha256(ascii("dibs ticket"), nonce);
    return ByteBuffer.allocate(ASK_BYTES).put(MAGIC).put(ticket, 0, HALF).put(challenge).flip();
  }

  static ByteBuffer answer(byte kind, byte[] nonce, byte[] challenge) {
    return ByteBuffer.allocate(1 + PROOF_BYTES).put(kind).put(proof(kind, nonce, challenge)).flip();
  }

  static byte[] proof(byte kind, byte[] nonce, byte[] challenge) {
    return sha256(ascii("dibs proof"), new byte[] {kind}, nonce, challenge);
  }

  static String ticket(byte[] nonce) {
    return HexFormat.of().formatHex(sha256(ascii("dibs ticket"), nonce), 0, HALF);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha.update(part);
      }
      return sha.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("BUG: every Java platform has SHA-256", impossible);
    }
  }
}

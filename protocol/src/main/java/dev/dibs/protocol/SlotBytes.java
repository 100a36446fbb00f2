package dev.dibs.protocol;

/**
 * The books of one connection in byte mode (docs/protocol.md): what each byte from its client
 * means. Every {@code +} from the client is answered by one byte, {@code +} when it is granted or
 * {@code -} when it was withdrawn, so that both sides know at any time what the other one has.
 *
 * <pre>
 *            from the client: +                granted: + to the client
 *   nothing ------------------&gt; waiting --------------------------------&gt; held
 *      ^                          |                                         |
 *      +---- - and none is held --+                                         |
 *      +--------------------------------------------------- - --------------+
 * </pre>
 */
public final class SlotBytes {

  /** Asks for a slot or, to the client, is one. */
  public static final byte PLUS = '+';

  /** Returns a slot or, to the client, says that a request was withdrawn. */
  public static final byte MINUS = '-';

  /** Most slots that a connection may hold and wait for. */
  public static final int OPEN_MAX = 4096;

  /** What a byte meant. */
  public enum Meaning {
    /** One more slot is waited for. */
    ASKED,
    /** One slot less is held. */
    RETURNED,
    /** One slot less is waited for, and none was held. */
    WITHDRAWN,
    /** It is an error: {@link #refusal} says which. Nothing changed. */
    REFUSED
  }

  private int waiting;
  private int held;

  /** Takes a byte from the client. */
  public Meaning take(byte fromClient) {
    return switch (fromClient) {
      case PLUS -> ask();
      case MINUS -> giveBack();
      default -> Meaning.REFUSED;
    };
  }

  private Meaning ask() {
    if (waiting + held == OPEN_MAX) {
      return Meaning.REFUSED;
    }
    waiting++;
    return Meaning.ASKED;
  }

  private Meaning giveBack() {
    if (held > 0) {
      held--;
      return Meaning.RETURNED;
    }
    if (waiting > 0) {
      waiting--;
      return Meaning.WITHDRAWN;
    }
    return Meaning.REFUSED;
  }

  /**
   * One of the slots that are waited for is held from now on.
   *
   * @throws IllegalStateException if none is waited for
   */
  public void granted() {
    if (waiting == 0) {
      throw new IllegalStateException("BUG: a slot for a connection that asked for none");
    }
    waiting--;
    held++;
  }

  /** How many slots are waited for. */
  public int waiting() {
    return waiting;
  }

  /** How many slots are held. */
  public int held() {
    return held;
  }

  /** The last line to a client whose byte was refused, with its newline. */
  public static String refusal(byte fromClient) {
    return switch (fromClient) {
      case PLUS -> "!more than " + OPEN_MAX + " slots at once\n";
      case MINUS -> "!a slot returned that was neither granted nor asked for\n";
      default -> "!byte %d is neither + nor -\n".formatted(Byte.toUnsignedInt(fromClient));
    };
  }
}

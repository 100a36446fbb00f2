package dev.dibs.locks;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A waiter's connection to whoever listens at the port of a claim. It may be anybody; what he says
 * is taken for nothing more than it proves.
 *
 * <p>Used by one thread, which blocks and may be interrupted.
 */
final class ClaimConnection implements AutoCloseable {

  /** What was heard. */
  enum Word {
    /** It is held, and proven: by an owner, or by somebody who is passing. */
    OWNED,
    PASSING,
    /** It is not held by the process at that port. */
    NONE,
    /** It was held, and is over. */
    FREE,
    /** Nobody listens at that port. */
    REFUSED,
    /** Nothing that the claim's process would say. */
    STRANGE,
    /** The connection ended. */
    END,
    /** Nothing within the time. */
    SILENCE
  }

  private final SocketChannel channel;
  private final byte[] nonce;
  private final byte[] challenge = new byte[ClaimProtocol.HALF];
  private final byte[] answer = new byte[1 + ClaimProtocol.PROOF_BYTES];
  private int answered; // bytes
  private @Nullable Word beforeAll;

  private ClaimConnection(SocketChannel channel, ClaimRecord record) {
    this.channel = channel;
    this.nonce = record.nonceBytes();
    ThreadLocalRandom.current().nextBytes(challenge); // new each time is all that it must be
  }

  /**
   * Connects and asks; what comes of it, {@link #listen} tells.
   *
   * @throws IOException if this process has no descriptors left
   */
  static ClaimConnection open(ClaimRecord record, Duration time)
      throws IOException, InterruptedException {
    ClaimConnection connection = new ClaimConnection(SocketChannel.open(), record);
    try {
      connection.beforeAll = connection.ask(record.port(), time);
      return connection;
    } catch (InterruptedException | RuntimeException | Error unexpected) {
      connection.close();
      throw unexpected;
    }
  }

  private @Nullable Word ask(int port, Duration time) throws InterruptedException {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port in TIME_WAIT
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(new InetSocketAddress(ClaimListener.loopback(), port), millis(time));
    } catch (ConnectException refused) {
      checkInterrupted();
      return Word.REFUSED;
    } catch (IOException ours) { // late, or no port is left for us: it says nothing of them
      checkInterrupted();
      return Word.SILENCE;
    }
    try {
      if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
        return Word.REFUSED; // with nobody there, TCP may connect a port to itself
      }
      channel.write(ClaimProtocol.ask(nonce, challenge));
      return null;
    } catch (IOException hungUp) {
      checkInterrupted();
      return Word.END;
    }
  }

  /** The next word, or {@code SILENCE} if there is none within the time. */
  Word listen(Duration time) throws InterruptedException {
    if (beforeAll != null) {
      return beforeAll;
    }
    long endNs = System.nanoTime() + time.toNanos();
    while (true) {
      try {
        int read = read(Duration.ofNanos(endNs - System.nanoTime()));
        if (read < 0) {
          return Word.END;
        }
        answered += read;
        Word word = meaning();
        if (word != null) {
          return word;
        }
      } catch (SocketTimeoutException silence) {
        return Word.SILENCE;
      } catch (IOException broken) {
        checkInterrupted();
        return Word.END;
      }
    }
  }

  /** Whether it goes on: there was a connection, and nothing that ended it. */
  boolean isOpen() {
    return beforeAll == null && channel.isOpen();
  }

  private int read(Duration time) throws IOException {
    channel.socket().setSoTimeout(millis(time));
    InputStream in = channel.socket().getInputStream();
    return in.read(
        answer, isAnswered() ? 0 : answered, isAnswered() ? 1 : answer.length - answered);
  }

  private boolean isAnswered() {
    return answered >= answer.length;
  }

  private @Nullable Word meaning() {
    if (answered > answer.length) {
      return switch (answer[0]) {
        case ClaimProtocol.FREE -> Word.FREE;
        case ClaimProtocol.OWNED -> Word.OWNED;
        default -> Word.STRANGE;
      };
    }
    byte kind = answer[0];
    if (kind == ClaimProtocol.NONE) {
      return Word.NONE;
    }
    if (kind != ClaimProtocol.OWNED && kind != ClaimProtocol.PASSING) {
      return Word.STRANGE;
    }
    if (!isAnswered()) {
      return null;
    }
    return isProven(kind) ? kind == ClaimProtocol.OWNED ? Word.OWNED : Word.PASSING : Word.STRANGE;
  }

  private boolean isProven(byte kind) {
    byte[] proof = Arrays.copyOfRange(answer, 1, answer.length);
    return MessageDigest.isEqual(proof, ClaimProtocol.proof(kind, nonce, challenge));
  }

  /** An interrupt ends the connection, and the exception does not say so. */
  private static void checkInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private static int millis(Duration time) {
    return (int) Math.max(1, Math.min(time.toMillis() + 1, Integer.MAX_VALUE));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException gone) {
      // nothing of it is needed any more
    }
  }
}

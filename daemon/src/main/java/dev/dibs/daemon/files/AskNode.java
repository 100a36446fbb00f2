package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A request, asked when it is opened. Each lookup makes another, so the size that is shown is that
 * of the answer: bash reads no more of a file than that.
 *
 * <p>The kernel is given the answer with the open, for each request that the asker waits for wakes
 * two processes. It is told a size before the answer is known, so a short answer has empty lines at
 * its end; by a longer one the file grows.
 */
final class AskNode implements FileNode {

  static final int MODE = 0400;

  /** Bytes; longer than an answer usually is, for a file that grew is asked for its size. */
  private static final int SIZE = 1024;

  private final String line;
  private final FuseAttributes attributes;
  private final Asks asks;
  private int size = SIZE;
  private boolean asked;

  AskNode(String line, FuseAttributes attributes, Asks asks) {
    this.line = line;
    this.attributes = attributes.withValidS(Stamp.FOR_EVER_S);
    this.asks = asks;
  }

  @Override
  public FuseAttributes attributes() {
    return attributes.withSize(size);
  }

  @Override
  public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
    if (!request.readsOnly()) {
      reply.fail(Errno.EACCES);
      return;
    }
    try {
      Optional<Caller> caller = Caller.of(request.header().thread());
      if (caller.isEmpty()) {
        reply.fail(Errno.EACCES);
        return;
      }
      String text = asks.answer(line, caller.get().pid(), request.header().resent());
      byte[] answer = padded(text.getBytes(StandardCharsets.UTF_8));
      size = answer.length;
      boolean first = !asked;
      asked = true;
      reply.answer(new TextFile(number(), answer, first));
    } catch (OsException failure) {
      reply.fail(Errno.EIO);
    }
  }

  private static byte[] padded(byte[] text) {
    byte[] answer = Arrays.copyOf(text, Math.max(text.length, SIZE));
    Arrays.fill(answer, text.length, answer.length, (byte) '\n');
    return answer;
  }
}

package dev.dibs.daemon;

import dev.dibs.host.Epoll;
import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process behind a request, held by a pidfd, and its reply FIFO. A number in a control line
 * proves nothing: the process counts as the asker because it, itself, has the reply FIFO of its pid
 * open ({@code /proc/PID/fd/4}), looked at after the pidfd was opened, so that the number can't
 * have changed hands.
 */
final class Asker implements Holder {

  /** Where a launcher has its reply FIFO open (docs/control.md). */
  private static final int REPLY_DESCRIPTOR = 4;

  private final int pid;
  private final Path replyPath;
  private final Pidfd pidfd;
  private final Fifo reply;
  private EventLoop.@Nullable Watch endWatch;

  private Asker(int pid, Path replyPath, Pidfd pidfd, Fifo reply) {
    this.pid = pid;
    this.replyPath = replyPath;
    this.pidfd = pidfd;
    this.reply = reply;
  }

  /**
   * The asker with this pid, or nothing when there is no such process, it does not wait on its
   * reply FIFO, or that FIFO can't be opened.
   */
  static Optional<Asker> of(int pid, Layout layout) {
    Path replyPath = layout.reply(pid);
    Pidfd pidfd;
    try {
      pidfd = Pidfd.open(pid);
    } catch (OsException gone) {
      return Optional.empty();
    }
    try {
      if (waitsOn(pid, replyPath)) {
        return Optional.of(new Asker(pid, replyPath, pidfd, Fifo.openForWriting(replyPath)));
      }
    } catch (OsException gone) {
      pidfd.close();
      return Optional.empty();
    }
    pidfd.close();
    return Optional.empty();
  }

  private static boolean waitsOn(int pid, Path replyPath) throws OsException {
    return Proc.descriptorTarget(pid, REPLY_DESCRIPTOR)
        .filter(target -> target.equals(replyPath.toString()))
        .isPresent();
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public void watchEnd(EventLoop loop, Runnable ended) throws IOException {
    endWatch = loop.watch(pidfd.descriptor(), Epoll.IN, events -> ended.run());
  }

  @Override
  public void unwatchEnd() {
    if (endWatch != null) {
      endWatch.close();
      endWatch = null;
    }
  }

  @Override
  public boolean hasEnded() throws OsException {
    return pidfd.exited();
  }

  /** Writes a line to the asker; with the last one the FIFO's name goes. */
  @Override
  public boolean answer(Answer answer) {
    boolean arrived = write(answer.line());
    if (answer.last()) {
      reply.close();
      Leftovers.deleteQuietly(replyPath);
    }
    return arrived;
  }

  private boolean write(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      return reply.write(bytes) == bytes.length;
    } catch (OsException nobodyReads) {
      return false;
    }
  }

  @Override
  public void close() {
    unwatchEnd();
    reply.close();
    pidfd.close();
    Leftovers.deleteQuietly(replyPath);
  }
}

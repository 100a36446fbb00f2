package dev.dibs.daemon;

import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.protocol.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process behind a request, held by a pidfd, and its reply FIFO. A number in a control line
 * proves nothing: the process counts as the asker because it, itself, has the reply FIFO of its pid
 * open ({@code /proc/PID/fd/4}), looked at after the pidfd was opened, so that the number can't
 * have changed hands.
 */
final class Asker extends ProcessHolder {

  /** Where a launcher has its reply FIFO open (docs/control.md). */
  private static final int REPLY_DESCRIPTOR = 4;

  private final Path replyPath;
  private final Fifo reply;
  private boolean nameRemoved;

  private Asker(HeldProcess process, String request, Path replyPath, Fifo reply) {
    super(process, request);
    this.replyPath = replyPath;
    this.reply = reply;
  }

  /**
   * The asker with this pid and request, or nothing when there is no such process, it does not wait
   * on its reply FIFO, or that FIFO can't be opened.
   */
  static Optional<Asker> of(int pid, String request, Layout layout) {
    Path replyPath = layout.reply(pid);
    HeldProcess process;
    try {
      process = new HeldProcess(pid);
    } catch (OsException gone) {
      return Optional.empty();
    }
    try {
      if (waitsOn(pid, replyPath)) {
        return Optional.of(new Asker(process, request, replyPath, Fifo.openForWriting(replyPath)));
      }
    } catch (OsException gone) {
      process.close();
      return Optional.empty();
    }
    process.close();
    return Optional.empty();
  }

  private static boolean waitsOn(int pid, Path replyPath) throws OsException {
    return Proc.descriptorTarget(pid, REPLY_DESCRIPTOR)
        .filter(target -> target.equals(replyPath.toString()))
        .isPresent();
  }

  /**
   * Writes a line to the asker; before the last one the FIFO's name goes, for who has heard that
   * may ask anew by a FIFO of the same name.
   */
  @Override
  public boolean answer(Answer answer) {
    if (answer instanceof Answer.Waiting && hasUnread()) {
      return true; // it is stopped, or slow: what it hears next is to be new, and its FIFO never
      // full
    }
    if (!answer.last()) {
      return write(answer.line());
    }
    removeName();
    boolean arrived = write(answer.line());
    reply.close();
    return arrived;
  }

  private boolean hasUnread() {
    try {
      return reply.unread() > 0;
    } catch (OsException gone) {
      return false;
    }
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
    reply.close();
    super.close();
    removeName();
  }

  private void removeName() {
    if (!nameRemoved) {
      nameRemoved = true;
      Leftovers.deleteQuietly(replyPath);
    }
  }
}

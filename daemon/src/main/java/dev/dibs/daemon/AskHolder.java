package dev.dibs.daemon;

import dev.dibs.host.OsException;
import dev.dibs.protocol.Answer;

/**
 * A launcher that asks by opening a file: its process, held by a pidfd. It hears one answer, when
 * the file is open.
 */
final class AskHolder extends ProcessHolder {

  private Answer heard = new Answer.Queued();

  /**
   * @throws OsException if there is no such process
   */
  AskHolder(int pid, String request) throws OsException {
    super(new HeldProcess(pid), request);
  }

  /** What it was answered last. */
  Answer heard() {
    return heard;
  }

  @Override
  public boolean answer(Answer answer) {
    heard = answer;
    return true;
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.memory.Rescues;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.util.List;

/**
 * What becomes of a job that may be repeated and whose command ended badly. Its holder lives and
 * asks: its claim is over before it hears that it is to ask for another. For the loop's thread
 * only.
 */
final class Retries {

  /** Between two looks whether the claim is over, ms. */
  private static final long AGAIN_AFTER_MS = 20;

  /**
   * Who is killed by us has no claim once all that it started is gone, which takes moments. A claim
   * that is still there after so many looks was none of ours, and is ended here.
   */
  private static final int LOOKS_MAX = 25;

  private final Broker broker;
  private final Rescues rescues;
  private final EventLoop loop;
  private final Log log;

  Retries(Broker broker, Rescues rescues, EventLoop loop, Log log) {
    this.broker = broker;
    this.rescues = rescues;
    this.loop = loop;
    this.log = log;
  }

  void judge(Request.Ended ended, Asker asker, LockCommands.Printer printer) throws IOException {
    Rescues.Verdict verdict = rescues.verdict(asker.pid(), ended.attempt());
    RetryAnswer answer = RetryAnswer.to(verdict);
    if (verdict instanceof Rescues.Verdict.RunAgain) {
      log.info("Pid " + asker.pid() + " runs its job again, for memory ran out");
      answerWhenOver(answer, asker, printer, 1);
    } else {
      printer.print(asker, answer.text(), answer.status());
    }
  }

  private void answerWhenOver(
      RetryAnswer answer, Asker asker, LockCommands.Printer printer, int looks) throws IOException {
    List<Claimant> left = jobsOf(asker.pid());
    if (!left.isEmpty() && looks < LOOKS_MAX) {
      loop.after(AGAIN_AFTER_MS, () -> lookAgain(answer, asker, printer, looks));
      return;
    }
    left.forEach(broker::end);
    printer.print(asker, answer.text(), answer.status());
  }

  private void lookAgain(RetryAnswer answer, Asker asker, LockCommands.Printer printer, int looks) {
    try {
      answerWhenOver(answer, asker, printer, looks + 1);
    } catch (IOException failure) {
      log.warn("Pid " + asker.pid() + " can't be told to run its job again: " + failure);
      asker.close();
    }
  }

  private List<Claimant> jobsOf(int pid) {
    return broker.claimants().stream()
        .filter(claimant -> claimant.pid() == pid && claimant.request().wants().retryable())
        .toList();
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.files.Asks;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Answers launchers that ask by opening a file. For the loop's thread only. */
final class FileAsks implements Asks {

  private final Requests requests;
  private final BooleanSupplier leaving;
  private final Log log;

  FileAsks(Requests requests, BooleanSupplier leaving, Log log) {
    this.requests = requests;
    this.leaving = leaving;
    this.log = log;
  }

  @Override
  public String answer(String line, int pid, boolean again) {
    String text = ask(line, pid, again).line().stripTrailing();
    // A shell that returns reads no more; one more read, to find the end, is one more wait for us.
    return "dibs_answer='" + text.replace("'", "'\\''") + "'\nreturn\n";
  }

  private Answer ask(String line, int pid, boolean again) {
    if (leaving.getAsBoolean()) {
      return new Answer.Again();
    }
    try {
      Request request = RequestLine.parse(line);
      if (request.pid() != pid) {
        return new Answer.Misuse("pid " + request.pid() + " is asked for by pid " + pid);
      }
      return switch (request) {
        case Request.Claim claim -> attempt(claim, new AskHolder(pid, line), again);
        case Request.Lock lock -> attempt(lock, new AskHolder(pid, line), again);
        case Request.OfLocks other -> notByFile();
        case Request.OfPools other -> notByFile();
        case Request.Once other -> notByFile();
        case Request.History other -> notByFile();
        case Request.Status other -> notByFile();
        case Request.Stop other -> notByFile();
        case Request.Ended other -> notByFile();
      };
    } catch (MalformedRequestException refusal) {
      return new Answer.Misuse("bad request: " + refusal.why());
    } catch (OsException gone) {
      return new Answer.Queued();
    }
  }

  private static Answer notByFile() {
    return new Answer.Misuse("only run, job and lock are answered by a file");
  }

  private Answer attempt(Request.Lock lock, AskHolder holder, boolean again)
      throws MalformedRequestException {
    try {
      requests.lockAtOnce(lock, holder, again);
    } catch (IOException failure) {
      log.warn("A request failed: " + failure);
      holder.close();
      return new Answer.Queued();
    }
    return wouldWait(holder, lock.waitMs()) ? new Answer.Queued() : holder.heard();
  }

  private static boolean wouldWait(AskHolder holder, OptionalLong waitMs) {
    return holder.heard() instanceof Answer.Busy && waitMs.orElse(1) > 0;
  }

  /** What would have to wait is asked again over the control FIFO, where waiting is cheap. */
  private Answer attempt(Request.Claim claim, AskHolder holder, boolean again) {
    try {
      requests.claimAtOnce(claim.atOnce(again || claim.again()), holder);
    } catch (Pools.RefusedException refusal) {
      holder.close();
      return new Answer.Misuse(refusal.why());
    } catch (IOException failure) {
      log.warn("A request failed: " + failure);
      holder.close();
      return new Answer.Queued();
    }
    return wouldWait(holder, claim.waitMs()) ? new Answer.Queued() : holder.heard();
  }
}

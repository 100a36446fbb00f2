package dev.dibs.daemon;

import dev.dibs.core.Need;
import dev.dibs.core.history.CompilerCall;
import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.JobKey;
import dev.dibs.daemon.learned.Lessons;
import dev.dibs.daemon.learned.StoredHistory;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.protocol.Request;
import java.util.List;
import java.util.Optional;

/**
 * What claims are expected to need, by what they are: a tool, a kind of work and what it makes.
 *
 * <p>A job says kind and target itself, or its command line does if that is a compiler's; else it
 * is known by the command's first argument that is no option. A run is known by that and its
 * directory. Of a run with tokens each slot is reckoned with, for how many it will have nobody
 * knows; of any other the whole.
 *
 * <p>For the loop's thread only.
 */
final class Needs {

  private static final String KIND_OF_JOBS = "job";
  private static final String KIND_OF_RUNS = "run";
  private static final String KIND_OF_SLOTS = "slot";

  private final StoredHistory history;
  private final Lessons lessons;

  Needs(StoredHistory history, Lessons lessons) {
    this.history = history;
    this.lessons = lessons;
  }

  /** What a claim that is new here will need; what it does need is learned until it ends. */
  Need of(Claimant claimant) {
    boolean perSlot = hasTokens(claimant);
    JobKey key = key(claimant, perSlot);
    lessons.begin(claimant.id(), key, perSlot);
    Estimate estimate = history.estimate(key);
    return Need.ofMib(estimate.mib()).lasting(estimate.durationMs());
  }

  /** Nothing more is learned of it. */
  void ended(Claimant claimant) {
    lessons.forget(claimant.id());
  }

  /** Members have their run's tokens, which are not counted as theirs. */
  private static boolean hasTokens(Claimant claimant) {
    Request.Claim request = claimant.request();
    return claimant.isRun() && claimant.run() == null && !request.width() && request.cap() > 1;
  }

  private static JobKey key(Claimant claimant, boolean perSlot) {
    List<String> command = LauncherLine.command(ProcessLabel.commandLine(claimant.pid()));
    if (claimant.isRun()) {
      String target = (directory(claimant.pid()) + " " + subject(command)).strip();
      return new JobKey(tool(command), perSlot ? KIND_OF_SLOTS : KIND_OF_RUNS, target);
    }
    Request.Claim request = claimant.request();
    Optional<JobKey> call = CompilerCall.of(command);
    String kind = request.jobKind();
    String target = request.target();
    return new JobKey(
        call.map(JobKey::tool).orElse(tool(command)),
        kind == null ? call.map(JobKey::kind).orElse(KIND_OF_JOBS) : kind,
        target == null ? call.map(JobKey::target).orElse(subject(command)) : target);
  }

  private static String tool(List<String> command) {
    return command.isEmpty()
        ? ""
        : command.getFirst().substring(command.getFirst().lastIndexOf('/') + 1);
  }

  private static String subject(List<String> command) {
    return command.stream()
        .skip(1)
        .filter(word -> !word.isEmpty() && !word.startsWith("-"))
        .findFirst()
        .orElse("");
  }

  private static String directory(int pid) {
    try {
      return Proc.directory(pid).orElse("?");
    } catch (OsException unreadable) {
      return "?";
    }
  }
}

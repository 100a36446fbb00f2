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
import org.jspecify.annotations.Nullable;

/**
 * What claims are expected to need, by what they are: a tool, a kind of work and what it makes.
 *
 * <p>A job says kind and target itself, or its command line does if that is a compiler's; else it
 * is known by the command's first argument that is no option. A run is known by that and its
 * directory. Each slot of a run is reckoned with, for how many it will have nobody knows; only of a
 * run that shares none with others, the whole.
 *
 * <p>For the loop's thread only.
 */
final class Needs {

  private static final String KIND_OF_JOBS = "job";

  /** Of what the need is learned. */
  enum Part {
    /** The whole. */
    WHOLE("run"),
    /** Each slot of a run. */
    SLOT("slot"),
    /** The same where compilers are jobs, which are reckoned with by themselves. */
    REST("rest");

    private final String kindOfRuns;

    Part(String kindOfRuns) {
      this.kindOfRuns = kindOfRuns;
    }
  }

  /** What a slot of make needs when compilers are reckoned with by themselves: some shells. */
  private static final int REST_MIB = 16;

  private final StoredHistory history;
  private final Lessons lessons;

  Needs(StoredHistory history, Lessons lessons) {
    this.history = history;
    this.lessons = lessons;
  }

  /** What a claim that is new here will need; what it does need is learned until it ends. */
  Need of(Claimant claimant) {
    List<String> command = LauncherLine.command(ProcessLabel.commandLine(claimant.pid()));
    Request.Claim request = claimant.request();
    if (!claimant.isRun()) {
      return of(claimant, ofJob(command, request.jobKind(), request.target()), Part.WHOLE);
    }
    Part part = part(claimant);
    return of(claimant, ofRun(command, directory(claimant.pid()), part), part);
  }

  private Need of(Claimant claimant, JobKey key, Part part) {
    lessons.begin(claimant.id(), key, part != Part.WHOLE);
    Estimate estimate = part == Part.REST ? history.estimate(key, REST_MIB) : history.estimate(key);
    Request.Wants wants = claimant.request().wants();
    return new Need(mib(estimate, wants), estimate.durationMs(), wants.retryable(), wants.alone());
  }

  private static Part part(Claimant claimant) {
    Request.Claim request = claimant.request();
    if (claimant.run() == null && (request.width() || request.cap() <= 1)) {
      return Part.WHOLE;
    }
    return claimant.environment().compilersAreJobs() ? Part.REST : Part.SLOT;
  }

  /** Who says what he needs is believed, unless the same was seen to need more. */
  static int mib(Estimate estimate, Request.Wants wants) {
    boolean measured = estimate.basis() == Estimate.Basis.MEASURED;
    boolean believed = wants.mib() > 0 && !(measured && estimate.mib() > wants.mib());
    return believed ? wants.mib() : estimate.mib();
  }

  /** Nothing more is learned of it. */
  void ended(Claimant claimant) {
    lessons.forget(claimant.id());
  }

  /** By what a run is known. */
  static JobKey ofRun(List<String> command, String directory, Part part) {
    String target = (directory + " " + subject(command)).strip();
    return new JobKey(tool(command), part.kindOfRuns, target);
  }

  /**
   * By what a job is known.
   *
   * @param kind what it says of itself, or null; likewise the target
   */
  static JobKey ofJob(List<String> command, @Nullable String kind, @Nullable String target) {
    Optional<JobKey> call = CompilerCall.of(command);
    return new JobKey(
        call.map(JobKey::tool).orElse(tool(command)),
        kind == null ? call.map(JobKey::kind).orElse(KIND_OF_JOBS) : kind,
        CompilerCall.lasting(
            target == null ? call.map(JobKey::target).orElse(subject(command)) : target));
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

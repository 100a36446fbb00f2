package dev.dibs.daemon.learned;

import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.History;
import dev.dibs.core.history.JobClass;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.JobRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is known of some jobs, for people and programs.
 *
 * @param jobs those that will need most first
 * @param classes what is reckoned with for jobs of their tools and kinds that nobody has seen
 */
public record HistoryView(List<Job> jobs, List<History.ClassEstimate> classes) {

  /** A job and what it will need. */
  public record Job(JobRecord known, Estimate estimate) {}

  public HistoryView {
    jobs = List.copyOf(jobs);
    classes = List.copyOf(classes);
  }

  /** What a history knows of those that somebody means. */
  public static HistoryView of(StoredHistory history, Predicate<JobKey> meant) {
    List<Job> jobs =
        history.jobs().stream()
            .filter(job -> meant.test(job.key()))
            .map(job -> new Job(job, history.estimate(job.key())))
            .sorted(Comparator.comparingInt(job -> -job.estimate.mib()))
            .toList();
    Set<JobClass> theirs =
        jobs.stream().map(job -> job.known.key().jobClass()).collect(Collectors.toSet());
    List<History.ClassEstimate> classes =
        history.classes().stream()
            .filter(one -> theirs.contains(one.jobClass()))
            .sorted(Comparator.comparingInt(one -> -one.estimate().mib()))
            .toList();
    return new HistoryView(jobs, classes);
  }
}

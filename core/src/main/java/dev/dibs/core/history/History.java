package dev.dibs.core.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What jobs needed before, and so what they will need.
 *
 * <p>How much memory a job is reckoned with:
 *
 * <ul>
 *   <li>it was done five times or more: the most of the last five, and a tenth;
 *   <li>it was done less often: the most of them, and three tenths, for looks at it are rare and
 *       may have missed its peak;
 *   <li>it was never done: what nine of ten jobs of its {@link JobClass} do not exceed. A class of
 *       few jobs says little, so then no less than the guess;
 *   <li>nothing is known: a GiB or half of what there is, whatever is less. Where there is little,
 *       two such jobs are not begun at once.
 * </ul>
 *
 * <p>But no less than its floor. A job that failed or whose end nobody saw needs at least what was
 * seen; one that was killed because memory ran out twice as much, and more than was expected. The
 * floor goes when the job is done: then it is known. So nothing but work that was done lowers an
 * estimate.
 *
 * <p>How long it takes is reckoned likewise, without margins. Of all jobs the last {@code keysMax}
 * are remembered.
 */
public final class History {

  /** Most that a job of which nothing is known is reckoned with, MiB. */
  private static final int GUESS_MIB_MAX = 1024;

  /**
   * Most of what there is that such a job is reckoned with, so that no two are let in at once, also
   * if there seems to be more a moment later: memory that comes and goes is no other budget.
   */
  private static final int GUESS_PERCENT_MAX = 60;

  /** Fewer jobs are no class. */
  private static final int CLASS_MIN = 3;

  private final int keysMax;
  private final Map<JobKey, JobRecord> jobs = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<JobClass, ClassNumbers> classes = new HashMap<>();

  /** A tool and kind, and how jobs of it are reckoned with that were never seen. */
  public record ClassEstimate(JobClass jobClass, int jobs, Estimate estimate) {}

  /** Remembers nothing yet, and so many jobs at most. */
  public History(int keysMax) {
    if (keysMax < 1) {
      throw new IllegalArgumentException("a history of " + keysMax);
    }
    this.keysMax = keysMax;
  }

  /**
   * What a job will need.
   *
   * @param budgetMib all the memory that there is for jobs, MiB; 0 if nobody knows
   */
  public Estimate estimate(JobKey key, int budgetMib) {
    return estimate(key, budgetMib, GUESS_MIB_MAX);
  }

  /**
   * The same for a job that surely needs little.
   *
   * @param guessMibMax what it is reckoned with at most if nothing is known of it, MiB; above 0
   */
  public Estimate estimate(JobKey key, int budgetMib, int guessMibMax) {
    JobRecord job = jobs.get(key);
    Estimate base =
        job != null && job.isMeasured()
            ? new Estimate(Math.max(1, job.mib()), job.durationMs(), Estimate.Basis.MEASURED)
            : ofClass(key.jobClass(), guessMib(budgetMib, guessMibMax));
    int floorMib = job == null ? 0 : job.floorMib();
    return new Estimate(Math.max(base.mib(), floorMib), base.durationMs(), base.basis());
  }

  private static int guessMib(int budgetMib, int max) {
    return budgetMib > 0 ? Math.clamp(budgetMib * (long) GUESS_PERCENT_MAX / 100, 1, max) : max;
  }

  private Estimate ofClass(JobClass jobClass, int guessMib) {
    ClassNumbers known = classes.get(jobClass);
    if (known == null) {
      return new Estimate(guessMib, 0, Estimate.Basis.GUESSED);
    }
    int mib = known.size() < CLASS_MIN ? Math.max(known.mib(), guessMib) : known.mib();
    return new Estimate(Math.max(1, mib), known.durationMs(), Estimate.Basis.CLASS);
  }

  /**
   * Learns from a job that ended.
   *
   * @param budgetMib as for {@link #estimate}
   */
  public void add(JobKey key, Sample sample, int budgetMib) {
    int expectedMib = estimate(key, budgetMib).mib();
    put(jobs.getOrDefault(key, JobRecord.none(key)).after(sample, expectedMib));
  }

  /** Takes in what an earlier history knew of a job, as the one that was used last. */
  public void put(JobRecord job) {
    forget(job.key());
    jobs.put(job.key(), job);
    classes.computeIfAbsent(job.key().jobClass(), unknown -> new ClassNumbers()).add(job);
    tidy(job.key().jobClass());
    if (jobs.size() > keysMax) {
      forget(jobs.keySet().iterator().next());
    }
  }

  /** Forgets all jobs that somebody means, and says how many they were. */
  public int forget(Predicate<JobKey> meant) {
    List<JobKey> keys = jobs.keySet().stream().filter(meant).toList();
    keys.forEach(this::forget);
    return keys.size();
  }

  private void forget(JobKey key) {
    JobRecord job = jobs.remove(key);
    if (job != null) {
      numbers(key.jobClass()).remove(job);
      tidy(key.jobClass());
    }
  }

  private ClassNumbers numbers(JobClass jobClass) {
    @Nullable ClassNumbers known = classes.get(jobClass);
    return known == null ? new ClassNumbers() : known;
  }

  private void tidy(JobClass jobClass) {
    if (numbers(jobClass).size() == 0) {
      classes.remove(jobClass);
    }
  }

  /** All jobs, those that were used last at the end. */
  public List<JobRecord> jobs() {
    return new ArrayList<>(jobs.values());
  }

  /** All classes of which something is known. */
  public List<ClassEstimate> classes(int budgetMib) {
    int guessMib = guessMib(budgetMib, GUESS_MIB_MAX);
    List<ClassEstimate> all = new ArrayList<>();
    classes.forEach(
        (jobClass, known) ->
            all.add(new ClassEstimate(jobClass, known.size(), ofClass(jobClass, guessMib))));
    return all;
  }
}

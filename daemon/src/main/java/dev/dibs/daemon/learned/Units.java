package dev.dibs.daemon.learned;

import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.Sample;
import java.util.List;

/**
 * What was seen of the compilers of runs that say nothing of them.
 *
 * @param living those that work
 * @param ended those that ended since somebody looked last
 */
public record Units(List<Living> living, List<Ended> ended) {

  /** Nobody looked at any. */
  public static final Units NONE = new Units(List.of(), List.of());

  /**
   * One that works.
   *
   * @param claim the run's
   * @param mib what it has in use, MiB
   */
  public record Living(long claim, int mib) {}

  /**
   * One that is over.
   *
   * @param claim the run's
   */
  public record Ended(long claim, JobKey key, Sample sample) {}

  public Units {
    living = List.copyOf(living);
    ended = List.copyOf(ended);
  }
}

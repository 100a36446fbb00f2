package dev.dibs.daemon.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code dibs status} says, at one moment. Texts are as the outside gave them:
 * whoever prints them escapes them.
 *
 * @param pools at least one; cpu first
 * @param claims pool by pool, runs before their members, in the order in which they came
 * @param once work that is done once, under way, in the order in which it was asked for
 */
public record StatusSnapshot(
    Daemon daemon, List<Pool> pools, List<Claim> claims, List<SharedWork> once) {

  /**
   * The daemon itself.
   *
   * @param files where its file system is mounted, or null
   * @param filesMissing why there is none and how to mend it, or null
   */
  public record Daemon(
      long pid,
      String version,
      String directory,
      long ageMs,
      @Nullable String files,
      @Nullable String filesMissing) {}

  /**
   * A pool.
   *
   * @param used slots held by somebody, in use or ready to be taken
   * @param owed slots that are held beyond the size, after a resize
   * @param reasons why it has this size
   */
  public record Pool(String name, int size, int used, int owed, List<String> reasons) {}

  /** What a claim is at now. */
  public enum State {
    WAITING,
    RUNNING,
    /** The root ended; what it left behind lives on. */
    LEFTOVER
  }

  /**
   * A run or a job.
   *
   * @param within the run in which it is a member, or null
   * @param ageMs since when it runs or waits
   * @param slots slots that it holds by itself: a run's first one, tokens taken, leases of its
   *     members excluded
   * @param ready tokens that lie in a run's FIFO, ready to be taken
   * @param covered whether it needs no slot of its own
   * @param cap most slots at once, or {@link Integer#MAX_VALUE}
   * @param connection how a run's tools find the slots
   * @param cpus numbers of the CPUs to which it is kept; empty: nobody keeps it
   * @param background whether it stands behind all others
   * @param foreign processes below a run that opened a jobserver of their own
   * @param tokens which processes have its tokens; empty also where that can't be known, on a FIFO
   * @param pool the name of the pool whose slots it holds or waits for
   */
  public record Claim(
      String id,
      boolean run,
      State state,
      @Nullable String within,
      @Nullable String name,
      @Nullable String kind,
      @Nullable String target,
      int pid,
      String command,
      String directory,
      long ageMs,
      int slots,
      int ready,
      boolean covered,
      int weight,
      int cap,
      String connection,
      List<Integer> cpus,
      boolean background,
      List<Foreign> foreign,
      List<Holding> tokens,
      String pool) {}

  /**
   * A process that has tokens of a run.
   *
   * @param tokens how many; negative: it gave up the slot in which it was started
   */
  public record Holding(int pid, String command, int tokens) {}

  /** A process with a jobserver of its own, which takes no notice of the pool. */
  public record Foreign(int pid, String command) {}

  /** Whether it is of the pool that every build shares. */
  boolean isOfCpu(Claim claim) {
    return claim.pool.equals(pools.getFirst().name);
  }

  /** How many claims wait for slots of a pool. */
  long waiting(Pool pool) {
    return claims.stream()
        .filter(claim -> claim.state == State.WAITING && claim.pool.equals(pool.name))
        .count();
  }
}

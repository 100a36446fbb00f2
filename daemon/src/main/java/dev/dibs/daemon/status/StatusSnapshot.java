package dev.dibs.daemon.status;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code dibs status} says, at one moment. Texts are as the outside gave them:
 * whoever prints them escapes them.
 *
 * @param pools at least one; cpu first
 * @param claims pool by pool, runs before their members, in the order in which they came
 * @param once work that is done once, under way, in the order in which it was asked for
 * @param memory null as long as nobody has looked, or nobody holds anything
 */
public record StatusSnapshot(
    Daemon daemon,
    List<Pool> pools,
    List<Claim> claims,
    List<SharedWork> once,
    @Nullable Memory memory) {

  /** As long as nobody has looked at memory, and nothing is done once. */
  public StatusSnapshot(Daemon daemon, List<Pool> pools, List<Claim> claims) {
    this(daemon, pools, claims, List.of(), null);
  }

  /**
   * What was seen of memory and processors last.
   *
   * @param budget how much there is for builds; null where nothing is known of it
   * @param claimedMib what the processes of all claims have in use together
   * @param fullPermille in how much of the time nothing could go on for want of it; -1: unknown
   * @param mib what the processes of a claim have in use, by its id, those of claims in it left out
   * @param burners processes in no claim that keep processors busy
   */
  public record Memory(
      @Nullable Budget budget,
      long claimedMib,
      int fullPermille,
      Map<String, Integer> mib,
      List<Burner> burners) {

    public Memory {
      mib = Map.copyOf(mib);
      burners = List.copyOf(burners);
    }
  }

  /**
   * How much memory there is for builds.
   *
   * @param roomMib what of it may still be taken; negative if more is in use
   * @param bound what sets it
   */
  public record Budget(int budgetMib, int roomMib, String bound) {}

  /**
   * A process in no claim that keeps processors busy.
   *
   * @param cpus how many
   */
  public record Burner(int pid, String name, double cpus) {}

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

  /** What a claim's own processes have in use, MiB, as far as anybody saw; else null. */
  @Nullable Integer mib(Claim claim) {
    return memory == null ? null : memory.mib.get(claim.id);
  }

  /** How many claims wait for slots of a pool. */
  long waiting(Pool pool) {
    return claims.stream()
        .filter(claim -> claim.state == State.WAITING && claim.pool.equals(pool.name))
        .count();
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.EnvironmentBlock;
import dev.dibs.host.OsException;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Proc;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the slots of a process that connected to the socket file come from, as its environment
 * says: out of the job or the run in which it is, else of the pool.
 */
final class CallerSlots implements Connection.Chooser {

  private final Broker broker;
  private final Pool pool;
  private final EventLoop loop;

  CallerSlots(Broker broker, Pool pool, EventLoop loop) {
    this.broker = broker;
    this.pool = pool;
    this.loop = loop;
  }

  @Override
  public SlotSource choose(Connection connection) {
    Optional<EnvironmentBlock> environment = environment(connection.process());
    Claimant job = environment.flatMap(block -> block.get("DIBS_JOB")).map(this::job).orElse(null);
    if (job != null) {
      return new JobSlots(slots(job), () -> broker.claimant(job.id()) != null, connection);
    }
    String run = environment.flatMap(block -> block.get("DIBS_RUN")).orElse(null);
    return new PoolSlots(broker, pool, loop, run, connection);
  }

  /** What the process was started with, if it was it that was looked at. */
  private static Optional<EnvironmentBlock> environment(@Nullable Pidfd process) {
    try {
      if (process == null) {
        return Optional.empty();
      }
      Optional<EnvironmentBlock> found = Proc.environment(process.pid());
      return process.exited() ? Optional.empty() : found;
    } catch (OsException unreadable) {
      return Optional.empty();
    }
  }

  private @Nullable Claimant job(String pid) {
    for (Claimant claimant : broker.claimants()) {
      if (Integer.toString(claimant.pid()).equals(pid) && isGrantedJob(claimant)) {
        return claimant;
      }
    }
    return null;
  }

  private static boolean isGrantedJob(Claimant claimant) {
    return !claimant.isRun()
        && claimant.phase() == Claimant.Phase.HOLDING
        && !(claimant.holder() instanceof PoolSlots);
  }

  /** To this pool a job of another one is one job. */
  private int slots(Claimant job) {
    return job.pool() == pool ? job.slots() : 1;
  }
}

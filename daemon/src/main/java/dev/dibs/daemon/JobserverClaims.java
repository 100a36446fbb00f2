package dev.dibs.daemon;

import dev.dibs.daemon.files.JobserverRuns;
import dev.dibs.daemon.files.RunTokens;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.ClaimName;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the runs of processes that open the jobserver, and makes one that is in no run a run of its
 * own: the slot that it was started in is that run's first one.
 */
final class JobserverClaims implements JobserverRuns {

  private static final ClaimName RUN = ClaimName.bare(Request.Kind.RUN);

  private final Broker broker;
  private final Pool pool;
  private final Log log;

  JobserverClaims(Broker broker, Pool pool, Log log) {
    this.broker = broker;
    this.pool = pool;
    this.log = log;
  }

  @Override
  public boolean areContended() {
    return pool.isContended();
  }

  @Override
  public @Nullable RunTokens named(String name) {
    Claimant found = broker.liveRun(name);
    Claimant run = found == null || found.run() == null ? found : found.run();
    return run == null ? null : tokens(run);
  }

  private static @Nullable RunTokens tokens(Claimant run) {
    RunEndpoint endpoint = run.endpoint();
    return endpoint == null ? null : endpoint.exact().orElse(null);
  }

  @Override
  public Claim claim(int pid, Outcome told) {
    Opener opener = null;
    try {
      opener = new Opener(pid, told);
      Request request = RequestLine.parse(opener.request());
      broker.admit(
          pool, (Request.Claim) request, opener, null, AskerEnvironment.ofProgram(opener.pid()));
    } catch (IOException | MalformedRequestException failure) {
      log.warn("Pid " + pid + " gets no run: " + failure);
      told.refused();
    }
    Opener asked = opener;
    return () -> withdraw(asked);
  }

  private void withdraw(@Nullable Opener asked) {
    Optional.ofNullable(asked)
        .flatMap(broker::claimantOf)
        .filter(claimant -> claimant.phase() == Claimant.Phase.WAITING)
        .ifPresent(broker::end);
  }

  /** A process that waits in open(2). */
  private final class Opener extends ProcessHolder {
    private final Outcome told;

    private Opener(int pid, Outcome told) throws OsException {
      super(new HeldProcess(pid), RUN.line(pid, Map.of()));
      this.told = told;
    }

    @Override
    public boolean answer(Answer answer) {
      if (answer instanceof Answer.Granted) {
        broker.claimantOf(this).map(JobserverClaims::tokens).ifPresent(told::granted);
      } else if (answer.last()) {
        told.refused();
      }
      return true;
    }
  }
}

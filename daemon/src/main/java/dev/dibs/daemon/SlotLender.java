package dev.dibs.daemon;

import dev.dibs.core.Event;
import dev.dibs.daemon.locks.Lender;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slots of those who wait for locks, of the run in which a process is, or of the job: all that
 * the claim has if it is the holder itself that waits, else one, however many of the process's
 * threads wait. Known gap: slots of pools of the user's own are not lent.
 */
final class SlotLender implements Lender {

  private static final String JOB_VARIABLE = "DIBS_JOB";

  private static final class Loan {
    private final Pool pool;
    private final int pid;
    private @Nullable Runnable back;

    private Loan(Pool pool, int pid) {
      this.pool = pool;
      this.pid = pid;
    }
  }

  private final Broker broker;
  private final EventLoop loop;
  private final Log log;
  private final Map<Long, Loan> loans = new HashMap<>();
  private final Set<Integer> lending = new HashSet<>();

  SlotLender(Broker broker, EventLoop loop, Log log) {
    this.broker = broker;
    this.loop = loop;
    this.log = log;
    broker.whenResumed(this::resumed);
  }

  @Override
  public void waits(long claim, int pid) {
    if (pid == 0 || loans.containsKey(claim) || lending.contains(pid)) {
      return;
    }
    covering(pid).ifPresent(slot -> lend(claim, pid, slot));
  }

  private void lend(long claim, int pid, Claimant slot) {
    loans.put(claim, new Loan(slot.pool(), pid));
    lending.add(pid);
    int slots = pid == slot.pid() ? Math.max(1, slot.slots()) : 1;
    slot.pool().apply(new Event.Suspended(loop.nowMs(), claim, slot.id(), slots));
  }

  /** Whose slot it uses; empty outside of runs and jobs. */
  private Optional<Claimant> covering(int pid) {
    if (broker.claimants().isEmpty()) {
      return Optional.empty();
    }
    try {
      Claimant run = broker.liveRun(Surroundings.of(pid, broker).run());
      return run == null ? job(pid) : Optional.of(run);
    } catch (OsException failure) {
      log.warn("In which run pid " + pid + " waits for a lock can't be seen: " + failure);
      return Optional.empty();
    }
  }

  private Optional<Claimant> job(int pid) throws OsException {
    String job = Proc.environment(pid).flatMap(block -> block.get(JOB_VARIABLE)).orElse("");
    return broker.claimants().stream()
        .filter(claimant -> claimant.phase() == Claimant.Phase.HOLDING)
        .filter(claimant -> Integer.toString(claimant.pid()).equals(job))
        .findFirst();
  }

  @Override
  public boolean goesOn(long claim, Runnable back) {
    Loan loan = loans.get(claim);
    if (loan == null) {
      return false;
    }
    loan.back = back;
    returned(claim, loan);
    return true;
  }

  /** It uses its slot again, whatever for: who gave up is not held up. */
  @Override
  public void forget(long claim) {
    Loan loan = loans.get(claim);
    if (loan == null) {
      return;
    }
    boolean known = loan.back != null;
    loan.back = () -> {};
    if (!known) {
      returned(claim, loan);
    }
  }

  private void returned(long claim, Loan loan) {
    loan.pool.apply(new Event.Resumed(loop.nowMs(), claim));
  }

  private void resumed(long claim) {
    Loan loan = loans.remove(claim);
    if (loan != null) {
      lending.remove(loan.pid);
      Runnable back = loan.back;
      if (back != null) {
        loop.post(back);
      }
    }
  }
}

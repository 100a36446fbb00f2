package dev.dibs.daemon;

import dev.dibs.core.Event;
import dev.dibs.core.Terms;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.OsException;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.Request;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Slots out of the pool for one connection, which is <em>one</em> claimant however many it takes.
 *
 * <p>To the core a connection is a run whose root is idle: it holds nothing by itself, its slots
 * are its members', jobs of one slot each. A connection made in a run is a nested run there, so
 * that its slots are covered as a job's would be. The claim is made with the first request:
 *
 * <pre>
 *   claim the run ... granted, it has one slot
 *   claim a member    granted at once: the run's slot covers it
 *   the run is idle   its slot is the member's own now
 * </pre>
 *
 * From then on a slot is one event, and its return another. The core knows one waiting member at
 * most: what a client piles up costs the others nothing, and its turn comes as often. An idle
 * connection's claim is ended after a while ({@link #endIfIdle}).
 */
final class PoolSlots implements SlotSource, Holder, DirectGrants.Grantee {

  /** How long a claim stays without slots, ms: a client that takes one after the other has it. */
  private static final long IDLE_MS = 1_000;

  private static final int UNBOUNDED = 1_000_000;
  private static final long NONE = -1;

  /** Whose connection it is, and what becomes of it. */
  interface Owner extends Taker {
    /** For people, and for what is looked up in {@code /proc}. */
    int pid();

    /** {@code socket} or {@code tcp}. */
    String transport();

    /** Whether its process has ended. */
    boolean hasEnded() throws OsException;

    /** It holds nothing and wants nothing, for now. */
    void idle();

    /** It will not be served any more. */
    void dismissed();
  }

  private final Broker broker;
  private final Pool pool;
  private final EventLoop loop;
  private final @Nullable String runName;
  private final Owner owner;
  private final Deque<Long> held = new ArrayDeque<>(1);
  private int wanted;
  private @Nullable Claimant claimant;
  private @Nullable Claimant run;
  private boolean belowClient;
  private long waiting = NONE;
  private long idleSinceMs;

  /**
   * @param runName the run in which the connection was made, or null
   */
  PoolSlots(Broker broker, Pool pool, EventLoop loop, @Nullable String runName, Owner owner) {
    this.broker = broker;
    this.pool = pool;
    this.loop = loop;
    this.runName = runName;
    this.owner = owner;
  }

  /** {@code socket} or {@code tcp}. */
  String transport() {
    return owner.transport();
  }

  /** The claims behind the slots that it holds. */
  Set<Long> heldClaims() {
    return new HashSet<>(held);
  }

  /** Whether it waits for its first slot. */
  boolean isWaiting() {
    return held.isEmpty() && wanted > 0;
  }

  @Override
  public void ask() {
    wanted++;
    if (claimant == null) {
      enter();
    } else if (waiting == NONE && claimant.phase() != Claimant.Phase.WAITING) {
      request(claimant, pool::apply);
    }
  }

  /** Claims the run that the connection is to the core. */
  private void enter() {
    Claimant within = broker.liveRun(runName);
    within = within != null && within.pool() == pool ? within : null;
    run = within == null || within.run() == null ? within : within.run();
    belowClient = run != null && isBelowClient(run);
    Claimant made = broker.register(pool, wish(), this, run);
    claimant = made;
    broker.direct().expect(made.id(), this);
    lookAtTokens(pool::apply);
    pool.apply(
        new Event.ClaimRequested(
            loop.nowMs(),
            made.id(),
            within == null ? null : within.id(),
            belowClient,
            Terms.run().withTokens(false)));
  }

  private Request.Claim wish() {
    return new Request.Claim(
        Request.Kind.JOB,
        owner.pid(),
        null,
        UNBOUNDED,
        Terms.WEIGHT_USUAL,
        1,
        1,
        OptionalLong.empty(),
        false,
        false,
        Request.Machine.WHOLE,
        false,
        null,
        null,
        null,
        null,
        null,
        false,
        Request.Wants.NOTHING);
  }

  /** What is not known counts as below a client, as in {@link Ancestry}. */
  private boolean isBelowClient(Claimant inRun) {
    try {
      return owner.pid() != inRun.pid() && Ancestry.hasTokenClient(owner.pid(), inRun.pid());
    } catch (OsException unknown) {
      return true;
    }
  }

  private void request(Claimant connection, Consumer<Event> sink) {
    waiting = broker.newId();
    broker.direct().expect(waiting, this);
    lookAtTokens(sink);
    sink.accept(
        new Event.ClaimRequested(loop.nowMs(), waiting, connection.id(), belowClient, Terms.job()));
  }

  /** The token that covers a member may have been taken just now; if the run still lives. */
  private void lookAtTokens(Consumer<Event> sink) {
    if (run != null && broker.claimant(run.id()) != null) {
      broker.traffic().seen(run).ifPresent(sink);
    }
  }

  @Override
  public void granted(long claim, Deque<Event> next) {
    Claimant connection = claimant;
    if (connection == null) {
      throw new IllegalStateException("BUG: claim " + claim + " was granted after its end");
    }
    if (claim == connection.id()) {
      connection.granted(loop.nowMs());
      request(connection, next::add);
      next.add(new Event.RootIdle(loop.nowMs(), claim));
    } else {
      take(connection, claim, next);
    }
  }

  private void take(Claimant connection, long slot, Deque<Event> next) {
    waiting = NONE;
    wanted--;
    held.push(slot);
    if (wanted > 0) {
      request(connection, next::add);
    }
    owner.granted();
  }

  @Override
  public void withdraw() {
    wanted--;
    if (wanted > 0) {
      return;
    }
    if (waiting == NONE) {
      endClaim();
    } else {
      end(waiting);
      waiting = NONE;
      restIfIdle();
    }
  }

  @Override
  public void giveBack() {
    end(held.pop());
    restIfIdle();
  }

  private void end(long slot) {
    broker.direct().forget(slot);
    pool.apply(new Event.ClaimEnded(loop.nowMs(), slot));
  }

  private void restIfIdle() {
    if (held.isEmpty() && wanted == 0) {
      idleSinceMs = loop.nowMs();
      owner.idle();
    }
  }

  /**
   * Ends the claim if nothing was held or wanted for a while.
   *
   * @return whether it is to be called again
   */
  boolean endIfIdle() {
    boolean idle = claimant != null && held.isEmpty() && wanted == 0;
    if (idle && loop.nowMs() - idleSinceMs >= IDLE_MS) {
      endClaim();
      return false;
    }
    return idle;
  }

  private void endClaim() {
    Claimant connection = claimant;
    claimant = null;
    run = null;
    if (connection != null) {
      broker.direct().forget(connection.id());
      broker.end(connection);
    }
  }

  /**
   * If nobody would get it meanwhile. Within a run, somebody may wait for its place, or for room
   * under its cap, though the pool has slots.
   */
  @Override
  public boolean canSwap() {
    return wanted == 0 && run == null && !pool.isContended();
  }

  @Override
  public boolean isOver() {
    return false;
  }

  /** Gives everything back, and the claim with it; as {@link Holder}, lets go of what is left. */
  @Override
  public void close() {
    wanted = 0;
    if (waiting != NONE) {
      end(waiting);
      waiting = NONE;
    }
    while (!held.isEmpty()) {
      end(held.pop());
    }
    endClaim();
  }

  @Override
  public int pid() {
    return owner.pid();
  }

  @Override
  public boolean answer(Answer answer) {
    if (answer.last()) {
      owner.dismissed();
    }
    return true;
  }

  /** Nothing to do: the connection notices its end itself, and closes this. */
  @Override
  public void watchEnd(EventLoop ignored, Runnable ended) {}

  @Override
  public void unwatchEnd() {}

  @Override
  public boolean hasEnded() throws OsException {
    return owner.hasEnded();
  }
}

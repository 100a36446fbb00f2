package dev.dibs.daemon;

import dev.dibs.core.Coordinator;
import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.PoolView;
import dev.dibs.core.Terms;
import dev.dibs.host.Epoll;
import dev.dibs.host.OsException;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Between the processes and the core: turns what happens to them into events, and the core's
 * effects into answers and tokens. It decides nothing. For the loop's thread only.
 */
final class Broker {

  /** Told when claims come and go. */
  interface Observer {
    /** A run with FIFOs of its own was granted. */
    void runStarted();

    /** A run's root process ended, the run may live on. */
    void rootEnded(Claimant run);

    /** A claim ended; {@code left} are those that still live. */
    void claimEnded(Claimant claimant, int left);
  }

  private final Coordinator core;
  private final EventLoop loop;
  private final Layout layout;
  private final TokenAccesses accesses;
  private final ClaimIds ids;
  private final WaitNotices notices;
  private final Observer observer;
  private final Log log;
  private final Map<Long, Claimant> claimants = new LinkedHashMap<>();
  private TimerQueue.@Nullable Timer tick;
  private long tickAtMs = Long.MAX_VALUE;

  Broker(
      Coordinator core,
      EventLoop loop,
      Layout layout,
      TokenAccesses accesses,
      ClaimIds ids,
      Observer observer,
      Log log) {
    this.core = core;
    this.loop = loop;
    this.layout = layout;
    this.accesses = accesses;
    this.ids = ids;
    this.notices = new WaitNotices(this, loop);
    this.observer = observer;
    this.log = log;
  }

  PoolView view() {
    return core.view();
  }

  Collection<Claimant> claimants() {
    return claimants.values();
  }

  @Nullable Claimant claimant(long id) {
    return claimants.get(id);
  }

  /** The granted run of that name, if it lives. */
  @Nullable Claimant liveRun(@Nullable String name) {
    OptionalLong id = name == null ? OptionalLong.empty() : ClaimIds.parse(name);
    Claimant found = id.isPresent() ? claimants.get(id.getAsLong()) : null;
    return found != null && found.isRun() && found.phase() != Claimant.Phase.WAITING ? found : null;
  }

  /** Takes a claim in; the asker is answered now or later. */
  void admit(
      Request.Claim request,
      Asker asker,
      Toolbox.@Nullable Equipment equipment,
      EnvironmentFile environment)
      throws IOException {
    Claimant within = liveRun(request.within());
    Claimant run = within == null || within.run() == null ? within : within.run();
    if (run != null) {
      lookAtTokens(run);
    }
    long nowMs = loop.nowMs();
    Claimant claimant =
        new Claimant(ids.next(), request, asker, run, equipment, environment, nowMs);
    claimants.put(claimant.id(), claimant);
    claimant.watched(
        loop.watch(asker.pidfd().descriptor(), Epoll.IN, events -> holderEnded(claimant)));
    apply(
        new Event.ClaimRequested(
            nowMs,
            claimant.id(),
            within == null ? null : within.id(),
            run != null && Ancestry.hasTokenClient(asker.pid(), run.pid()),
            terms(request, nowMs)));
    if (claimant.phase() == Claimant.Phase.WAITING && claimants.containsKey(claimant.id())) {
      asker.answer(new Answer.Queued());
      prepare(claimant);
      notices.watch(claimant);
    }
  }

  /** Makes while it waits what a claim needs when it is granted, which is to take no time. */
  private void prepare(Claimant claimant) {
    try {
      if (claimant.needsEndpoint()) {
        claimant.prepared(makeEndpoint(claimant));
      }
    } catch (IOException failure) {
      log.warn("No endpoint yet for " + claimant.name() + ": " + failure);
    }
  }

  /** The token that covers a member may have been taken just now. */
  private void lookAtTokens(Claimant run) throws IOException {
    if (run.endpoint() != null) {
      apply(new Event.TokensSeen(loop.nowMs(), run.id(), run.endpoint().unread()));
    }
  }

  private static Terms terms(Request.Claim request, long nowMs) {
    long deadlineMs =
        request.waitMs().isPresent() ? nowMs + request.waitMs().getAsLong() : Long.MAX_VALUE;
    boolean isRun = request.kind() == Request.Kind.RUN;
    return new Terms(
        isRun ? Terms.Kind.RUN : Terms.Kind.JOB,
        request.weight(),
        request.cap(),
        request.slotsMin(),
        request.slotsMax(),
        deadlineMs,
        isRun && !request.width() && request.cap() > 1);
  }

  private void holderEnded(Claimant claimant) {
    if (claimant.phase() == Claimant.Phase.HOLDING && claimant.endpoint() != null) {
      claimant.rootEnded();
      observer.rootEnded(claimant);
    } else {
      end(claimant);
    }
  }

  /**
   * Nobody holds the run's life FIFO: it is over if its root is gone, else the FIFO tells nothing
   * from now on. When the last process ends, this may be told before its own death is.
   */
  private void lifeEnded(Claimant run) throws IOException {
    if (!run.lifeLost(loop.nowMs()) && run.asker().pidfd().exited()) {
      end(run);
    } else {
      run.lifeEnded(loop.nowMs());
    }
  }

  /** What a run's root left behind is idle: its first slot is free. */
  void rootIdle(Claimant run) {
    apply(new Event.RootIdle(loop.nowMs(), run.id()));
  }

  /** All tasks of a run sleep and have used no CPU for long. */
  void wedged(Claimant run) {
    apply(new Event.RunWedged(loop.nowMs(), run.id()));
  }

  /** A claim is over, whoever noticed. Nothing happens the second time. */
  void end(Claimant claimant) {
    if (claimants.remove(claimant.id()) != null) {
      apply(new Event.ClaimEnded(loop.nowMs(), claimant.id()));
      close(claimant); // only now: somebody may wait for its slots
      observer.claimEnded(claimant, claimants.size());
    }
  }

  /** Tells everybody who waits that nothing will come, and forgets them. */
  void dismissWaiters(Answer answer) {
    for (Claimant claimant : claimants.values().toArray(Claimant[]::new)) {
      if (claimant.phase() == Claimant.Phase.WAITING) {
        claimant.asker().answer(answer);
        end(claimant);
      }
    }
  }

  /**
   * The core wants the answers to its drains before anything else, and what else came up after
   * them.
   */
  private void apply(Event first) {
    Deque<Event> drained = new ArrayDeque<>();
    Deque<Event> ended = new ArrayDeque<>();
    for (Event next = first;
        next != null;
        next = drained.isEmpty() ? ended.poll() : drained.poll()) {
      for (Effect effect : core.apply(next)) {
        perform(effect, drained, ended);
      }
    }
    armTick();
  }

  private void perform(Effect effect, Deque<Event> drained, Deque<Event> ended) {
    switch (effect) {
      case Effect.Grant grant -> grant(grant, ended);
      case Effect.Refuse refusal -> refuse(refusal, ended);
      case Effect.Put put -> put(put);
      case Effect.Drain drain -> drained.add(drain(drain));
    }
  }

  private void grant(Effect.Grant grant, Deque<Event> ended) {
    Claimant claimant = claimants.get(grant.claim());
    if (claimant == null) {
      return;
    }
    Answer answer;
    try {
      if (claimant.needsEndpoint()) {
        claimant.prepared(makeEndpoint(claimant));
      }
      claimant.granted(loop.nowMs());
      if (claimant.endpoint() != null) {
        observer.runStarted();
      }
      answer = new GrantAnswer(claimant, grant.slots(), core.size(), layout).make();
    } catch (IOException failure) {
      log.warn("No endpoint for " + claimant.name() + ": " + failure);
      answer =
          new Answer.Unserved(
              "the daemon can't make files in " + layout.directory() + ": " + failure.getMessage());
    }
    boolean arrived = claimant.asker().answer(answer);
    if (!arrived || answer instanceof Answer.Unserved) {
      forget(claimant, ended);
    }
  }

  private RunEndpoint makeEndpoint(Claimant run) throws IOException {
    return RunEndpoint.make(
        layout.run(run.name()),
        loop,
        accesses,
        unread -> apply(new Event.TokensSeen(loop.nowMs(), run.id(), unread)),
        () -> lifeEnded(run));
  }

  private void refuse(Effect.Refuse refusal, Deque<Event> ended) {
    Claimant claimant = claimants.get(refusal.claim());
    if (claimant != null) {
      claimant.asker().answer(new Answer.Busy(notices.busyText(claimant)));
      forget(claimant, ended);
    }
  }

  private void close(Claimant claimant) {
    claimant.close();
    if (claimant.environment().isNeeded()) {
      Leftovers.deleteQuietly(layout.replyEnvironment(claimant.pid()));
    }
  }

  /** As {@link #end}, while effects are being performed. */
  private void forget(Claimant claimant, Deque<Event> ended) {
    claimants.remove(claimant.id());
    close(claimant);
    ended.add(new Event.ClaimEnded(loop.nowMs(), claimant.id()));
    observer.claimEnded(claimant, claimants.size());
  }

  private void put(Effect.Put put) {
    RunEndpoint endpoint = endpoint(put.run());
    if (endpoint == null) {
      return;
    }
    try {
      endpoint.put(put.count());
    } catch (OsException failure) {
      log.warn("Tokens could not be put: " + failure);
    }
  }

  private Event drain(Effect.Drain drain) {
    RunEndpoint endpoint = endpoint(drain.run());
    int count = 0;
    try {
      count = endpoint == null ? 0 : endpoint.drain(drain.count());
    } catch (OsException failure) {
      log.warn("Tokens could not be drained: " + failure);
    }
    return new Event.TokensDrained(loop.nowMs(), drain.run(), count);
  }

  private @Nullable RunEndpoint endpoint(long run) {
    Claimant claimant = claimants.get(run);
    return claimant == null ? null : claimant.endpoint();
  }

  private void armTick() {
    long nextMs = core.nextDeadlineMs();
    if (nextMs == tickAtMs) {
      return;
    }
    if (tick != null) {
      tick.cancel();
    }
    tickAtMs = nextMs;
    tick =
        nextMs == Long.MAX_VALUE
            ? null
            : loop.after(Math.max(0, nextMs - loop.nowMs()), this::tick);
  }

  private void tick() {
    tickAtMs = Long.MAX_VALUE;
    tick = null;
    apply(new Event.Ticked(loop.nowMs()));
  }
}

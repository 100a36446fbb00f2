package dev.dibs.daemon;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.core.Need;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.host.OsException;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Between the processes and the core: turns what happens to them into events, and the core's
 * effects into answers and tokens. It decides nothing. For the loop's thread only.
 */
final class Broker implements Pool.Performer {

  /** Told when claims come and go. */
  interface Observer {
    /** A claim is about to be decided on. */
    void asked(Claimant claimant);

    /** A claim was granted; its holder is told next. */
    void granted(Claimant claimant);

    /** A claim of an earlier daemon was taken over. */
    void adopted(Claimant claimant);

    /** A run's root process ended, the run may live on. */
    void rootEnded(Claimant run);

    /** A claim ended; {@code left} are those that still live. */
    void claimEnded(Claimant claimant, int left);
  }

  private final EventLoop loop;
  private final Layout layout;
  private final TokenStores stores;
  private final RunFolders folders;
  private final ClaimIds ids;
  private final WaitNotices notices;
  private final Observer observer;
  private final Log log;
  private final MadeAhead madeAhead;
  private final Claimants claimants = new Claimants();
  private final ProcessEnds ends;
  private final DirectGrants direct = new DirectGrants();
  private final TokenTraffic traffic;
  private LongConsumer resumed = waiter -> {};
  private LongConsumer rescued = claim -> {};
  private Function<Claimant, Need> needs = claimant -> Need.UNKNOWN;

  Broker(
      EventLoop loop,
      Layout layout,
      TokenStores stores,
      RunFolders folders,
      ClaimIds ids,
      Observer observer,
      Log log) {
    this.loop = loop;
    this.layout = layout;
    this.stores = stores;
    this.folders = folders;
    this.ids = ids;
    this.notices = new WaitNotices(this, loop);
    this.madeAhead = new MadeAhead(this::prepare, loop);
    this.observer = observer;
    this.log = log;
    this.ends = new ProcessEnds(loop, observer::rootEnded, this::end, log);
    this.traffic = new TokenTraffic(claimants::get, loop, log);
  }

  Collection<Claimant> claimants() {
    return claimants.all();
  }

  @Nullable Claimant claimant(long id) {
    return claimants.get(id);
  }

  /** The claim that a holder asked for, if it lives. */
  Optional<Claimant> claimantOf(Holder holder) {
    return claimants.of(holder);
  }

  /** Who is told of grants without an answer; they post their claims' events themselves. */
  DirectGrants direct() {
    return direct;
  }

  TokenTraffic traffic() {
    return traffic;
  }

  /** Has somebody told of those that waited for a lock and have their slot back. */
  void whenResumed(LongConsumer told) {
    resumed = told;
  }

  /** Has somebody told which claims are to be killed because memory runs out. */
  void whenRescued(LongConsumer told) {
    rescued = told;
  }

  /** Has somebody asked what claims will need that are new here. */
  void whenNeeded(Function<Claimant, Need> known) {
    needs = known;
  }

  /** A number for a claim that has no claimant of its own. */
  long newId() {
    return ids.next();
  }

  /**
   * Makes a claim known whose grant is told {@link #direct}; the caller asks the pool for it.
   *
   * @param run the outermost run of which it is a member, or null
   */
  Claimant register(Pool pool, Request.Claim request, Holder holder, @Nullable Claimant run) {
    long id = ids.next();
    Claimant claimant =
        new Claimant(
            id,
            request,
            pool,
            holder,
            run,
            Claimant.Origin.OUTSIDE,
            null,
            AskerEnvironment.UNKNOWN,
            loop.nowMs());
    claimants.add(claimant);
    return claimant;
  }

  /** The granted run of that name, if it lives. */
  @Nullable Claimant liveRun(@Nullable String name) {
    return claimants.liveRun(name);
  }

  /**
   * Takes in what an earlier daemon granted. Nothing is given away before all of it is taken in:
   * {@link #watchAdopted} is for afterwards.
   */
  void adopt(Claimant claimant) throws OsException {
    Event adopted =
        new Event.ClaimAdopted(
            loop.nowMs(),
            claimant.origin().within(),
            claimant.origin().belowClient(),
            claimant.terms(needs.apply(claimant), loop.nowMs()),
            claimant.holding(),
            claimant.unread());
    claimants.add(claimant);
    claimant.pool().apply(adopted);
    observer.adopted(claimant);
  }

  /** Sees to the end of an adopted claim, which may have come already: then what it held goes. */
  void watchAdopted(Claimant claimant) throws IOException {
    ends.watchOrEnd(claimant);
  }

  /** Takes a claim in; the asker is answered now or later. */
  void admit(
      Pool pool,
      Request.Claim request,
      Holder holder,
      Toolbox.@Nullable Equipment equipment,
      AskerEnvironment environment)
      throws IOException {
    Claimant granted =
        request.again() ? claimants.grantedUnheard(request, holder.pid()).orElse(null) : null;
    if (granted != null) {
      granted.askedAgain(holder, equipment, environment);
      ends.watch(granted);
      holder.answer(grantAnswer(granted).make());
      return;
    }
    Claimant within = liveRun(request.within());
    Claimant run = within == null || within.run() == null ? within : within.run();
    Claimant host = run != null && run.pool() == pool ? run : null; // no other pool's slot covers
    if (host != null) {
      lookAtTokens(host);
    }
    long nowMs = loop.nowMs();
    Claimant.Origin origin =
        host == null || within == null
            ? Claimant.Origin.OUTSIDE
            : new Claimant.Origin(within.id(), isBelowClient(holder.pid(), host.pid()));
    Claimant claimant =
        new Claimant(ids.next(), request, pool, holder, run, origin, equipment, environment, nowMs);
    claimants.add(claimant);
    ends.watch(claimant);
    observer.asked(claimant); // who may tell the core something
    long askedMs = loop.nowMs();
    pool.apply(
        new Event.ClaimRequested(
            askedMs,
            claimant.id(),
            origin.within(),
            origin.belowClient(),
            claimant.terms(needs.apply(claimant), askedMs)));
    if (claimant.phase() == Claimant.Phase.WAITING && claimants.has(claimant)) {
      holder.answer(new Answer.Queued());
      madeAhead.joined(claimant);
      notices.watch(claimant);
    }
  }

  /** A run's root may ask for more itself, by a file. */
  private static boolean isBelowClient(int pid, int root) throws IOException {
    return pid != root && Ancestry.hasTokenClient(pid, root);
  }

  private GrantAnswer grantAnswer(Claimant claimant) {
    return new GrantAnswer(claimant, claimant.holding().slots(), claimant.pool().size(), layout);
  }

  /**
   * Makes while it waits what a claim needs when it is granted, which is to take no time, and has
   * its holder do the same.
   */
  private void prepare(Claimant claimant) {
    try {
      if (claimant.needsEndpoint()) {
        claimant.prepared(openEndpoint(claimant));
        claimant.holder().answer(new Answer.Near());
      }
    } catch (IOException failure) {
      log.warn("No endpoint yet for " + claimant.name() + ": " + failure);
    }
  }

  /** The token that covers a member may have been taken just now. */
  private void lookAtTokens(Claimant run) {
    traffic.seen(run).ifPresent(run.pool()::apply);
  }

  /** What a run's root left behind is idle: its first slot is free. */
  void rootIdle(Claimant run) {
    run.pool().apply(new Event.RootIdle(loop.nowMs(), run.id()));
  }

  /** All tasks of a run sleep and have used no CPU for long. */
  void wedged(Claimant run) {
    run.pool().apply(new Event.RunWedged(loop.nowMs(), run.id()));
  }

  /** A claim is over, whoever noticed. Nothing happens the second time. */
  void end(Claimant claimant) {
    if (claimants.remove(claimant)) {
      claimant.pool().apply(new Event.ClaimEnded(loop.nowMs(), claimant.id()));
      close(claimant); // only now: somebody may wait for its slots
      observer.claimEnded(claimant, claimants.count());
    }
  }

  /** Tells everybody who waits that nothing will come, and forgets them. */
  void dismissWaiters(Answer answer) {
    for (Claimant claimant : claimants.all().toArray(Claimant[]::new)) {
      if (claimant.phase() == Claimant.Phase.WAITING) {
        claimant.holder().answer(answer);
        end(claimant);
      }
    }
  }

  @Override
  public void changed(List<Holding> holdings) {
    for (Holding holding : holdings) {
      Claimant claimant = claimants.get(holding.claim());
      if (claimant != null) {
        claimant.holds(holding);
      }
    }
  }

  @Override
  public void perform(Effect effect, Deque<Event> drained, Deque<Event> ended) {
    switch (effect) {
      case Effect.Grant grant -> {
        if (!direct.tell(grant, ended)) {
          grant(grant, ended);
        }
      }
      case Effect.Refuse refusal -> refuse(refusal, ended);
      case Effect.Resume resume -> resumed.accept(resume.waiter());
      case Effect.Rescue rescue -> rescued.accept(rescue.claim());
      case Effect.Put put -> traffic.put(put, ended);
      case Effect.Drain drain -> drained.add(traffic.drain(drain, ended));
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
        claimant.prepared(openEndpoint(claimant));
      }
      madeAhead.left(claimant);
      claimant.granted(loop.nowMs());
      observer.granted(claimant);
      answer = grantAnswer(claimant).make();
    } catch (IOException failure) {
      log.warn("No endpoint for " + claimant.name() + ": " + failure);
      answer =
          new Answer.Unserved(
              "the daemon can't make files in " + layout.directory() + ": " + failure.getMessage());
    }
    boolean arrived = claimant.holder().answer(answer);
    if (!arrived || answer instanceof Answer.Unserved) {
      forget(claimant, ended);
    }
  }

  /**
   * A run's tokens and its life FIFO, made if they are not there.
   *
   * @throws IOException if they can't be
   */
  RunEndpoint openEndpoint(Claimant run) throws IOException {
    return RunEndpoint.open(
        layout.run(run.name()),
        folders,
        loop,
        folder -> stores.open(run, folder, () -> tokensChanged(run)),
        () -> ends.lifeEnded(run));
  }

  private void tokensChanged(Claimant run) {
    traffic.news(run).forEach(run.pool()::apply);
  }

  private void refuse(Effect.Refuse refusal, Deque<Event> ended) {
    Claimant claimant = claimants.get(refusal.claim());
    if (claimant != null) {
      claimant.holder().answer(new Answer.Busy(notices.busyText(claimant)));
      forget(claimant, ended);
    }
  }

  private void close(Claimant claimant) {
    madeAhead.left(claimant);
    claimant.close();
    if (claimant.environment().lost().isNeeded()) {
      Leftovers.deleteQuietly(layout.replyEnvironment(claimant.pid()));
    }
  }

  /** As {@link #end}, while effects are being performed. */
  private void forget(Claimant claimant, Deque<Event> ended) {
    claimants.remove(claimant);
    close(claimant);
    ended.add(new Event.ClaimEnded(loop.nowMs(), claimant.id()));
    observer.claimEnded(claimant, claimants.count());
  }
}

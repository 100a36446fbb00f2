package dev.dibs.daemon.once;

import dev.dibs.core.once.Once;
import dev.dibs.core.once.OnceEffect;
import dev.dibs.core.once.OnceEvent;
import dev.dibs.core.once.OnceLimits;
import dev.dibs.core.once.OnceRefusal;
import dev.dibs.daemon.locks.Lender;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.Boot;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work done once: turns what happens to processes into the core's events, and its effects into
 * answers, folders and the end of what a killed runner left behind.
 *
 * <p>A runner reports by a file in its run's folder, and then ends. So it needs no daemon for that,
 * and whichever daemon sees its end finds the report. What is remembered is there before it is
 * told: the folder before the runner hears that it runs, the result before anybody reads it. Who
 * waited and lent its slot ({@link Lender}) has it back before it hears anything.
 *
 * <p>For the loop's thread only.
 */
public final class OnceService {

  private static final int CLAIMS_MAX = 20_000;
  private static final OnceLimits LIMITS =
      new OnceLimits(100, 4 * OnceFolder.KEPT_BYTES_MAX, 24 * 60 * 60 * 1_000L);

  /**
   * What it needs of the daemon.
   *
   * @param folders where runs have their folders; it is there
   * @param ids numbers for claims, never used before
   * @param epochMs what time it is, ms since 1970
   * @param unused told when nobody is left who runs, waits or reads
   */
  public record Parts(
      EventLoop loop,
      Path folders,
      LongSupplier ids,
      OnceNames names,
      OnceAdoption.Survivors survivors,
      LongSupplier epochMs,
      Lender lender,
      Runnable unused,
      Log log) {}

  private final Parts parts;
  private final EventLoop loop;
  private final String boot;
  private final Once core = new Once(LIMITS);
  private final Map<Long, OnceClaim> claims = new LinkedHashMap<>();
  private final OnceTexts texts = new OnceTexts(claims::get);
  private final OnceNotices notices;
  private final OnceResults results;
  private final Deque<OnceEffect> effects = new ArrayDeque<>();
  private boolean performing;
  private TimerQueue.@Nullable Timer tick;

  public OnceService(Parts parts) throws IOException {
    this.parts = parts;
    this.loop = parts.loop();
    this.boot = Boot.id();
    this.notices = new OnceNotices(core, claims::get, texts, loop, this::leave);
    this.results = new OnceResults(parts.folders(), parts.names(), boot, parts.log());
  }

  // --- asking ---

  /**
   * Serves one who asks.
   *
   * @throws IOException if it can't be served
   */
  public void ask(OnceHolder holder, OnceWish wish) throws IOException {
    if (claims.size() >= CLAIMS_MAX) {
      holder.answer(new Answer.Unserved("the daemon serves " + CLAIMS_MAX + " of it already"));
      holder.close();
      return;
    }
    if (wish.again() && answeredAgain(wish.task(), holder)) {
      return;
    }
    seeEnd(wish.task().key());
    long id = parts.ids().getAsLong();
    OnceClaim claim =
        new OnceClaim(id, parts.names().of(id), wish.task(), holder, loop.nowMs(), wish.maxAgeMs());
    OnceAsker asker = new OnceAsker(holder.pid(), parts.names());
    Set<Long> within = asker.within();
    holder.watchEnd(() -> ended(claim));
    claims.put(id, claim);
    apply(
        new OnceEvent.Asked(
            loop.nowMs(),
            id,
            wish.task().key(),
            wish.task().fingerprint(),
            wish.maxAgeMs(),
            wish.again() ? asker.askingMs() : 0,
            wish.waits(),
            within));
    if (claim.phase() == OnceClaim.Phase.ASKS && claims.containsKey(id)) {
      await(claim, wish.waitMs());
    }
  }

  /**
   * Takes notice of a runner's end that is still to be told: who asks after it is not to have its
   * result.
   */
  private void seeEnd(String key) throws IOException {
    OptionalLong id = core.runner(key);
    OnceClaim runner = id.isEmpty() ? null : claims.get(id.getAsLong());
    if (runner != null && runner.holder().hasEnded()) {
      ended(runner);
    }
  }

  /** Whether it asked before and is answered the same; what it waited for it asks for anew. */
  private boolean answeredAgain(Task task, OnceHolder holder) throws IOException {
    for (OnceClaim claim : List.copyOf(claims.values())) {
      if (claim.pid() != holder.pid() || claim.phase() == OnceClaim.Phase.CLEARS) {
        continue;
      }
      boolean same = claim.task().fingerprint().equals(task.fingerprint());
      if (same && claim.phase() == OnceClaim.Phase.RUNS && !claim.holder().hasEnded()) {
        claim.askedAgain(holder);
        holder.watchEnd(() -> ended(claim));
        holder.runs(claim.name());
        return true;
      }
      if (claim.phase() != OnceClaim.Phase.RUNS) {
        leave(claim);
      }
    }
    return false;
  }

  private void await(OnceClaim claim, OptionalLong waitMs) {
    claim.waits();
    parts.lender().waits(claim.id(), claim.pid());
    claim.holder().answer(new Answer.Queued());
    notices.watch(claim);
    waitMs.ifPresent(ms -> claim.deadline(loop.after(ms, () -> giveUp(claim, ms))));
  }

  private void giveUp(OnceClaim claim, long waitMs) {
    claim.holder().answer(new Answer.Busy(texts.timeout(claim, waitMs, notices.awaited(claim))));
    leave(claim);
  }

  // --- the core's effects ---

  private void apply(OnceEvent event) {
    effects.addAll(core.apply(event));
    if (performing) {
      return; // by who called for this, in order
    }
    performing = true;
    try {
      while (!effects.isEmpty()) {
        perform(effects.remove());
      }
    } finally {
      performing = false;
    }
    tickLater();
    if (!isInUse()) {
      parts.unused().run();
    }
  }

  private void perform(OnceEffect effect) {
    switch (effect) {
      case OnceEffect.Run run -> goOn(run.claim(), this::run);
      case OnceEffect.Share share -> goOn(share.claim(), claim -> share(claim, share.result()));
      case OnceEffect.Refuse refusal -> refuse(refusal.claim(), refusal.why());
      case OnceEffect.Forget forget -> results.forget(forget.result());
    }
  }

  /** What one does who waits no more. */
  private interface Step {
    void of(OnceClaim claim);
  }

  /** At once, or when it has the slot back that it lent. */
  private void goOn(long id, Step step) {
    OnceClaim claim = claims.get(id);
    if (claim == null) {
      return; // it left while this was under way; the core has been told
    }
    if (parts.lender().goesOn(id, () -> slotIsBack(claim, step))) {
      claim.owed();
    } else {
      step.of(claim);
    }
  }

  private void slotIsBack(OnceClaim claim, Step step) {
    if (claims.get(claim.id()) == claim && claim.phase() == OnceClaim.Phase.OWED) {
      step.of(claim);
    }
  }

  private void run(OnceClaim claim) {
    notices.forget(claim.id());
    claim.runs(parts.epochMs().getAsLong());
    try {
      results.begin(claim);
      claim.holder().runs(claim.name());
    } catch (IOException failure) {
      parts.log().warn("No folder for a run: " + failure);
      String where = "the daemon can't make files in " + parts.folders();
      claim.holder().answer(new Answer.Unserved(where + ": " + failure.getMessage()));
      leave(claim);
      results.forget(claim.id());
    }
  }

  private void share(OnceClaim claim, long number) {
    OnceResult result = results.of(number);
    notices.forget(claim.id());
    claim.reads();
    claim
        .holder()
        .answer(
            new Answer.Shared(parts.names().of(number), result.status(), result.cut() ? "c" : "-"));
  }

  private void refuse(long id, OnceRefusal why) {
    OnceClaim claim = claims.get(id);
    if (claim != null) {
      String text = texts.refusal(claim, why);
      claim
          .holder()
          .answer(
              why instanceof OnceRefusal.WouldWait
                  ? new Answer.Busy(text)
                  : new Answer.Misuse(text));
      drop(claim);
    }
  }

  private void tickLater() {
    if (tick != null) {
      tick.cancel();
      tick = null;
    }
    OptionalLong nextMs = core.nextMs();
    if (nextMs.isPresent()) {
      tick =
          loop.after(
              Math.max(1, nextMs.getAsLong() - loop.nowMs()),
              () -> apply(new OnceEvent.Ticked(loop.nowMs())));
    }
  }

  // --- the end of processes ---

  private void ended(OnceClaim claim) {
    if (claims.get(claim.id()) != claim) {
      return;
    }
    switch (claim.phase()) {
      case RUNS -> runnerEnded(claim);
      case CLEARS -> {} // it is known
      case ASKS, WAITS, OWED, READS -> leave(claim);
    }
  }

  /** It waits, reads or asks no more, or can't run. */
  private void leave(OnceClaim claim) {
    drop(claim);
    apply(new OnceEvent.Ended(loop.nowMs(), claim.id()));
  }

  private void drop(OnceClaim claim) {
    claims.remove(claim.id());
    notices.forget(claim.id());
    parts.lender().forget(claim.id());
    claim.close();
  }

  private void runnerEnded(OnceClaim claim) {
    Optional<OnceResult> result = results.reported(claim.id(), core.keepMs(claim.id()));
    if (result.isPresent()) {
      reported(claim, result.get());
    } else {
      clear(claim);
    }
  }

  private void reported(OnceClaim claim, OnceResult result) {
    results.conclude(claim.id(), result);
    drop(claim);
    apply(new OnceEvent.Reported(loop.nowMs(), claim.id(), result.isGood(), result.bytes()));
  }

  /** Nothing of it may be left when the next one begins. */
  private void clear(OnceClaim claim) {
    parts.log().info("The runner of " + claim.name() + ", pid " + claim.pid() + ", left no result");
    claim.clears();
    Remains.end(results.folder(claim.id()), claim.name(), loop, parts.log(), () -> cleared(claim));
  }

  private void cleared(OnceClaim claim) {
    results.forget(claim.id());
    leave(claim);
  }

  // --- what an earlier daemon left ---

  /** Takes over runs and results; to be called before anybody asks. */
  public void adopt() throws IOException {
    new OnceAdoption(parts, boot, new Heir()).run();
  }

  private final class Heir implements OnceAdoption.Heir {
    @Override
    public void reported(long number, OnceResult result) {
      results.conclude(number, result);
    }

    @Override
    public void result(OnceEvent.AdoptedResult event, OnceResult result) {
      results.know(event.claim(), result);
      apply(event);
    }

    @Override
    public void run(OnceEvent.AdoptedRun event, OnceRun run, OnceHolder holder) throws IOException {
      OnceClaim claim =
          new OnceClaim(
              event.claim(),
              parts.names().of(event.claim()),
              run.task(),
              holder,
              loop.nowMs(),
              run.maxAgeMs());
      claim.runs(run.sinceEpochMs());
      claims.put(claim.id(), claim);
      apply(event);
      if (holder.hasEnded()) {
        clear(claim);
      } else {
        holder.watchEnd(() -> ended(claim));
      }
    }
  }

  // --- for the daemon ---

  /** Whether anybody runs, waits or reads; kept results don't count. */
  public boolean isInUse() {
    return !claims.isEmpty();
  }

  /** The work under way, in the order in which it was asked for. */
  public Collection<OnceFacts> facts() {
    return OnceFacts.of(claims, core);
  }

  /** Tells those who wait that nobody serves them any more; last those who would be next. */
  public void dismissWaiters() {
    dismiss(OnceClaim.Phase.WAITS);
    dismiss(OnceClaim.Phase.OWED);
  }

  private void dismiss(OnceClaim.Phase phase) {
    for (OnceClaim claim : List.copyOf(claims.values())) {
      if (claim.phase() == phase) {
        claim.holder().answer(new Answer.Unserved("the daemon was stopped"));
        leave(claim);
      }
    }
  }
}

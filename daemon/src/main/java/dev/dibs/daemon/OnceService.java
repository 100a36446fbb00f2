package dev.dibs.daemon;

import dev.dibs.core.once.Once;
import dev.dibs.core.once.OnceEffect;
import dev.dibs.core.once.OnceEvent;
import dev.dibs.core.once.OnceLimits;
import dev.dibs.core.once.OnceRefusal;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.daemon.once.OnceFolder;
import dev.dibs.daemon.once.OnceResult;
import dev.dibs.daemon.once.OnceRun;
import dev.dibs.daemon.once.Remains;
import dev.dibs.daemon.once.Task;
import dev.dibs.host.Boot;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Work done once: turns what happens to processes into the core's events, and its effects into
 * answers, folders and the end of what a killed runner left behind.
 *
 * <p>A runner reports by a file in its run's folder, and then ends. So it needs no daemon for that,
 * and whichever daemon sees its end finds the report. What is remembered is there before it is
 * told: the folder before the runner hears that it runs, the result before anybody reads it.
 *
 * <p>For the loop's thread only.
 */
final class OnceService {

  private static final int CLAIMS_MAX = 20_000;
  private static final OnceLimits LIMITS =
      new OnceLimits(100, 4 * OnceFolder.KEPT_BYTES_MAX, 24 * 60 * 60 * 1_000L);

  /** How long a result stays after a restart of the daemon for those who wait for it, ms. */
  private static final long RESTART_MS = 10_000;

  private static final long NOTICE_AFTER_MS = 1_000;
  private static final long NOTICE_AGAIN_MS = 60_000;
  private static final long TICK_MS = 10;

  private final Layout layout;
  private final EventLoop loop;
  private final LongSupplier ids;
  private final Runnable unused;
  private final Log log;
  private final String boot;
  private final Once core = new Once(LIMITS);
  private final Map<Long, OnceClaim> claims = new HashMap<>();
  private final Map<Long, OnceResult> results = new HashMap<>();
  private final OnceTexts texts = new OnceTexts(claims::get);
  private final Deque<OnceEffect> effects = new ArrayDeque<>();
  private boolean performing;
  private TimerQueue.@Nullable Timer tick;

  /**
   * @param ids gives numbers to claims
   * @param unused called when nobody is left who runs, waits or reads
   */
  OnceService(Layout layout, EventLoop loop, LongSupplier ids, Runnable unused, Log log)
      throws IOException {
    this.layout = layout;
    this.loop = loop;
    this.ids = ids;
    this.unused = unused;
    this.log = log;
    this.boot = Boot.id();
  }

  // --- asking ---

  /**
   * Serves one who asks.
   *
   * @throws MalformedRequestException if what it asks for makes no sense
   * @throws IOException if it can't be served
   */
  void ask(Request.Once request, Holder process) throws IOException, MalformedRequestException {
    if (claims.size() >= CLAIMS_MAX) {
      refuse(process, new Answer.Unserved("the daemon serves " + CLAIMS_MAX + " of it already"));
      return;
    }
    Task task = Task.of(request.pid(), request.words(), request.environment());
    if (request.again() && answeredAgain(task, process)) {
      return;
    }
    OnceClaim claim =
        new OnceClaim(ids.getAsLong(), task, process, loop.nowMs(), request.maxAgeMs());
    process.watchEnd(loop, () -> ended(claim));
    claims.put(claim.id(), claim);
    apply(
        new OnceEvent.Asked(
            loop.nowMs(),
            claim.id(),
            task.key(),
            task.fingerprint(),
            request.maxAgeMs(),
            request.again() ? askingMs(process.pid()) : 0,
            request.waitMs().orElse(1) > 0,
            within(process.pid())));
    if (claim.phase() == OnceClaim.Phase.ASKS && claims.containsKey(claim.id())) {
      await(claim, request);
    }
  }

  /** The runs that a process is in. */
  private static Set<Long> within(int pid) throws IOException {
    Set<Long> runs = new HashSet<>();
    String names =
        Proc.environment(pid).flatMap(environment -> environment.get(Remains.VARIABLE)).orElse("");
    for (String name : names.split(":", -1)) {
      OptionalLong run = ClaimIds.parse(name);
      run.ifPresent(runs::add);
    }
    return runs;
  }

  /** Rather too little: what ended before it began is not what it asked for. */
  private static long askingMs(int pid) throws IOException {
    Optional<ProcessStat> process = Proc.stat(pid);
    return process.isEmpty()
        ? 0
        : Math.max(0, Boot.uptimeMs() - TICK_MS * (process.get().startTicks() + 1));
  }

  /** Whether it asked before and is answered the same; what it waited for it asks for anew. */
  private boolean answeredAgain(Task task, Holder process) throws IOException {
    for (OnceClaim claim : List.copyOf(claims.values())) {
      if (claim.pid() != process.pid() || claim.phase() == OnceClaim.Phase.CLEARS) {
        continue;
      }
      boolean same = claim.task().fingerprint().equals(task.fingerprint());
      if (same && claim.phase() == OnceClaim.Phase.RUNS && !claim.process().hasEnded()) {
        claim.askedAgain(process);
        process.watchEnd(loop, () -> ended(claim));
        tellRunner(claim);
        return true;
      }
      if (claim.phase() == OnceClaim.Phase.WAITS || claim.phase() == OnceClaim.Phase.READS) {
        leave(claim);
      }
    }
    return false;
  }

  private void await(OnceClaim claim, Request.Once request) {
    claim.waits();
    claim.process().answer(new Answer.Queued());
    claim.noticeAt(loop.after(NOTICE_AFTER_MS, () -> tell(claim, request.live(), "")));
    request
        .waitMs()
        .ifPresent(waitMs -> claim.deadlineAt(loop.after(waitMs, () -> giveUp(claim, waitMs))));
  }

  private void tell(OnceClaim claim, boolean live, String before) {
    String text = texts.waiting(claim, awaited(claim), core.waiters(awaited(claim)) - 1);
    if (!text.equals(before) && !claim.process().answer(new Answer.Waiting(text))) {
      leave(claim);
      return;
    }
    claim.noticeAt(
        loop.after(
            live ? NOTICE_AFTER_MS : NOTICE_AGAIN_MS, () -> tell(claim, live, live ? text : "")));
  }

  private long awaited(OnceClaim claim) {
    return core.awaited(claim.id()).orElse(0);
  }

  private void giveUp(OnceClaim claim, long waitMs) {
    claim.process().answer(new Answer.Busy(texts.timeout(claim, waitMs, awaited(claim))));
    leave(claim);
  }

  private static void refuse(Holder process, Answer answer) {
    process.answer(answer);
    process.close();
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
      unused.run();
    }
  }

  private void perform(OnceEffect effect) {
    switch (effect) {
      case OnceEffect.Run run -> run(claim(run.claim()));
      case OnceEffect.Share share -> share(claim(share.claim()), share.result());
      case OnceEffect.Refuse refusal -> refuse(claim(refusal.claim()), refusal.why());
      case OnceEffect.Forget forget -> forget(forget.result());
    }
  }

  private OnceClaim claim(long id) {
    OnceClaim claim = claims.get(id);
    if (claim == null) {
      throw new IllegalStateException("BUG: no claim " + ClaimIds.name(id));
    }
    return claim;
  }

  private void run(OnceClaim claim) {
    long epochMs = Instant.now().toEpochMilli();
    claim.runs(epochMs);
    try {
      long startTicks = Proc.stat(claim.pid()).map(ProcessStat::startTicks).orElse(0L);
      folder(claim.id())
          .make(
              new OnceRun(claim.pid(), startTicks, epochMs, claim.maxAgeMs(), claim.task()), boot);
      tellRunner(claim);
    } catch (IOException failure) {
      log.warn("No folder for a run: " + failure);
      claim
          .process()
          .answer(new Answer.Unserved("the daemon can't make files: " + failure.getMessage()));
      leave(claim);
      deleteFolder(claim.id());
    }
  }

  private void tellRunner(OnceClaim claim) throws IOException {
    EnvironmentFile lost =
        Proc.environment(claim.pid()).map(Requests::lostByShells).orElse(EnvironmentFile.NONE);
    if (lost.isNeeded()) {
      lost.write(layout.replyEnvironment(claim.pid()));
    }
    claim.process().answer(new Answer.Runs(claim.name(), lost.isNeeded() ? "e" : "-"));
  }

  private void share(OnceClaim claim, long number) {
    OnceResult result = results.get(number);
    if (result == null) {
      throw new IllegalStateException("BUG: no result " + ClaimIds.name(number));
    }
    claim.reads(number);
    claim
        .process()
        .answer(
            new Answer.Shared(ClaimIds.name(number), result.status(), result.cut() ? "c" : "-"));
  }

  private void refuse(OnceClaim claim, OnceRefusal why) {
    String text = texts.refusal(claim, why);
    claim
        .process()
        .answer(
            why instanceof OnceRefusal.WouldWait ? new Answer.Busy(text) : new Answer.Misuse(text));
    drop(claim);
  }

  private void forget(long number) {
    results.remove(number);
    deleteFolder(number);
  }

  private void deleteFolder(long number) {
    try {
      Leftovers.deleteTree(folder(number).path());
    } catch (IOException failure) {
      log.warn("A run's folder stays: " + failure);
    }
  }

  private OnceFolder folder(long number) {
    return new OnceFolder(layout.once(ClaimIds.name(number)));
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
    claim.process().unwatchEnd();
    if (claim.phase() == OnceClaim.Phase.RUNS) {
      runnerEnded(claim);
    } else {
      leave(claim);
    }
  }

  /** It waits, reads or asks no more, or can't run. */
  private void leave(OnceClaim claim) {
    drop(claim);
    apply(new OnceEvent.Ended(loop.nowMs(), claim.id()));
  }

  private void drop(OnceClaim claim) {
    claims.remove(claim.id());
    claim.close();
  }

  private void runnerEnded(OnceClaim claim) {
    Leftovers.deleteQuietly(layout.replyEnvironment(claim.pid()));
    try {
      OptionalInt status = folder(claim.id()).reported();
      if (status.isPresent()) {
        OnceResult result =
            folder(claim.id()).result(status.getAsInt(), Boot.uptimeMs(), core.keepMs(claim.id()));
        reported(claim, result);
        return;
      }
    } catch (IOException failure) {
      log.warn("The result of a run is lost: " + failure);
    }
    clear(claim);
  }

  private void reported(OnceClaim claim, OnceResult result) {
    conclude(claim.id(), result);
    drop(claim);
    apply(new OnceEvent.Reported(loop.nowMs(), claim.id(), result.isGood(), result.bytes()));
  }

  private void conclude(long number, OnceResult result) {
    results.put(number, result);
    try {
      folder(number).conclude(result);
    } catch (IOException failure) {
      log.warn("A result will be unknown to a later daemon: " + failure);
    }
  }

  /** Nothing of it may be left when the next one begins. */
  private void clear(OnceClaim claim) {
    log.info("The runner of a shared command, pid " + claim.pid() + ", ended without a result");
    claim.clears();
    Remains.end(folder(claim.id()), claim.name(), loop, log, () -> cleared(claim));
  }

  private void cleared(OnceClaim claim) {
    deleteFolder(claim.id());
    leave(claim);
  }

  // --- what an earlier daemon left ---

  /** Takes over runs and results; to be called before anybody asks. */
  void adopt() throws IOException {
    try (Stream<Path> folders = Files.list(layout.once())) {
      for (Path folder : folders.toList()) {
        adopt(new OnceFolder(folder));
      }
    }
  }

  private void adopt(OnceFolder folder) throws IOException {
    OptionalLong number = ClaimIds.parse(folder.path().getFileName().toString());
    OnceRun run = folder.run(boot).orElse(null);
    if (run == null || number.isEmpty()) {
      Leftovers.deleteTree(folder.path());
      return;
    }
    OnceResult result = folder.result().orElse(null);
    if (result == null) {
      adoptRun(number.getAsLong(), run);
    } else {
      adoptResult(number.getAsLong(), run, result);
    }
  }

  private void adoptResult(long number, OnceRun run, OnceResult result) throws IOException {
    results.put(number, result);
    long uptimeMs = Boot.uptimeMs();
    apply(
        new OnceEvent.AdoptedResult(
            loop.nowMs(),
            number,
            run.task().key(),
            run.task().fingerprint(),
            result.isGood(),
            result.bytes(),
            uptimeMs - result.reportedMs(),
            Math.max(RESTART_MS, result.keepUntilMs() - uptimeMs)));
  }

  private void adoptRun(long number, OnceRun run) throws IOException {
    Survivor process = Survivor.of(run.pid(), run.startTicks());
    OptionalInt status = folder(number).reported();
    if (process.hasEnded() && status.isPresent()) {
      process.close();
      adoptReport(number, run, status.getAsInt());
      return;
    }
    OnceClaim claim = new OnceClaim(number, run.task(), process, loop.nowMs(), run.maxAgeMs());
    claim.runs(run.sinceEpochMs());
    claims.put(number, claim);
    apply(
        new OnceEvent.AdoptedRun(
            loop.nowMs(), number, run.task().key(), run.task().fingerprint(), run.maxAgeMs()));
    if (process.hasEnded()) {
      clear(claim);
    } else {
      process.watchEnd(loop, () -> ended(claim));
    }
  }

  /** It reported while there was no daemon. */
  private void adoptReport(long number, OnceRun run, int status) throws IOException {
    long ageMs = Math.max(0, Instant.now().toEpochMilli() - folder(number).reportedEpochMs());
    OnceResult result =
        folder(number).result(status, Boot.uptimeMs() - ageMs, status == 0 ? run.maxAgeMs() : 0);
    conclude(number, result);
    adoptResult(number, run, result);
  }

  // --- for the daemon ---

  /** Whether anybody runs, waits or reads; kept results don't count. */
  boolean isInUse() {
    return !claims.isEmpty();
  }

  /** How many run, for people. */
  int running() {
    return (int)
        claims.values().stream().filter(claim -> claim.phase() == OnceClaim.Phase.RUNS).count();
  }

  /** Tells those who wait that nobody serves them any more. */
  void dismissWaiters() {
    for (OnceClaim claim : new ArrayList<>(claims.values())) {
      if (claim.phase() == OnceClaim.Phase.WAITS) {
        claim.process().answer(new Answer.Unserved("the daemon was stopped"));
        leave(claim);
      }
    }
  }
}

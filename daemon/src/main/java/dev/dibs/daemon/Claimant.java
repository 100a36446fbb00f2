package dev.dibs.daemon;

import dev.dibs.core.Holding;
import dev.dibs.core.Need;
import dev.dibs.core.Terms;
import dev.dibs.core.history.Ending;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.host.OsException;
import dev.dibs.protocol.Request;
import org.jspecify.annotations.Nullable;

/**
 * The outside of a claim: who holds it or waits for it, and what was asked. The core knows only its
 * number.
 */
final class Claimant {

  /** Where a claim stands. */
  enum Phase {
    WAITING,
    HOLDING,
    /** A run whose root process ended while something of it lives on. */
    LEFTOVER
  }

  /** How long before its death a process may have closed its files. */
  private static final long EXITING_MS_MAX = 20;

  private final long id;
  private final String name;
  private final Request.Claim request;
  private final Pool pool;
  private final @Nullable Claimant run;
  private final Origin origin;
  private Holder holder;
  private Toolbox.@Nullable Equipment equipment;
  private AskerEnvironment environment;
  private Phase phase = Phase.WAITING;
  private long sinceMs;
  private @Nullable RunEndpoint endpoint;
  private Holding holding;
  private ClaimRecords.@Nullable Entry entry;
  private Ending ending = Ending.UNKNOWN;
  private long lifeEndedMs = Long.MAX_VALUE;
  private TimerQueue.@Nullable Timer notice;

  /**
   * Where a claim was made.
   *
   * @param within the innermost run, or null
   * @param belowClient whether a client of the outermost run's tokens started the holder
   */
  record Origin(@Nullable Long within, boolean belowClient) {

    /** In no run. */
    static final Origin OUTSIDE = new Origin(null, false);
  }

  /**
   * @param run the outermost run of which it is a member, or null
   * @param equipment what its tools need; null for jobs and members
   */
  Claimant(
      long id,
      Request.Claim request,
      Pool pool,
      Holder holder,
      @Nullable Claimant run,
      Origin origin,
      Toolbox.@Nullable Equipment equipment,
      AskerEnvironment environment,
      long nowMs) {
    this.id = id;
    this.name = name(id, run);
    this.request = request;
    this.pool = pool;
    this.holder = holder;
    this.run = run;
    this.origin = origin;
    this.holding = new Holding(id, 0, 0, 0);
    this.equipment = equipment;
    this.environment = environment;
    this.sinceMs = nowMs;
  }

  /** What a claim is called outside. */
  static String name(long id, @Nullable Claimant run) {
    return (run == null ? "" : run.name + ClaimIds.MEMBER_MARK) + ClaimIds.name(id);
  }

  long id() {
    return id;
  }

  /** What it is called outside; of a member, the run's name comes first. */
  String name() {
    return name;
  }

  Request.Claim request() {
    return request;
  }

  /** The pool of which it claims slots. */
  Pool pool() {
    return pool;
  }

  /** The terms on which it asks that pool now. */
  Terms terms(Need need, long nowMs) {
    return new Terms(
        isRun() ? Terms.Kind.RUN : Terms.Kind.JOB,
        request.weight(),
        request.cap(),
        request.slotsMin(),
        request.slotsMax(),
        request.waitMs().isPresent() ? nowMs + request.waitMs().getAsLong() : Long.MAX_VALUE,
        isRun() && !request.width() && request.cap() > 1,
        need);
  }

  Holder holder() {
    return holder;
  }

  int pid() {
    return holder.pid();
  }

  /** The outermost run of which it is a member, or null. */
  @Nullable Claimant run() {
    return run;
  }

  Origin origin() {
    return origin;
  }

  boolean isRun() {
    return request.kind() == Request.Kind.RUN;
  }

  Toolbox.@Nullable Equipment equipment() {
    return equipment;
  }

  AskerEnvironment environment() {
    return environment;
  }

  Phase phase() {
    return phase;
  }

  /** Since when it waits or, once granted, holds. */
  long sinceMs() {
    return sinceMs;
  }

  /** How many slots it may use now; 0 while it waits. */
  int slots() {
    return holding.slots();
  }

  /** The FIFOs of a run that is no member, from when it waits or is granted; else null. */
  @Nullable RunEndpoint endpoint() {
    return endpoint;
  }

  /** Bytes in its token FIFO; 0 without one. */
  int unread() throws OsException {
    return endpoint == null ? 0 : endpoint.unread();
  }

  /**
   * Whether everybody let go of the life FIFO while the root still lived, so that it tells nothing
   * any more. A process that ends lets go of its files a little before it counts as dead.
   */
  boolean lifeLost(long nowMs) {
    return lifeEndedMs <= nowMs - EXITING_MS_MAX;
  }

  /** Nobody holds the life FIFO any more; the first time counts. */
  void lifeEnded(long nowMs) {
    lifeEndedMs = Math.min(lifeEndedMs, nowMs);
  }

  void noticeAt(TimerQueue.Timer timer) {
    notice = timer;
  }

  /** Whether it is a run that is no member and still lacks its FIFOs. */
  boolean needsEndpoint() {
    return endpoint == null && run == null && isRun();
  }

  /** Its FIFOs are there. */
  void prepared(RunEndpoint made) {
    endpoint = made;
  }

  void granted(long nowMs) {
    phase = Phase.HOLDING;
    sinceMs = nowMs;
    cancelNotice();
  }

  /** It was granted by an earlier daemon. */
  void adopted(ClaimRecords.Entry record, Holding held, @Nullable RunEndpoint found) {
    phase = Phase.HOLDING;
    endpoint = found;
    holding = held;
    entry = record;
  }

  /** Its holder asks again, since it has not heard that it holds. */
  void askedAgain(
      Holder again, Toolbox.@Nullable Equipment nowEquipment, AskerEnvironment nowEnvironment) {
    holder.close();
    holder = again;
    equipment = nowEquipment;
    environment = nowEnvironment;
  }

  /** What it holds, as the core said last. */
  Holding holding() {
    return holding;
  }

  /** The core says what it holds. */
  void holds(Holding now) {
    holding = now;
    if (entry != null) {
      entry.holds(now);
    }
  }

  /** It is remembered from now on. */
  void recorded(ClaimRecords.Entry record) {
    entry = record;
  }

  /** Its holder ended, well or not. */
  void holderEnded(Ending how) {
    ending = how;
  }

  /** How its holder ended, as far as anybody knows. */
  Ending ending() {
    return ending;
  }

  void rootEnded() {
    phase = Phase.LEFTOVER;
    holder.unwatchEnd();
  }

  /** Lets go of everything outside. */
  void close() {
    cancelNotice();
    if (entry != null) {
      entry.remove();
      entry = null;
    }
    if (endpoint != null) {
      endpoint.close();
    }
    holder.close();
  }

  private void cancelNotice() {
    if (notice != null) {
      notice.cancel();
      notice = null;
    }
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.files.LockFiles;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what an earlier daemon granted and what lives still, before anything new is granted.
 * Who waited asks again by itself.
 */
final class Takeover {

  private final ClaimRecords records;
  private final Broker broker;
  private final Pools pools;
  private final RunEndpoint.Opener endpoints;
  private final OpenFiles files;
  private final LockProcesses lockHolders;
  private final EventLoop loop;
  private final long epochMs;
  private final Log log;

  /** What an earlier daemon granted to open files, and who may have it. */
  interface OpenFiles {
    /** Whether the files that it opened are open still. */
    boolean areOpen();

    /** Takes over a lock whose file that request opened. */
    void adoptLock(ClaimRecords.Found lock, long request)
        throws IOException, MalformedRequestException;

    /** Has a node for which somebody waits. */
    void recall(ClaimRecords.Found node);

    /** Takes over the file behind a claim. */
    FileHolder adoptClaim(ClaimRecord claim, String name, int slots);
  }

  /**
   * @param epochMs what time it is, ms since 1970
   */
  Takeover(
      ClaimRecords records,
      Broker broker,
      Pools pools,
      RunEndpoint.Opener endpoints,
      OpenFiles files,
      LockProcesses lockHolders,
      EventLoop loop,
      long epochMs,
      Log log) {
    this.records = records;
    this.broker = broker;
    this.pools = pools;
    this.endpoints = endpoints;
    this.files = files;
    this.lockHolders = lockHolders;
    this.loop = loop;
    this.epochMs = epochMs;
    this.log = log;
  }

  /**
   * Adopts all claims whose holders live, and runs of which something may; the records of others
   * go. Only then those end that are over after all: the slots of whoever is not taken in yet look
   * free, and would be given away.
   */
  void run() {
    List<ClaimRecords.Found> found = records.found(log);
    List<Claimant> adopted = new ArrayList<>();
    long claims = found.stream().filter(record -> !RecordedNodes.isOne(record)).count();
    for (ClaimRecords.Found claim : found) {
      try {
        adopt(claim).ifPresent(adopted::add);
      } catch (IOException
          | MalformedRequestException
          | Pools.RefusedException
          | IllegalArgumentException failure) {
        warnLost(claim.record().id(), failure);
        claim.entry().remove();
      }
    }
    adopted.forEach(this::watch);
    lockHolders.allAdopted();
    if (claims > 0) {
      log.info("Took over " + adopted.size() + " of " + claims + " claims");
    }
  }

  private void watch(Claimant claimant) {
    try {
      broker.watchAdopted(claimant);
    } catch (IOException failure) {
      warnLost(claimant.id(), failure);
      broker.end(claimant);
    }
  }

  private void warnLost(long claim, Exception failure) {
    log.warn("Claim " + ClaimIds.name(claim) + " is lost: " + failure);
  }

  private Optional<Claimant> adopt(ClaimRecords.Found found)
      throws IOException, MalformedRequestException, Pools.RefusedException {
    ClaimRecord record = found.record();
    if (RecordedNodes.isOne(found)) {
      files.recall(found);
      found.entry().remove();
      return Optional.empty();
    }
    boolean isLock = RecordedLocks.isOne(found);
    if (isLock && RequestLine.field(record.request(), LockFiles.OPEN).isEmpty()) {
      lockHolders.adopt(found);
      return Optional.empty();
    }
    if (isLock || RequestLine.field(record.request(), FileHolder.NODE).isPresent()) {
      return adoptFile(found, isLock);
    }
    Survivor holder = Survivor.of(record.pid(), record.startTicks());
    boolean isOver = holder.hasEnded() && !mayHaveLeftovers(found);
    if (isOver || !(RequestLine.parse(record.request()) instanceof Request.Claim request)) {
      holder.close();
      found.entry().remove();
      return Optional.empty();
    }
    return Optional.of(adopt(found, claimant(record, request, holder)));
  }

  /** Files live as long as the mount, which a daemon outlives if anybody kept it. */
  private Optional<Claimant> adoptFile(ClaimRecords.Found found, boolean isLock)
      throws IOException, MalformedRequestException, Pools.RefusedException {
    ClaimRecord record = found.record();
    if (!files.areOpen()) {
      found.entry().remove();
      return Optional.empty();
    }
    if (isLock) {
      files.adoptLock(
          found, Long.parseLong(RequestLine.field(record.request(), LockFiles.OPEN).orElseThrow()));
    } else if (RequestLine.parse(record.request()) instanceof Request.Claim request) {
      String name = Claimant.name(record.id(), known(record.run()));
      FileHolder holder = files.adoptClaim(record, name, found.holding().slots());
      return Optional.of(adopt(found, claimant(record, request, holder)));
    }
    return Optional.empty();
  }

  private Claimant adopt(ClaimRecords.Found found, Claimant claimant) throws IOException {
    RunEndpoint endpoint = claimant.needsEndpoint() ? endpoints.open(claimant) : null;
    if (endpoint != null) {
      endpoint.adopt(found.holding().issued());
    }
    claimant.adopted(found.entry(), found.holding(), endpoint);
    broker.adopt(claimant);
    return claimant;
  }

  /** A run may live on with its last process. */
  private static boolean mayHaveLeftovers(ClaimRecords.Found found) {
    return found.record().request().startsWith("run");
  }

  private Claimant claimant(ClaimRecord record, Request.Claim request, Holder holder)
      throws Pools.RefusedException {
    Claimant run = known(record.run());
    long ageMs = Math.max(0, epochMs - record.sinceEpochMs());
    return new Claimant(
        record.id(),
        request,
        pools.get(record.pool()),
        holder,
        run,
        new Claimant.Origin(within(record), record.belowClient()),
        Optional.ofNullable(record.style())
            .map(style -> new Toolbox.Equipment(style, Optional.empty()))
            .orElse(null),
        AskerEnvironment.UNKNOWN,
        loop.nowMs() - ageMs);
  }

  /** The run in which it was made, or the outermost one if that is over. */
  private @Nullable Long within(ClaimRecord record) {
    return record.within() == null || known(record.within()) != null
        ? record.within()
        : record.run();
  }

  private @Nullable Claimant known(@Nullable Long id) {
    return id == null ? null : broker.claimant(id);
  }
}

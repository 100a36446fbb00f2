package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
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
  private final EventLoop loop;
  private final long epochMs;
  private final Log log;

  /**
   * @param epochMs what time it is, ms since 1970
   */
  Takeover(
      ClaimRecords records,
      Broker broker,
      Pools pools,
      RunEndpoint.Opener endpoints,
      EventLoop loop,
      long epochMs,
      Log log) {
    this.records = records;
    this.broker = broker;
    this.pools = pools;
    this.endpoints = endpoints;
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
    for (ClaimRecords.Found claim : found) {
      try {
        adopt(claim).ifPresent(adopted::add);
      } catch (IOException | MalformedRequestException | Pools.RefusedException failure) {
        warnLost(claim.record().id(), failure);
        claim.entry().remove();
      }
    }
    adopted.forEach(this::watch);
    if (!found.isEmpty()) {
      log.info("Took over " + adopted.size() + " of " + found.size() + " claims");
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
    Survivor holder = Survivor.of(record.pid(), record.startTicks());
    boolean isOver = holder.hasEnded() && !mayHaveLeftovers(found);
    if (isOver || !(RequestLine.parse(record.request()) instanceof Request.Claim request)) {
      holder.close();
      found.entry().remove();
      return Optional.empty();
    }
    Claimant claimant = claimant(record, request, holder);
    claimant.adopted(
        found.entry(), found.holding(), claimant.needsEndpoint() ? endpoints.open(claimant) : null);
    broker.adopt(claimant);
    return Optional.of(claimant);
  }

  /** A run may live on with its last process. */
  private static boolean mayHaveLeftovers(ClaimRecords.Found found) {
    return found.record().request().startsWith("run");
  }

  private Claimant claimant(ClaimRecord record, Request.Claim request, Survivor holder)
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
        EnvironmentFile.NONE,
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

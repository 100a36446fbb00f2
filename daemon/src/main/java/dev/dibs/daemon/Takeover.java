package dev.dibs.daemon;

import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
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
  private final Pool pool;
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
      Pool pool,
      RunEndpoint.Opener endpoints,
      EventLoop loop,
      long epochMs,
      Log log) {
    this.records = records;
    this.broker = broker;
    this.pool = pool;
    this.endpoints = endpoints;
    this.loop = loop;
    this.epochMs = epochMs;
    this.log = log;
  }

  /** Adopts all claims whose holders live; the records of others go. */
  void run() {
    List<ClaimRecords.Found> found = records.found(log);
    int adopted = 0;
    for (ClaimRecords.Found claim : found) {
      try {
        adopted += adopt(claim) ? 1 : 0;
      } catch (IOException | MalformedRequestException failure) {
        log.warn("Claim " + ClaimIds.name(claim.record().id()) + " is lost: " + failure);
        claim.entry().remove();
      }
    }
    if (!found.isEmpty()) {
      log.info("Took over " + adopted + " of " + found.size() + " claims");
    }
  }

  private boolean adopt(ClaimRecords.Found found) throws IOException, MalformedRequestException {
    ClaimRecord record = found.record();
    Survivor holder = Survivor.of(record.pid(), record.startTicks());
    boolean isOver = holder.hasEnded() && !mayHaveLeftovers(found);
    if (isOver || !(RequestLine.parse(record.request()) instanceof Request.Claim request)) {
      holder.close();
      found.entry().remove();
      return false;
    }
    Claimant claimant = claimant(record, request, holder);
    claimant.adopted(
        found.entry(), found.holding(), claimant.needsEndpoint() ? endpoints.open(claimant) : null);
    broker.adopt(claimant);
    return true;
  }

  /** A run that is no member lives on with its last process. */
  private static boolean mayHaveLeftovers(ClaimRecords.Found found) {
    return found.record().run() == null && found.record().request().startsWith("run");
  }

  private Claimant claimant(ClaimRecord record, Request.Claim request, Survivor holder) {
    Claimant run = known(record.run());
    Claimant within = known(record.within());
    long ageMs = Math.max(0, epochMs - record.sinceEpochMs());
    return new Claimant(
        record.id(),
        request,
        pool,
        holder,
        run,
        new Claimant.Origin(
            within == null ? record.run() : Long.valueOf(within.id()), record.belowClient()),
        Optional.ofNullable(record.style())
            .map(style -> new Toolbox.Equipment(style, Optional.empty()))
            .orElse(null),
        EnvironmentFile.NONE,
        loop.nowMs() - ageMs);
  }

  private @Nullable Claimant known(@Nullable Long id) {
    return id == null ? null : broker.claimant(id);
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Remembers claims for a later daemon, before their holders hear that they are granted. */
final class Recorder {

  private final ClaimRecords records;
  private final LongSupplier epochMs;
  private final Log log;

  Recorder(ClaimRecords records, LongSupplier epochMs, Log log) {
    this.records = records;
    this.epochMs = epochMs;
    this.log = log;
  }

  /**
   * Remembers a claim that was just granted. That it can't be is no reason to hold a build up: then
   * a later daemon will not know of it.
   */
  void granted(Claimant claimant) {
    String request = claimant.holder().request();
    try {
      Optional<ProcessStat> holder = request == null ? Optional.empty() : Proc.stat(claimant.pid());
      if (request != null && holder.isPresent()) {
        claimant.recorded(records.add(record(claimant, holder.get(), request), claimant.holding()));
      }
    } catch (IOException failure) {
      log.warn(claimant.name() + " will be unknown to a later daemon: " + failure);
    }
  }

  private ClaimRecord record(Claimant claimant, ProcessStat holder, String request) {
    Claimant run = claimant.run();
    Toolbox.Equipment equipment = claimant.equipment();
    return new ClaimRecord(
        claimant.id(),
        claimant.pid(),
        holder.startTicks(),
        epochMs.getAsLong(),
        claimant.origin().within(),
        run == null ? null : Long.valueOf(run.id()),
        claimant.origin().belowClient(),
        equipment == null ? null : equipment.style(),
        claimant.pool().name(),
        request);
  }
}

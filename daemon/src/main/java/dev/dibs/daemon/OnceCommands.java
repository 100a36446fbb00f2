package dev.dibs.daemon;

import dev.dibs.daemon.locks.Lender;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.once.OnceFacts;
import dev.dibs.daemon.once.OnceNames;
import dev.dibs.daemon.once.OnceService;
import dev.dibs.daemon.once.OnceWish;
import dev.dibs.daemon.once.Task;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Work that is done once, as the daemon's processes ask for it. For the loop's thread only. */
final class OnceCommands {

  private final OnceService service;
  private final Layout layout;
  private final EventLoop loop;

  /**
   * @param ids gives numbers to claims
   * @param unused told when nobody runs, waits or reads any more
   */
  OnceCommands(
      Layout layout, EventLoop loop, LongSupplier ids, Lender lender, Runnable unused, Log log)
      throws IOException {
    this.layout = layout;
    this.loop = loop;
    service =
        new OnceService(
            new OnceService.Parts(
                loop,
                layout.once(),
                ids,
                new Names(),
                (pid, startTicks) -> holder(Survivor.of(pid, startTicks)),
                () -> Instant.now().toEpochMilli(),
                lender,
                unused,
                log));
  }

  private static final class Names implements OnceNames {
    @Override
    public String of(long claim) {
      return ClaimIds.name(claim);
    }

    @Override
    public OptionalLong parse(String name) {
      return ClaimIds.parse(name);
    }
  }

  private OnceProcess holder(Holder process) {
    return new OnceProcess(process, layout, loop);
  }

  /** Takes over what an earlier daemon left; before anybody asks. */
  void adopt() throws IOException {
    service.adopt();
  }

  /**
   * Serves one who asks; it is answered now or later.
   *
   * @throws MalformedRequestException if what it asks for makes no sense
   */
  void ask(Request.Once request, Holder asker) throws IOException, MalformedRequestException {
    Task task = Task.of(request.pid(), request.words(), request.environment());
    service.ask(
        holder(asker), new OnceWish(task, request.maxAgeMs(), request.waitMs(), request.again()));
  }

  /** Whether anybody runs, waits or reads. */
  boolean isInUse() {
    return service.isInUse();
  }

  /** How many pieces of work are under way. */
  int underWay() {
    return service.facts().size();
  }

  /** The work under way. */
  Collection<OnceFacts> facts() {
    return service.facts();
  }

  /** Tells those who wait that nobody serves them any more. */
  void dismissWaiters() {
    service.dismissWaiters();
  }
}

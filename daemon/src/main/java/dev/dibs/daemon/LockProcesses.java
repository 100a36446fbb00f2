package dev.dibs.daemon;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.locks.LockFacts;
import dev.dibs.daemon.locks.LockHolder;
import dev.dibs.daemon.locks.LockRecords;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.locks.LockWish;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Proc;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Processes that ask for locks, and those that an earlier daemon granted some. */
final class LockProcesses {

  private final LockService locks;
  private final RecordedLocks records;
  private final Layout layout;
  private final EventLoop loop;
  private final Log log;
  private final List<LockProcess> adopted = new ArrayList<>();

  LockProcesses(LockService locks, RecordedLocks records, Layout layout, EventLoop loop, Log log) {
    this.locks = locks;
    this.records = records;
    this.layout = layout;
    this.loop = loop;
    this.log = log;
  }

  /**
   * Asks for a process, which is answered now or later.
   *
   * @param names checked
   */
  void ask(Request.Lock request, Collection<String> names, Holder process) throws IOException {
    LockMode mode = request.shared() ? LockMode.SHARED : LockMode.EXCLUSIVE;
    LockWish wish =
        new LockWish(LockWish.of(names, mode).names(), null, request.priority(), request.waitMs());
    if (request.again() && answeredAgain(wish, process)) {
      return;
    }
    LockProcess holder =
        new LockProcess(
            locks,
            layout,
            loop,
            log,
            process,
            new LockProcess.Terms(
                request.tree(), request.names().isEmpty(), environment(process.pid())));
    holder.watch();
    holder.claims(locks.request(holder, wish));
    if (!holder.isOver() && !holder.isHeld()) {
      holder.queued();
    }
  }

  private static EnvironmentFile environment(int pid) throws IOException {
    return Proc.environment(pid).map(Requests::lostByShells).orElse(EnvironmentFile.NONE);
  }

  /** Whether it holds already what it asks for; what it waits for it asks for anew. */
  private boolean answeredAgain(LockWish wish, Holder process) throws IOException {
    for (LockFacts claim : List.copyOf(locks.facts())) {
      if (!claim.held()
          && claim.holder().pid() == process.pid()
          && claim.holder() instanceof LockProcess waiter) {
        waiter.end();
      }
    }
    LockFacts held = locks.heldBy(LockHolder.Kind.PROCESS, process.pid(), wish);
    if (held == null || held.rootEnded() || !(held.holder() instanceof LockProcess holder)) {
      return false;
    }
    holder.askedAgain(process, held.fence());
    return true;
  }

  /**
   * Takes over a claim, if anybody holds it still.
   *
   * @throws MalformedRequestException if the record makes no sense
   */
  void adopt(ClaimRecords.Found found) throws IOException, MalformedRequestException {
    ClaimRecord record = found.record();
    LockRecords.HeldLocks held = records.read(found);
    boolean tree =
        RequestLine.field(record.request(), LockProcess.TREE).filter("1"::equals).isPresent();
    Survivor process = Survivor.of(record.pid(), record.startTicks());
    LockProcess holder =
        new LockProcess(
            locks,
            layout,
            loop,
            log,
            process,
            new LockProcess.Terms(tree, false, EnvironmentFile.NONE));
    if (holder.survives(record.id())) {
      locks.adopt(held, records.entry(found), holder);
      adopted.add(holder);
    } else {
      holder.end();
      records.entry(found).remove();
    }
  }

  /** All of them are taken over: those that are over after all end now. */
  void allAdopted() {
    for (LockProcess holder : adopted) {
      try {
        holder.watchAdopted();
      } catch (IOException failure) {
        log.warn("A lock of pid " + holder.pid() + " is lost: " + failure);
        holder.end();
      }
    }
    adopted.clear();
    removeStaleLives();
  }

  private void removeStaleLives() {
    Set<String> live = new HashSet<>();
    locks.facts().forEach(claim -> live.add(ClaimIds.name(claim.claim())));
    try (Stream<Path> files = Files.list(layout.lockLives())) {
      files
          .filter(file -> !live.contains(file.getFileName().toString()))
          .toList()
          .forEach(Leftovers::deleteQuietly);
    } catch (IOException failure) {
      log.warn("Old life FIFOs stay: " + failure);
    }
  }
}

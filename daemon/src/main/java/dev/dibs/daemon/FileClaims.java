package dev.dibs.daemon;

import dev.dibs.daemon.files.Claims;
import dev.dibs.daemon.files.Dispatcher;
import dev.dibs.daemon.files.GrantedFile;
import dev.dibs.daemon.files.NodeNumbers;
import dev.dibs.daemon.files.OpenFile;
import dev.dibs.daemon.files.OpenNodes;
import dev.dibs.daemon.files.PendingOpen;
import dev.dibs.daemon.files.PendingOpens;
import dev.dibs.daemon.files.Refusals;
import dev.dibs.daemon.files.Reply;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Errno;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.protocol.ClaimName;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Claims that are made by opening files. For the loop's thread only. */
final class FileClaims implements Claims {

  private final Broker broker;
  private final Requests requests;
  private final Recorder recorder;
  private final PendingOpens opens;
  private final OpenNodes openNodes;
  private final NodeNumbers numbers;
  private final Refusals refusals;
  private final BooleanSupplier leaving;
  private final Log log;

  FileClaims(
      Broker broker,
      Requests requests,
      Recorder recorder,
      PendingOpens opens,
      OpenNodes openNodes,
      NodeNumbers numbers,
      Refusals refusals,
      BooleanSupplier leaving,
      Log log) {
    this.broker = broker;
    this.requests = requests;
    this.recorder = recorder;
    this.opens = opens;
    this.openNodes = openNodes;
    this.numbers = numbers;
    this.refusals = refusals;
    this.leaving = leaving;
    this.log = log;
  }

  @Override
  public void open(
      ClaimName wish, long node, String path, FuseRequest.Open request, Reply<OpenFile> reply) {
    if (leaving.getAsBoolean()) {
      reply.fail(Errno.ENOTCONN);
      return;
    }
    try {
      Optional<Caller> caller = Caller.of(request.header().thread());
      if (caller.isEmpty()) {
        refusals.add(
            path, request.header().thread(), "a process outside of the daemon's pid namespace");
        reply.fail(Errno.EACCES);
        return;
      }
      int pid = caller.get().pid();
      PendingOpen.Key key = new PendingOpen.Key(pid, path, request.flags());
      if (!opens.resume(key, reply)) {
        claim(wish, node, key, request, reply);
      }
    } catch (MalformedRequestException | Pools.RefusedException refusal) {
      refusals.add(path, request.header().thread(), String.valueOf(refusal.getMessage()));
      reply.fail(Errno.EINVAL);
    } catch (IOException failure) {
      log.warn("A claim by a file failed: " + failure);
      reply.fail(Errno.EIO);
    }
  }

  private void claim(
      ClaimName wish,
      long node,
      PendingOpen.Key key,
      FuseRequest.Open request,
      Reply<OpenFile> reply)
      throws IOException, MalformedRequestException, Pools.RefusedException {
    Surroundings around = Surroundings.of(key.pid(), broker);
    Map<String, String> more = more(around, request);
    Request.Claim claim = (Request.Claim) RequestLine.parse(wish.line(key.pid(), more));
    Pool pool = requests.poolOf(claim);
    if (around.pools().contains(pool.name())) { // a job around it has the slots
      reply.answer(covered(claim, around.run()));
      return;
    }
    FileHolder holder =
        FileHolder.opening(key.pid(), node, around.run(), wish, more, claim.waitMs().orElse(1) > 0);
    PendingOpen open = opens.begin(key, reply, listener(holder));
    holder.waitsAs(open);
    requests.claim(claim, holder);
    if (reply.isOpen() && waitsForItself(claim, pool, holder)) {
      refusals.add(key.path(), key.pid(), "it would wait for slots that it has open itself");
      open.refuse(Errno.EDEADLK);
      holder.withdraw();
    }
  }

  private static Map<String, String> more(Surroundings around, FuseRequest.Open request) {
    Map<String, String> more = new LinkedHashMap<>();
    if (around.run() != null) {
      more.put("within", around.run());
    }
    if (around.after() != null) {
      more.put("after", around.after());
    }
    if (request.nonBlocking()) {
      more.put("wait", "0");
    }
    return more;
  }

  private OpenFile covered(Request.Claim claim, @Nullable String run) {
    String text = "ok " + claim.slotsMin() + " " + (run == null ? "-" : run) + "\n";
    return new GrantedFile(numbers.fresh(), text, () -> {});
  }

  private PendingOpen.Listener listener(FileHolder holder) {
    return new PendingOpen.Listener() {
      @Override
      public void withdrawn() {
        holder.withdraw();
      }

      /** Granted while nobody waited, it was not remembered: no open file stood for it. */
      @Override
      public void taken() {
        broker.claimantOf(holder).ifPresent(recorder::granted);
      }
    };
  }

  /**
   * Whether what it waits for is held by its own descriptors. One that it inherited stays open as
   * long as it does, whatever others do; and a process can't have more than all.
   */
  private boolean waitsForItself(Request.Claim claim, Pool pool, FileHolder waiter) {
    Set<Long> nodes = openNodes.readWrite(waiter.pid());
    List<Claimant> held =
        nodes.isEmpty()
            ? List.of()
            : broker.claimants().stream()
                .filter(other -> other.pool() == pool && isOpen(other, nodes))
                .toList();
    int own =
        held.stream().filter(other -> other.pid() == waiter.pid()).mapToInt(Claimant::slots).sum();
    boolean inheritedOnly = own == 0 && !held.isEmpty();
    return inheritedOnly
        || (own > 0 && own + Math.min(claim.slotsMin(), pool.size()) > pool.size());
  }

  private static boolean isOpen(Claimant claimant, Set<Long> nodes) {
    return claimant.phase() != Claimant.Phase.WAITING
        && claimant.holder() instanceof FileHolder holder
        && nodes.contains(holder.node());
  }

  /**
   * The holder of a claim that an earlier daemon granted to an open file.
   *
   * @param record one that says so
   * @param slots what is held
   * @param dispatcher gets the file
   */
  static FileHolder adopt(ClaimRecord record, String name, int slots, Dispatcher dispatcher) {
    String line = record.request();
    long node = Long.parseLong(RequestLine.field(line, FileHolder.NODE).orElseThrow());
    long request = Long.parseLong(RequestLine.field(line, FileHolder.OPEN).orElseThrow());
    String run = RequestLine.field(line, "within").orElse(null);
    FileHolder holder = FileHolder.survivor(record.pid(), node, run);
    boolean isRun = line.startsWith("run");
    dispatcher.adopt(holder.file(record.id(), slots, isRun ? name : run), request);
    return holder;
  }
}

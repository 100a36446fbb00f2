package dev.dibs.daemon;

import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.memory.Rescues;
import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.host.EnvironmentBlock;
import dev.dibs.host.Proc;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Printable;
import dev.dibs.protocol.Request;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What becomes of a line of the control FIFO. For the loop's thread only. */
final class Requests {

  /** Most claims at once: far more than a machine has processes that build. */
  private static final int CLAIMS_MAX = 20_000;

  private static final int LOGGED_CHARACTERS_MAX = 80;
  private static final int STATUS_REFUSED = 1;

  private final Layout layout;
  private final EventLoop loop;
  private final Broker broker;
  private final Pools pools;
  private final PoolCommands poolCommands;
  private final LockCommands lockCommands;
  private final OnceCommands once;
  private final HistoryCommands historyCommands;
  private final Toolbox toolbox;
  private final Learning learning;
  private final StatusReport statusReport;
  private final Retries retries;
  private final Runnable stopper;
  private final Log log;

  /**
   * @param stopper has the daemon leave soon
   */
  Requests(
      Layout layout,
      EventLoop loop,
      Broker broker,
      Pools pools,
      LockCommands lockCommands,
      OnceCommands once,
      HistoryCommands historyCommands,
      Toolbox toolbox,
      Learning learning,
      StatusReport statusReport,
      Rescues rescues,
      Runnable stopper,
      Log log) {
    this.layout = layout;
    this.loop = loop;
    this.broker = broker;
    this.pools = pools;
    this.poolCommands = new PoolCommands(broker, pools, loop, log);
    this.lockCommands = lockCommands;
    this.once = once;
    this.historyCommands = historyCommands;
    this.toolbox = toolbox;
    this.learning = learning;
    this.statusReport = statusReport;
    this.retries = new Retries(broker, rescues, loop, log);
    this.stopper = stopper;
    this.log = log;
  }

  /** Serves a line; garbage is logged and its sender, if it says who it is and is, told. */
  void receive(String line) {
    try {
      Request request = RequestLine.parse(line);
      asker(request.pid(), line).ifPresent(asker -> serve(request, asker));
    } catch (MalformedRequestException refusal) {
      logRefusal(line, refusal.why());
      if (refusal.pid().isPresent()) {
        Asker.of(refusal.pid().getAsInt(), line, layout)
            .ifPresent(asker -> finish(asker, new Answer.Misuse("bad request: " + refusal.why())));
      }
    }
  }

  private Optional<Asker> asker(int pid, String line) {
    Optional<Asker> asker = Asker.of(pid, line, layout);
    if (asker.isEmpty()) {
      logRefusal(line, "no process " + pid + " waits for an answer");
    }
    return asker;
  }

  private void logRefusal(String line, String why) {
    log.warn("Refused '" + Printable.of(line, LOGGED_CHARACTERS_MAX) + "': " + why);
  }

  private void serve(Request request, Asker asker) {
    try {
      switch (request) {
        case Request.Claim claim -> claim(claim, asker);
        case Request.Status status -> status(status, asker);
        case Request.Stop stop -> stop(stop, asker);
        case Request.Ended ended -> retries.judge(ended, asker, this::print);
        case Request.OfLocks lock -> lockCommands.perform(lock, asker, this::print);
        case Request.Once work -> once.ask(work, asker);
        case Request.OfPools command -> print(asker, poolCommands.perform(command), 0);
        case Request.History wish -> historyCommands.perform(wish, asker, this::print);
      }
    } catch (Pools.RefusedException refusal) {
      finish(asker, new Answer.Misuse(refusal.why()));
    } catch (MalformedRequestException refusal) {
      finish(asker, new Answer.Misuse(refusal.why()));
    } catch (IOException failure) {
      log.warn("A request failed: " + failure);
      finish(asker, new Answer.Unserved("the daemon failed: " + failure.getMessage()));
    }
  }

  private static void finish(Holder asker, Answer answer) {
    asker.answer(answer);
    asker.close();
  }

  /** The pool of which a claim wants slots. */
  Pool poolOf(Request.Claim claim) throws Pools.RefusedException {
    return poolCommands.poolOf(claim);
  }

  /** Takes in a claim that is for no command: it needs neither tools nor an environment. */
  void claim(Request.Claim claim, FileHolder holder) throws IOException, Pools.RefusedException {
    if (hasRoom(holder)) {
      broker.admit(poolOf(claim), claim, holder, null, AskerEnvironment.ofProgram(holder.pid()));
    }
  }

  private void claim(Request.Claim asked, Asker asker) throws IOException, Pools.RefusedException {
    if (hasRoom(asker)) {
      claim(
          asked,
          asker,
          (equipment, claim, environment) -> {
            CompletableFuture<Void> unused =
                equipment.thenAccept(
                    known -> loop.post(() -> admitLater(claim, asker, known, environment)));
          });
    }
  }

  /**
   * As for a line of the control FIFO, but what can't be answered now is not answered at all, and
   * leaves nothing behind.
   */
  void claimAtOnce(Request.Claim asked, AskHolder holder)
      throws IOException, Pools.RefusedException {
    if (hasRoom(holder)) {
      claim(asked, holder, (equipment, claim, environment) -> holder.close());
    }
  }

  private boolean hasRoom(Holder holder) {
    if (broker.claimants().size() < CLAIMS_MAX) {
      return true;
    }
    finish(holder, new Answer.Unserved("the daemon serves " + CLAIMS_MAX + " claims already"));
    return false;
  }

  /** What becomes of a run of its own if its make was never asked for its version. */
  private interface Unequipped {
    void await(
        CompletableFuture<Toolbox.Equipment> equipment,
        Request.Claim claim,
        AskerEnvironment environment);
  }

  private void claim(Request.Claim asked, Holder holder, Unequipped unequipped)
      throws IOException, Pools.RefusedException {
    Pool pool = poolCommands.poolOf(asked);
    Request.Claim claim = learning.sized(asked, pool.size());
    Optional<EnvironmentBlock> block = Proc.environment(holder.pid());
    AskerEnvironment environment = block.map(AskerEnvironment::of).orElse(AskerEnvironment.UNKNOWN);
    if (claim.kind() == Request.Kind.JOB || broker.liveRun(claim.within()) != null) {
      broker.admit(pool, claim, holder, null, environment);
      return;
    }
    CompletableFuture<Toolbox.Equipment> equipment =
        toolbox.equip(block.flatMap(b -> b.get("PATH")).orElse(""));
    if (equipment.isDone()) {
      broker.admit(pools.cpu(), claim, holder, equipment.join(), environment);
    } else {
      unequipped.await(equipment, claim, environment);
    }
  }

  static EnvironmentFile lostByShells(EnvironmentBlock environment) {
    return new EnvironmentFile(
        environment.unfitForShell().stream()
            .map(assignment -> new String(assignment, StandardCharsets.ISO_8859_1))
            .toList());
  }

  private void admitLater(
      Request.Claim claim, Asker asker, Toolbox.Equipment equipment, AskerEnvironment environment) {
    try {
      broker.admit(pools.cpu(), claim, asker, equipment, environment);
    } catch (IOException failure) {
      finish(asker, new Answer.Unserved("the daemon failed: " + failure.getMessage()));
    }
  }

  private void status(Request.Status status, Asker asker) throws IOException {
    String home = Proc.environment(asker.pid()).flatMap(block -> block.get("HOME")).orElse("");
    print(asker, statusReport.render(status.form(), home), 0);
  }

  private void stop(Request.Stop stop, Asker asker) throws IOException {
    int claims = broker.claimants().size();
    if ((claims > 0 || lockCommands.isInUse() || once.underWay() > 0) && !stop.force()) {
      print(
          asker,
          StopTexts.refused(
              broker, pools.all(), lockCommands.summary(), once.underWay(), loop.nowMs()),
          STATUS_REFUSED);
      return;
    }
    log.info("Stopped by pid " + asker.pid() + ", " + claims + " claims live");
    print(asker, StopTexts.stopped(broker.claimants(), lockCommands.summary()), 0);
    stopper.run();
  }

  /**
   * Tries to lock for one who can't wait: what is not granted now leaves nothing behind. Many
   * names, in the request or in a file, are never granted now.
   *
   * @throws MalformedRequestException if its names make no sense
   */
  void lockAtOnce(Request.Lock lock, AskHolder holder, boolean again)
      throws IOException, MalformedRequestException {
    if (lock.names().isEmpty() || lock.names().size() > LockService.NAMES_AT_ONCE) {
      holder.close();
    } else {
      lockCommands.perform(lock.atOnce(again), holder, this::print);
    }
  }

  private void print(Holder asker, String text, int status) throws IOException {
    Files.writeString(layout.replyOutput(asker.pid()), text);
    finish(asker, new Answer.Output(status));
  }

  /** Answers what still comes while the daemon leaves. */
  void turnAway(String line) {
    try {
      Request request = RequestLine.parse(line);
      Asker.of(request.pid(), line, layout).ifPresent(asker -> finish(asker, new Answer.Again()));
    } catch (MalformedRequestException garbage) {
      logRefusal(line, garbage.why());
    }
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.files.Mount;
import dev.dibs.daemon.learned.HistoryFile;
import dev.dibs.daemon.learned.LearnedSizes;
import dev.dibs.daemon.learned.Lessons;
import dev.dibs.daemon.learned.StoredHistory;
import dev.dibs.daemon.locks.DirectoryFences;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.locks.OfdRanges;
import dev.dibs.daemon.locks.Ranges;
import dev.dibs.daemon.locks.RetriedRanges;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.daemon.memory.Look;
import dev.dibs.daemon.memory.Room;
import dev.dibs.daemon.memory.WatchSettings;
import dev.dibs.daemon.tools.ShimFolders;
import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.host.Boot;
import dev.dibs.host.CpuBudget;
import dev.dibs.host.Self;
import dev.dibs.host.fuse.FuseUnavailableException;
import dev.dibs.locks.LockDirectory;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One daemon, wired together here and nowhere else. The caller holds the directory's lock for as
 * long as this runs.
 */
final class Daemon {

  /** How long requests that were under way are still answered while leaving, ms. */
  private static final long LEAVING_MS = 100;

  /** How long after a claim's end reply FIFOs of askers that were killed go, ms. */
  private static final long SWEEP_AFTER_MS = 2_000;

  private final DaemonOptions options;
  private final Layout layout;
  private final Log log;
  private final EventLoop loop;
  private final RunFolders runFolders;
  private final Broker broker;
  private final Mount mount;
  private final Ranges ranges;
  private final LockService locks;
  private final LockProcesses lockHolders;
  private final FileService files;
  private final OnceCommands once;
  private final TokenAccesses accesses;
  private final ControlEndpoint control;
  private final Announcement announcement;
  private final Connections connections;
  private final SocketEndpoint socket;
  private final TcpEndpoint tcp;
  private final Requests requests;
  private final Remnants remnants;
  private final Orphans orphans;
  private final ClaimRecords records;
  private final Recorder recorder;
  private final WedgeWatch wedgeWatch;
  private final Placement placement;
  private final Demotion demotion;
  private final Learning learning;
  private final StoredHistory history;
  private final Needs needs;
  private final Memory memory;
  private TimerQueue.Timer idle;
  private boolean sweeping;
  private boolean leaving;

  /**
   * Makes the endpoints; nobody knows of them before {@link #serve}.
   *
   * @param state the folder of what outlives it: the tool shims, the sizes of pools
   */
  Daemon(DaemonOptions options, Path state, Log log) throws IOException {
    this.options = options;
    this.layout = new Layout(options.directory());
    this.log = log;
    prepareFolders();
    loop = new EventLoop(Self::monotonicMs, log);
    mount = Mount.open(layout.files(), options.guards().fuse(), options.files(), loop, log);
    accesses = new TokenAccesses(loop);
    ClaimIds ids = new ClaimIds(Instant.now().toEpochMilli());
    TokenStores stores = new TokenStores(accesses, layout.jobserver(), loop);
    runFolders = new RunFolders(layout.nextRuns(), loop);
    broker = new Broker(loop, layout, stores, runFolders, ids, new Observer(), log);
    Pools pools =
        new Pools(
            (name, size) -> new Pool(name, size, loop, broker),
            options,
            () -> CpuBudget.of(Self.pid()),
            options.disposable()
                ? Optional.empty()
                : Optional.of(new PoolFile(state.resolve("pools"), log)));
    records = ClaimRecords.open(layout.claims(), Boot.id(), log);
    recorder = new Recorder(records, () -> Instant.now().toEpochMilli(), log);
    RecordedLocks lockRecords = new RecordedLocks(records, layout.lockGrants(), log);
    SlotLender lender = new SlotLender(broker, loop, log);
    once = new OnceCommands(layout, loop, broker::newId, lender, this::unusedButForClaims, log);
    ranges = new RetriedRanges(this::openRanges, loop::nowMs, log);
    locks =
        new LockService(
            new LockService.Parts(
                loop,
                broker::newId,
                System::currentTimeMillis,
                lockRecords,
                new DirectoryFences(layout.locks()),
                ranges,
                lender,
                new KnownPeople(),
                this::unusedButForClaims,
                log));
    lockHolders = new LockProcesses(locks, lockRecords, layout, loop, log);
    LockCommands lockCommands = new LockCommands(layout, locks, lockHolders, loop, log);
    remnants = new Remnants(broker, loop, log);
    orphans = new Orphans(broker, loop, log);
    wedgeWatch = new WedgeWatch(broker, pools.cpu(), loop, log);
    placement = new Placement(log);
    demotion = new Demotion(log);
    learning = new Learning(new LearnedSizes(state.resolve("learned"), log), loop, log);
    HistoryFile historyFile = new HistoryFile(state.resolve("history"));
    history = new StoredHistory(historyFile, this::budgetMib, loop, log);
    Lessons lessons = new Lessons(history, this::slotsOf, loop);
    needs = new Needs(history, lessons);
    broker.whenNeeded(needs::of);
    WatchSettings watching = new WatchSettings(options.memoryMib(), options.lendAfter());
    memory = new Memory(broker, pools, lessons, watching, loop, log);
    ShimFolders shims = new ShimFolders(state.resolve("shims"), options.home());
    Toolbox toolbox = new Toolbox(shims, layout.files(), Self::monotonicMs, log);
    connections =
        new Connections(loop, locks, new LockKnowledge(locks), this::unusedButForClaims, log);
    socket =
        new SocketEndpoint(
            layout.socket(), connections, new CallerSlots(broker, pools.cpu(), loop), loop, log);
    tcp = new TcpEndpoint(layout, broker, connections, loop, log);
    StatusReport report =
        new StatusReport(
            broker, pools, placement, once, memory, mount, layout, lockCommands.listed(), loop);
    requests =
        new Requests(
            layout,
            loop,
            broker,
            pools,
            lockCommands,
            once,
            new HistoryCommands(history, log),
            toolbox,
            learning,
            report,
            memory.rescues(),
            loop::stop,
            log);
    files =
        new FileService(
            mount,
            layout,
            broker,
            stores,
            pools,
            requests,
            recorder,
            records,
            report,
            locks,
            lockRecords,
            () -> leaving,
            loop,
            log);
    idle = loop.after(options.idleAfter().toMillis(), this::leaveIfIdle);
    takeOver(pools);
    once.adopt();
    control = new ControlEndpoint(layout.control(), loop, this::receive);
    announcement = new Announcement(layout.announcement(), options.guards(), mount::isServed);
    for (Pool pool : pools.all()) {
      log.info("Pool " + pool.name() + ": " + pool.size() + " slots, " + pool.sizeReasons());
    }
    log.info("Started, pid " + Self.pid());
  }

  /** What there is for jobs, MiB; 0 while nobody looked. */
  private int budgetMib() {
    return memory
        .last()
        .flatMap(Look::room)
        .map(Room::budgetMib)
        .orElse(options.memoryMib().orElse(0));
  }

  private int slotsOf(long claim) {
    Claimant claimant = broker.claimant(claim);
    return claimant == null ? 0 : claimant.slots();
  }

  private void prepareFolders() throws IOException {
    Files.createDirectories(layout.replies());
    Files.createDirectories(layout.runs());
    makeOurs(layout.once());
    StaleReplies.remove(layout.replies());
  }

  /** Runs run without them too, so that fails for locks only. */
  private Ranges openRanges() throws IOException {
    LockDirectory directory = LockDirectory.openForDaemon(layout.locks());
    for (Path folder : List.of(layout.lockLives(), layout.lockGrants())) {
      makeOurs(folder);
    }
    return OfdRanges.of(directory, options.guards().locks(), loop, log);
  }

  private static void makeOurs(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private void takeOver(Pools pools) throws IOException {
    long epochMs = Instant.now().toEpochMilli();
    try {
      new Takeover(
              records, broker, pools, broker::openEndpoint, files, lockHolders, loop, epochMs, log)
          .run();
    } catch (RuntimeException bug) {
      Leftovers.deleteQuietly(layout.claims()); // so that at least the next daemon starts
      throw bug;
    }
    files.allAdopted();
    locks.allAdopted();
    StaleRuns.remove(layout, broker);
  }

  /** Serves until told to stop or idle for long. */
  void serve() throws IOException {
    mount.serve(files.server());
    files.served();
    announcement.make();
    loop.run();
    leave();
  }

  /** Has {@link #serve} return soon. For any thread. */
  void stop() {
    loop.stop();
  }

  private void receive(String line) {
    if (leaving) {
      requests.turnAway(line);
    } else {
      requests.receive(line);
    }
  }

  private final class Observer implements Broker.Observer {
    @Override
    public void asked(Claimant claimant) {
      memory.asked(claimant);
    }

    @Override
    public void granted(Claimant claimant) {
      recorder.granted(claimant);
      if (claimant.request().tcp()) {
        tcp.welcome(claimant);
      }
      if (claimant.endpoint() != null) {
        wedgeWatch.start();
      }
      memory.granted(claimant);
      placement.granted(claimant);
      demotion.granted(claimant);
      learning.granted(claimant);
    }

    @Override
    public void adopted(Claimant claimant) {
      if (claimant.endpoint() != null) {
        wedgeWatch.start();
      }
      memory.granted(claimant);
      placement.adopted(claimant);
    }

    @Override
    public void rootEnded(Claimant run) {
      learning.ended(run);
      if (run.endpoint() == null) {
        orphans.rootKilled(run);
      } else {
        remnants.rootEnded(run);
      }
    }

    @Override
    public void claimEnded(Claimant claimant, int left) {
      sweepLater();
      memory.ended(claimant);
      placement.ended(claimant);
      learning.ended(claimant);
      needs.ended(claimant);
      tcp.claimEnded(claimant);
      if (left == 0) {
        armIdle();
      }
    }
  }

  /** No connection, or no lock, is left. */
  private void unusedButForClaims() {
    if (!options.disposable()) {
      armIdle();
    }
  }

  private void armIdle() {
    idle.cancel();
    long delayMs = options.disposable() ? 0 : options.idleAfter().toMillis();
    idle = loop.after(delayMs, this::leaveIfIdle);
  }

  /**
   * An asker that is killed before its request is read leaves a reply FIFO of which nobody knows.
   */
  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      loop.after(SWEEP_AFTER_MS, this::sweep);
    }
  }

  private void sweep() {
    sweeping = false;
    try {
      StaleReplies.remove(layout.replies());
    } catch (IOException failure) {
      log.warn("Old reply FIFOs stay: " + failure);
    }
  }

  /**
   * A connection may ask for slots any time; a disposable daemon ends with its run all the same.
   */
  private void leaveIfIdle() {
    if (broker.claimants().isEmpty()
        && !locks.isInUse()
        && !once.isInUse()
        && (connections.isEmpty() || options.disposable())) {
      log.info("Idle: leaving");
      loop.stop();
    }
  }

  private void leave() throws IOException {
    announcement.withdraw();
    leaving = true;
    socket.close();
    tcp.close();
    broker.dismissWaiters(new Answer.Unserved("the daemon was stopped"));
    locks.dismissWaiters();
    once.dismissWaiters();
    loop.runFor(LEAVING_MS);
    files.close();
    boolean unmounted = unmount();
    connections.closeAll();
    control.close();
    accesses.close();
    runFolders.close();
    ranges.close();
    memory.close();
    loop.close();
    history.close();
    records.close();
    if (options.disposable() && unmounted) {
      Leftovers.deleteTree(options.directory());
    }
    log.info("Left; claims that live on without dibs: " + names());
  }

  /** Before anything looks at what is below the directory: nobody serves it any more. */
  private boolean unmount() {
    try {
      mount.close();
      return true;
    } catch (FuseUnavailableException failure) {
      log.warn("It stays mounted: " + failure.getMessage());
      return false;
    }
  }

  private List<String> names() {
    return broker.claimants().stream().map(Claimant::name).toList();
  }
}

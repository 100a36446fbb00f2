package dev.dibs.daemon;

import dev.dibs.daemon.files.Dispatcher;
import dev.dibs.daemon.files.Jobserver;
import dev.dibs.daemon.files.LockFiles;
import dev.dibs.daemon.files.Mount;
import dev.dibs.daemon.files.NodeNumbers;
import dev.dibs.daemon.files.NodeTable;
import dev.dibs.daemon.files.OpenNodes;
import dev.dibs.daemon.files.PendingOpens;
import dev.dibs.daemon.files.Refusals;
import dev.dibs.daemon.files.Stamp;
import dev.dibs.daemon.files.TokenRecords;
import dev.dibs.daemon.files.Tree;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Boot;
import dev.dibs.host.Self;
import dev.dibs.protocol.MalformedRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** All that is mounted, put together, and what an earlier daemon opened of it. */
final class FileService implements Takeover.OpenFiles, AutoCloseable {

  private static final long SECOND_MS = 1_000;

  private final Mount mount;
  private final Dispatcher dispatcher;
  private final LockFiles locks;
  private final RecordedLocks lockRecords;
  private final TokenRecords tokenRecords;
  private final Jobserver jobserver;
  private final Tree tree;

  /**
   * @param leaving whether nothing is granted any more
   */
  FileService(
      Mount mount,
      Layout layout,
      Broker broker,
      TokenStores stores,
      Pools pools,
      Requests requests,
      Recorder recorder,
      ClaimRecords records,
      StatusReport report,
      LockService lockService,
      RecordedLocks lockRecords,
      BooleanSupplier leaving,
      EventLoop loop,
      Log log)
      throws IOException {
    this.mount = mount;
    long epochMs = Instant.now().toEpochMilli();
    NodeNumbers numbers = new NodeNumbers(epochMs);
    NodeTable nodes = new NodeTable();
    Refusals refusals = new Refusals(log, loop::nowMs);
    PendingOpens opens = new PendingOpens(loop, log);
    OpenNodes openNodes = new OpenNodes(layout.files(), log);
    this.lockRecords = lockRecords;
    locks = new LockFiles(opens, openNodes, lockService, log);
    int group = (Integer) Files.getAttribute(layout.directory(), "unix:gid");
    Stamp stamp = new Stamp(Self.effectiveUid(), group, epochMs / SECOND_MS);
    tree = new Tree(stamp, nodes, numbers);
    tree.show(new FileFacts(broker, pools, report, loop), refusals);
    tree.serve(
        new FileClaims(
            broker, requests, recorder, opens, openNodes, numbers, refusals, leaving, log),
        refusals);
    tree.serve(locks);
    tree.serve(new FileAsks(requests, leaving, log), refusals);
    dispatcher =
        new Dispatcher(nodes, numbers, new RecordedNodes(records, broker::newId, log), log);
    tokenRecords = TokenRecords.open(layout.tokens(), Boot.id(), log);
    jobserver =
        new Jobserver(
            layout.files(),
            stamp,
            numbers,
            tokenRecords,
            new JobserverClaims(broker, pools.cpu(), log),
            dispatcher::wakePoll,
            loop,
            log);
    tree.serve(jobserver);
    if (mount.isServed() || mount.isResumed()) {
      stores.use(jobserver, mount.isServed());
    }
  }

  /** What answers the kernel. */
  Mount.Server server() {
    return dispatcher;
  }

  /** All claims of an earlier daemon are adopted. */
  void allAdopted() {
    jobserver.sweep();
  }

  /** Requests are served from now on. */
  void served() {
    jobserver.wakeAdopted();
  }

  @Override
  public void close() {
    jobserver.close();
    tokenRecords.close();
  }

  @Override
  public boolean areOpen() {
    return mount.isResumed();
  }

  @Override
  public void adoptLock(ClaimRecords.Found lock, long request)
      throws IOException, MalformedRequestException {
    dispatcher.adopt(
        locks.adopt(lockRecords.read(lock), lockRecords.entry(lock), request), request);
  }

  @Override
  public void recall(ClaimRecords.Found node) {
    RecordedNodes.recall(node, tree);
  }

  @Override
  public FileHolder adoptClaim(ClaimRecord claim, String name, int slots) {
    return FileClaims.adopt(claim, name, slots, dispatcher);
  }
}

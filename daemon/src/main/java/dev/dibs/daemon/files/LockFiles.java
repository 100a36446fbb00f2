package dev.dibs.daemon.files;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Locks;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Locks that are held by open files: opening asks, the last close gives back. Between the processes
 * and {@link Locks}, which decides. For the loop's thread only.
 */
public final class LockFiles {

  /** Who waits for a lock or holds it. */
  private final class Claimant implements PendingOpen.Listener {
    private final long holder;
    private final String name;
    private final LockMode mode;
    private @Nullable PendingOpen open;
    private LockRecords.@Nullable Entry entry;

    private Claimant(long holder, String name, LockMode mode) {
      this.holder = holder;
      this.name = name;
      this.mode = mode;
    }

    @Override
    public void withdrawn() {
      apply(new LockEvent.Ended(holder));
    }

    /** Granted while nobody waited, it was not remembered: no open file stood for it. */
    @Override
    public void taken() {
      remember();
    }

    private void remember() {
      if (open != null && open.request() != 0) {
        entry =
            records.add(new LockRecords.HeldLock(holder, open.pid(), open.request(), mode, name));
      }
    }
  }

  private final Locks locks = new Locks();
  private final Map<Long, Claimant> claimants = new HashMap<>();
  private final Deque<LockEvent> events = new ArrayDeque<>();
  private final PendingOpens opens;
  private final OpenNodes openNodes;
  private final LockRecords records;
  private final Runnable unused;
  private final Log log;
  private boolean applying;

  /**
   * @param unused told when nobody holds a lock or waits for one any more
   */
  public LockFiles(
      PendingOpens opens, OpenNodes openNodes, LockRecords records, Runnable unused, Log log) {
    this.opens = opens;
    this.openNodes = openNodes;
    this.records = records;
    this.unused = unused;
    this.log = log;
  }

  /** Whether somebody holds a lock or waits for one. */
  public boolean areInUse() {
    return !claimants.isEmpty();
  }

  /** Takes over a lock that an earlier daemon granted. */
  public OpenFile adopt(LockRecords.HeldLock lock, LockRecords.Entry entry) {
    locks.apply(new LockEvent.Adopted(lock.holder(), lock.name(), lock.mode()));
    Claimant claimant = new Claimant(lock.holder(), lock.name(), lock.mode());
    claimant.entry = entry;
    claimants.put(lock.holder(), claimant);
    return file(claimant);
  }

  /** Tells those who wait that nothing will come. */
  public void dismissWaiters() {
    for (Claimant claimant : List.copyOf(claimants.values())) {
      if (claimant.open != null && claimant.open.request() != 0) {
        claimant.open.refuse(Errno.ENOTCONN);
        apply(new LockEvent.Ended(claimant.holder));
      }
    }
  }

  /** Opens a lock: for reading only it is shared. */
  void open(String name, long node, FuseRequest.Open request, Reply<OpenFile> reply) {
    int pid = pid(request);
    if (pid == 0) {
      reply.fail(Errno.EACCES);
      return;
    }
    PendingOpen.Key key = new PendingOpen.Key(pid, LockFolder.NAME + "/" + name, request.flags());
    if (!opens.resume(key, reply)) {
      LockMode mode = request.readsOnly() ? LockMode.SHARED : LockMode.EXCLUSIVE;
      begin(key, new Claimant(records.newHolder(), name, mode), node, request, reply);
    }
  }

  private int pid(FuseRequest.Open request) {
    try {
      Optional<Caller> caller = Caller.of(request.header().thread());
      return caller.map(Caller::pid).orElse(0);
    } catch (OsException failure) {
      log.warn("Who opens a lock is not known: " + failure);
      return 0;
    }
  }

  private void begin(
      PendingOpen.Key key,
      Claimant claimant,
      long node,
      FuseRequest.Open request,
      Reply<OpenFile> reply) {
    claimant.open = opens.begin(key, reply, claimant);
    claimants.put(claimant.holder, claimant);
    apply(
        new LockEvent.Requested(
            claimant.holder, claimant.name, claimant.mode, !request.nonBlocking()));
    if (reply.isOpen() && openNodes.of(key.pid()).contains(node)) {
      claimant.open.refuse(Errno.EDEADLK);
      apply(new LockEvent.Ended(claimant.holder));
    }
  }

  /** One event after the other, also those that come up while effects are carried out. */
  private void apply(LockEvent event) {
    events.add(event);
    if (applying) {
      return;
    }
    applying = true;
    try {
      for (LockEvent next = events.poll(); next != null; next = events.poll()) {
        if (next instanceof LockEvent.Ended ended) {
          forget(ended.holder());
        }
        locks.apply(next).forEach(this::perform);
      }
    } finally {
      applying = false;
    }
    if (claimants.isEmpty()) {
      unused.run();
    }
  }

  private void forget(long holder) {
    Claimant claimant = claimants.remove(holder);
    if (claimant != null && claimant.entry != null) {
      claimant.entry.remove();
    }
  }

  private void perform(LockEffect effect) {
    Claimant claimant = claimants.get(effect.holder());
    if (claimant == null || claimant.open == null) {
      apply(new LockEvent.Ended(effect.holder())); // withdrawn while this was under way
      return;
    }
    switch (effect) {
      case LockEffect.Grant grant -> {
        claimant.remember();
        if (!claimant.open.grant(file(claimant))) {
          apply(new LockEvent.Ended(grant.holder()));
        }
      }
      case LockEffect.Refuse refusal -> {
        claimants.remove(refusal.holder());
        claimant.open.refuse(Errno.EAGAIN);
      }
    }
  }

  private OpenFile file(Claimant claimant) {
    String mode = claimant.mode == LockMode.SHARED ? "shared" : "exclusive";
    return new GrantedFile(
        claimant.holder, "ok " + mode + "\n", () -> apply(new LockEvent.Ended(claimant.holder)));
  }
}

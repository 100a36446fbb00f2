package dev.dibs.daemon.files;

import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Priority;
import dev.dibs.daemon.locks.LockGrant;
import dev.dibs.daemon.locks.LockHolder;
import dev.dibs.daemon.locks.LockRecords;
import dev.dibs.daemon.locks.LockRefusal;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.locks.LockWish;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.Caller;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.protocol.LockNames;
import dev.dibs.protocol.MalformedRequestException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Locks that are held by open files: opening asks, the last close gives back. For the loop's thread
 * only.
 */
public final class LockFiles {

  /** The field of a record that says which request opened the file. */
  public static final String OPEN = "open";

  /** Who waits for a lock or holds it by an open file. */
  private final class Opener implements LockHolder, PendingOpen.Listener {
    private final int pid;
    private final LockMode mode;
    private final long request;
    private @Nullable PendingOpen open;
    private long claim;
    private @Nullable Errno refused;

    private Opener(int pid, LockMode mode, long request) {
      this.pid = pid;
      this.mode = mode;
      this.request = request;
    }

    @Override
    public Kind kind() {
      return Kind.FILE;
    }

    @Override
    public int pid() {
      return pid;
    }

    @Override
    public boolean granted(LockGrant grant) {
      claim = grant.claim();
      return open != null && open.grant(file());
    }

    @Override
    public void refused(LockRefusal refusal) {
      refuse(
          switch (refusal.reason()) {
            case BUSY -> Errno.EAGAIN;
            case TIMEOUT -> Errno.ETIMEDOUT;
            case CYCLE, UPGRADE -> Errno.EDEADLK;
            case LEAVING -> Errno.ENOTCONN;
            case UNKEPT -> Errno.ENOLCK;
            case MISUSE -> Errno.EINVAL;
          });
    }

    private void refuse(Errno why) {
      refused = why;
      if (open != null) {
        open.refuse(why);
      }
    }

    /** Whoever opens a file hears nothing before it is open. */
    @Override
    public void waiting(String text) {}

    /** While nobody waits for the file there is none that a later daemon could hear the end of. */
    @Override
    public @Nullable String trace() {
      long waiting = open == null ? request : open.request();
      return waiting == 0 ? null : OPEN + "=" + waiting;
    }

    @Override
    public void withdrawn() {
      claims.end(claim);
    }

    /** Granted while nobody waited, it was not remembered: no open file stood for it. */
    @Override
    public void taken() {
      claims.remember(claim);
    }

    private OpenFile file() {
      String text = mode == LockMode.SHARED ? "ok shared\n" : "ok exclusive\n";
      return new GrantedFile(claim, text, () -> claims.end(claim));
    }
  }

  private final PendingOpens opens;
  private final OpenNodes openNodes;
  private final LockService claims;
  private final Log log;

  public LockFiles(PendingOpens opens, OpenNodes openNodes, LockService claims, Log log) {
    this.opens = opens;
    this.openNodes = openNodes;
    this.claims = claims;
    this.log = log;
  }

  /** Takes over a lock that an earlier daemon granted to who opened a file by that request. */
  public OpenFile adopt(LockRecords.HeldLocks held, LockRecords.Entry entry, long request) {
    LockMode mode =
        held.names().containsValue(LockMode.EXCLUSIVE) ? LockMode.EXCLUSIVE : LockMode.SHARED;
    Opener opener = new Opener(held.pid(), mode, request);
    opener.claim = held.claim();
    claims.adopt(held, entry, opener);
    return opener.file();
  }

  /** Opens a lock: for reading only it is shared. */
  void open(String name, long node, FuseRequest.Open request, Reply<OpenFile> reply) {
    int pid = pid(request);
    String text = text(name);
    if (pid == 0 || text == null) {
      reply.fail(pid == 0 ? Errno.EACCES : Errno.EINVAL);
      return;
    }
    PendingOpen.Key key = new PendingOpen.Key(pid, LockFolder.NAME + "/" + name, request.flags());
    if (!opens.resume(key, reply)) {
      begin(key, text, node, request, reply);
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

  /** What a name, one char for each byte, is to those who ask in other ways; null if nothing. */
  private static @Nullable String text(String name) {
    try {
      String text = LockNames.text(name.getBytes(StandardCharsets.ISO_8859_1));
      return LockNames.checked(List.of(text)).iterator().next();
    } catch (MalformedRequestException noName) {
      return null;
    }
  }

  private void begin(
      PendingOpen.Key key,
      String name,
      long node,
      FuseRequest.Open request,
      Reply<OpenFile> reply) {
    LockMode mode = request.readsOnly() ? LockMode.SHARED : LockMode.EXCLUSIVE;
    Opener opener = new Opener(key.pid(), mode, 0);
    PendingOpen open = opens.begin(key, reply, opener);
    opener.open = open;
    opener.claim =
        claims.request(
            opener,
            new LockWish(
                Map.of(name, mode),
                null,
                Priority.NORMAL,
                request.nonBlocking() ? OptionalLong.of(0) : OptionalLong.empty()));
    if (reply.isOpen() && opener.refused == null && openNodes.of(key.pid()).contains(node)) {
      open.refuse(Errno.EDEADLK);
      claims.end(opener.claim);
    }
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.locks.LockGrant;
import dev.dibs.daemon.locks.LockHolder;
import dev.dibs.daemon.locks.LockRefusal;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Epoll;
import dev.dibs.host.Fifo;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A process that waits for locks and holds them, and then perhaps all that it started: whoever has
 * the claim's life FIFO open for writing, which the process itself opens before it becomes the
 * command. Until the process has ended that FIFO means nothing, for the command may have closed it.
 */
final class LockProcess implements LockHolder {

  /** The field of a record that says that the whole tree holds it. */
  static final String TREE = "tree";

  private final LockService locks;
  private final Layout layout;
  private final EventLoop loop;
  private final Log log;
  private final Terms terms;
  private Holder process;
  private long claim;
  private boolean held;
  private boolean over;
  private @Nullable Fifo life;
  private EventLoop.@Nullable Watch lifeWatch;

  /**
   * How a process asked.
   *
   * @param tree whether what it started holds on when it has ended
   * @param namesInFile whether it left the names in a file, which goes with the last answer
   * @param environment what its shell drops
   */
  record Terms(boolean tree, boolean namesInFile, EnvironmentFile environment) {}

  LockProcess(
      LockService locks, Layout layout, EventLoop loop, Log log, Holder process, Terms terms) {
    this.locks = locks;
    this.layout = layout;
    this.loop = loop;
    this.log = log;
    this.process = process;
    this.terms = terms;
  }

  /** Ends what waits or is held when the process has ended; to be called before it asks. */
  void watch() throws IOException {
    process.watchEnd(loop, this::processEnded);
  }

  /** What it asked for is called so. */
  void claims(long number) {
    claim = number;
  }

  /** Whether it has been answered, or is not there any more. */
  boolean isOver() {
    return over;
  }

  boolean isHeld() {
    return held;
  }

  @Override
  public Kind kind() {
    return Kind.PROCESS;
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public boolean granted(LockGrant grant) {
    claim = grant.claim();
    try {
      openLife();
      if (terms.environment().isNeeded()) {
        terms.environment().write(layout.replyEnvironment(pid()));
      }
    } catch (IOException failure) {
      log.warn("No life FIFO for a lock: " + failure);
      process.answer(new Answer.Unserved("the daemon can't make files: " + failure.getMessage()));
      close();
      return false;
    }
    held = process.answer(answer(grant.fence()));
    removeNames();
    if (!held) {
      close();
    }
    return held;
  }

  private void removeNames() {
    if (terms.namesInFile()) {
      Leftovers.deleteQuietly(layout.replyNames(pid()));
    }
  }

  private Answer answer(long fence) {
    String flags = (terms.environment().isNeeded() ? "e" : "") + (terms.tree() ? "t" : "");
    return new Answer.Locked(ClaimIds.name(claim), fence, flags.isEmpty() ? "-" : flags);
  }

  private void openLife() throws IOException {
    if (terms.tree() && life == null) {
      Path path = layout.lockLife(ClaimIds.name(claim));
      Fifo.make(path);
      Fifo fifo = Fifo.openForReading(path);
      life = fifo;
      lifeWatch =
          loop.watch(fifo.descriptor(), Epoll.HUP | Epoll.EDGE_TRIGGERED, events -> lifeEnded());
    }
  }

  /** Who was granted it asks again, since it did not hear of it. */
  void askedAgain(Holder again, long fence) throws IOException {
    process.close();
    process = again;
    watch();
    process.answer(answer(fence));
  }

  @Override
  public void refused(LockRefusal refusal) {
    process.answer(
        switch (refusal.reason()) {
          case BUSY, TIMEOUT -> new Answer.Busy(refusal.text());
          case CYCLE, UPGRADE, UNKEPT, MISUSE -> new Answer.Misuse(refusal.text());
          case LEAVING -> new Answer.Unserved(refusal.text());
        });
    removeNames();
    close();
  }

  @Override
  public void waiting(String text) {
    if (!process.answer(new Answer.Waiting(text))) {
      end();
    }
  }

  /** Who has to wait is told that it is known. */
  void queued() {
    process.answer(new Answer.Queued());
  }

  private void processEnded() {
    if (held && hasLife()) {
      process.unwatchEnd();
      locks.rootEnded(claim);
    } else {
      end();
    }
  }

  private void lifeEnded() throws IOException {
    if (process.hasEnded()) {
      end();
    }
  }

  /** Whether anybody has the life FIFO open for writing. */
  private boolean hasLife() {
    try {
      return life != null && life.writers() == Fifo.Writers.SOME;
    } catch (OsException failure) {
      log.warn("A life FIFO can't be read: " + failure);
      return false;
    }
  }

  /** It wants the claim no more. */
  void end() {
    close();
    locks.end(claim);
  }

  @Override
  public String trace() {
    return TREE + "=" + (terms.tree() ? 1 : 0);
  }

  /**
   * Takes over a claim of an earlier daemon.
   *
   * @return false if nobody holds it any more
   */
  boolean survives(long number) throws IOException {
    claim = number;
    held = true;
    openLife();
    return !process.hasEnded() || hasLife();
  }

  /** Sees to the end of one that was taken over, which may have come already. */
  void watchAdopted() throws IOException {
    if (process.hasEnded()) {
      processEnded();
    } else {
      watch();
    }
  }

  @Override
  public boolean isHeldBy(int pid) {
    try {
      return (pid == process.pid() && !process.hasEnded()) || hasLifeOpen(pid, lifeInode());
    } catch (IOException failure) {
      return false;
    }
  }

  @Override
  public int[] processes() {
    try {
      int[] root = process.hasEnded() ? new int[0] : new int[] {process.pid()};
      long inode = lifeInode();
      if (inode == 0) {
        return root;
      }
      int own = dev.dibs.host.Self.pid();
      IntStream others =
          Arrays.stream(Proc.pids()).filter(pid -> pid != own && hasLifeOpen(pid, inode));
      return IntStream.concat(IntStream.of(root), others).distinct().toArray();
    } catch (IOException failure) {
      log.warn("Who holds a lock can't be seen: " + failure);
      return new int[0];
    }
  }

  private long lifeInode() throws IOException {
    return life == null
        ? 0
        : ((Number) Files.getAttribute(layout.lockLife(ClaimIds.name(claim)), "unix:ino"))
            .longValue();
  }

  private boolean hasLifeOpen(int pid, long inode) {
    try {
      return inode != 0
          && Proc.inodesBelow(pid, layout.lockLives().toString(), Proc.Access.ANY).contains(inode);
    } catch (OsException failure) {
      return false;
    }
  }

  private void close() {
    over = true;
    process.close();
    if (terms.environment().isNeeded()) {
      Leftovers.deleteQuietly(layout.replyEnvironment(pid()));
    }
    if (lifeWatch != null) {
      lifeWatch.close();
    }
    if (life != null) {
      life.close();
      Leftovers.deleteQuietly(layout.lockLife(ClaimIds.name(claim)));
      life = null;
    }
  }
}

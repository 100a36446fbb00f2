package dev.dibs.daemon;

import dev.dibs.daemon.files.GrantedFile;
import dev.dibs.daemon.files.OpenFile;
import dev.dibs.daemon.files.PendingOpen;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Errno;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.ClaimName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The holder of a claim that was made by opening a file: all processes that have it open. The claim
 * ends with the last of them, and the grant is the file's being open.
 */
final class FileHolder implements Holder {

  /** Fields of the line by which a later daemon knows such a claim. */
  static final String NODE = "file";

  static final String OPEN = "open";

  private final int pid;
  private final long node;
  private final @Nullable String run;
  private final @Nullable ClaimName wish;
  private final Map<String, String> more;
  private final boolean waits;
  private @Nullable PendingOpen open;
  private @Nullable Runnable ended;
  private boolean live;
  private boolean over;

  private FileHolder(
      int pid,
      long node,
      @Nullable String run,
      @Nullable ClaimName wish,
      Map<String, String> more,
      boolean waits) {
    this.pid = pid;
    this.node = node;
    this.run = run;
    this.wish = wish;
    this.more = more;
    this.waits = waits;
  }

  /**
   * Who opens a file now.
   *
   * @param run the run that it is in, or null
   * @param more what the claim's line says besides the wish
   * @param waits whether it waits, for a while at least
   */
  static FileHolder opening(
      int pid,
      long node,
      @Nullable String run,
      ClaimName wish,
      Map<String, String> more,
      boolean waits) {
    return new FileHolder(pid, node, run, wish, more, waits);
  }

  /** Who has a file open since an earlier daemon granted it. */
  static FileHolder survivor(int pid, long node, @Nullable String run) {
    FileHolder holder = new FileHolder(pid, node, run, null, Map.of(), false);
    holder.live = true;
    return holder;
  }

  /** What waits for the grant; said before it is asked for. */
  void waitsAs(PendingOpen pending) {
    open = pending;
  }

  /** The node that is open. */
  long node() {
    return node;
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public boolean answer(Answer answer) {
    PendingOpen waiting = open;
    if (waiting == null) {
      return false;
    }
    switch (answer) {
      case Answer.Granted granted -> {
        live = waiting.grant(file(granted));
        return live;
      }
      case Answer.Busy busy -> waiting.refuse(waits ? Errno.ETIMEDOUT : Errno.EAGAIN);
      case Answer.Misuse misuse -> waiting.refuse(Errno.EINVAL);
      case Answer.Unserved unserved -> waiting.refuse(Errno.ENOTCONN);
      case Answer.Again again -> waiting.refuse(Errno.ENOTCONN);
      case Answer.Queued queued -> {}
      case Answer.Near near -> {}
      case Answer.Waiting still -> {}
      case Answer.Locked locked -> throw new IllegalStateException("BUG: a lock for a claim");
      case Answer.Output output -> throw new IllegalStateException("BUG: output for a file");
      case Answer.Runs runs -> throw new IllegalStateException("BUG: work for a file");
      case Answer.Shared shared -> throw new IllegalStateException("BUG: a result for a file");
    }
    return true;
  }

  private OpenFile file(Answer.Granted granted) {
    long claim =
        ClaimIds.parse(granted.id())
            .orElseThrow(
                () -> new IllegalStateException("BUG: no claim is called " + granted.id()));
    boolean isRun = wish != null && wish.kind() == dev.dibs.protocol.Request.Kind.RUN;
    return file(claim, granted.slots(), isRun ? granted.id() : run);
  }

  /**
   * The open file.
   *
   * @param about the run that it is or is in, or null
   */
  OpenFile file(long claim, int slots, @Nullable String about) {
    String text = "ok " + slots + " " + (about == null ? "-" : about) + "\n";
    return new GrantedFile(claim, text, this::released);
  }

  /** If the grant was not heard, whoever granted it sees to that. */
  private void released() {
    if (live) {
      withdraw();
    }
  }

  /** It wants the claim no more. */
  void withdraw() {
    if (!over) {
      over = true;
      if (ended != null) {
        ended.run();
      }
    }
  }

  @Override
  public void watchEnd(EventLoop loop, Runnable told) {
    ended = told;
  }

  @Override
  public void unwatchEnd() {
    ended = null;
  }

  @Override
  public boolean hasEnded() {
    return over;
  }

  /** All that it had open is closed, so nobody else holds anything of it. */
  @Override
  public boolean leavesRemnants() {
    return false;
  }

  /** While nobody waits for the file there is no file that a later daemon could hear the end of. */
  @Override
  public @Nullable String request() {
    if (wish == null || open == null || open.request() == 0) {
      return null;
    }
    Map<String, String> all = new LinkedHashMap<>(more);
    all.put(NODE, Long.toString(node));
    all.put(OPEN, Long.toString(open.request()));
    return wish.line(pid, all);
  }

  @Override
  public void close() {
    over = true;
    ended = null;
  }
}

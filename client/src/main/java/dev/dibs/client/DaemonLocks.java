package dev.dibs.client;

import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockHolder;
import dev.dibs.locks.LockMode;
import dev.dibs.locks.LockRefusedException;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Locks;
import dev.dibs.protocol.lines.LockAsk;
import dev.dibs.protocol.lines.LockReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Locks of the daemon, over one connection for all threads. What is held through it is free when it
 * is closed, or this process ends.
 *
 * <p>If the daemon ends or the connection breaks, what was held is held no more, and everything
 * that needs the daemon throws; open the locks again. Whoever has to be sure that it held them all
 * the time compares {@link #isConnected} or, better, has what it wrote checked by {@link
 * HeldLocks#fence}.
 *
 * <p>{@link HeldLocks#close} tells the daemon and does not wait for it to hear that: microseconds
 * later the names are free. Whoever asks the daemon finds them so.
 */
public final class DaemonLocks implements Locks {

  private final Requests requests;
  private final ThreadBooks books;
  private volatile boolean closed;

  private DaemonLocks(Requests requests) {
    this.requests = requests;
    this.books = new ThreadBooks(requests);
  }

  /**
   * Connects to the daemon of a directory. Does not start one.
   *
   * @param directory the daemon's, as {@code DIBS_DIR}
   * @throws IOException if no daemon serves there, or its socket can't be reached
   */
  public static DaemonLocks connect(Path directory) throws IOException {
    return new DaemonLocks(Requests.open(directory.resolve("socket")));
  }

  /**
   * Whether the connection was never lost or closed, and with it what was held. A loss is noticed
   * after a tenth of a second at most, at once while somebody waits.
   */
  public boolean isConnected() {
    return requests.isOpen();
  }

  @Override
  public HeldLocks acquire(LockRequest request)
      throws IOException, InterruptedException, LockRefusedException {
    return take(request, Optional.empty()).orElseThrow();
  }

  @Override
  public Optional<HeldLocks> tryAcquire(LockRequest request, Duration timeout)
      throws IOException, InterruptedException, LockRefusedException {
    return take(request, Optional.of(timeout.isNegative() ? Duration.ZERO : timeout));
  }

  private Optional<HeldLocks> take(LockRequest request, Optional<Duration> timeout)
      throws IOException, InterruptedException, LockRefusedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    checkOpen();
    DaemonHold hold = new DaemonHold(this, request.names());
    Map<String, LockMode> missing = books.begin(hold, request.names());
    boolean complete = false;
    try {
      complete = missing.isEmpty() || ask(hold, missing, request, timeout);
    } finally {
      if (!complete) {
        books.end(hold);
      }
    }
    return complete ? Optional.of(hold.complete()) : Optional.empty();
  }

  private boolean ask(
      DaemonHold hold,
      Map<String, LockMode> missing,
      LockRequest request,
      Optional<Duration> timeout)
      throws IOException, InterruptedException, LockRefusedException {
    Claim claim = new Claim(requests.newId(), missing);
    LockAsk.Acquire ask =
        new LockAsk.Acquire(
            claim.id(),
            inMode(missing, LockMode.EXCLUSIVE),
            inMode(missing, LockMode.SHARED),
            timeout,
            LockAsk.Priority.valueOf(request.priority().name()),
            Optional.ofNullable(books.last(hold.owner())));
    books.enter(hold, claim);
    LockReply.Granted granted = requests.acquire(ask);
    if (granted != null) {
      books.granted(claim, granted.fence());
    }
    return granted != null;
  }

  private static List<String> inMode(Map<String, LockMode> names, LockMode mode) {
    List<String> found = new ArrayList<>();
    names.forEach(
        (name, its) -> {
          if (its == mode) {
            found.add(name);
          }
        });
    return found;
  }

  void end(DaemonHold hold) {
    books.end(hold);
  }

  void downgrade(DaemonHold hold) throws IOException {
    checkOpen();
    books.downgrade(hold);
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IllegalStateException("These locks were closed");
    }
    requests.checkOpen();
  }

  @Override
  public Optional<LockHolder> holder(String name) throws IOException {
    checkOpen();
    LockReply reply = requests.holder(new LockAsk.Holder(requests.newId(), name));
    return reply instanceof LockReply.HeldBy by
        ? Optional.of(
            new LockHolder(
                by.pid(), Instant.ofEpochMilli(by.sinceMs()), by.command(), by.directory()))
        : Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
    requests.close();
  }
}

package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.Eagerness;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Epoll;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.FuseConnection;
import dev.dibs.host.fuse.FuseMount;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.host.fuse.FuseUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The file system's mount, from its making or from where an earlier daemon left it, to its end. For
 * the loop's thread only, which must not touch the mounted files: it would wait for itself.
 *
 * <p>What lives is a connection in the kernel. It lives as long as any process has the device open
 * that is attached to it, and that is one description of {@code /dev/fuse} which supervisor, keeper
 * and daemon share (launcher/supervise.sh). So when a daemon is killed, whoever asked the file
 * system anything waits; the next daemon finds the device attached and the mount in its place, has
 * the kernel ask again what was not answered ({@code FUSE_NOTIFY_RESEND}), and serves on.
 *
 * <p>A kernel that can't ask again would let its askers wait for ever. There nothing stays mounted,
 * and builds use FIFOs. To know, the first mount is made with a device of our own; the shared one
 * is attached to it only when the kernel has said what it can do, for a device can't be attached
 * twice.
 *
 * <p>Where there is no file system, {@link #missing} says why and how to mend it.
 */
public final class Mount implements AutoCloseable {

  /** What serves the files. Called by the loop. */
  public interface Server {

    /**
     * Requests come from now on.
     *
     * @param resumed whether an earlier daemon served this connection: what it gave out is still in
     *     use, who polls is to be woken, and what was not answered comes again
     */
    void begin(FuseConnection connection, boolean resumed) throws OsException;

    /** Answers a request, now or later. */
    void serve(FuseRequest request) throws OsException;

    /** Somebody unmounted it: nothing comes any more, also no releases. */
    default void ended() {}
  }

  /** Whether there is to be a file system. */
  public enum Choice {
    /** If there can be one. */
    WANTED,
    /** Not, for the user does not want it. */
    UNWANTED,
    /** As on a kernel that can't ask again; for tests. */
    AS_IF_OLD_KERNEL
  }

  /** Most requests at once, so that others have their turn. */
  private static final int REQUESTS_AT_ONCE = 256;

  private static final String STOP = "\"dibs stop\" and the next build make a new one.";

  private final Path point;
  private final EventLoop loop;
  private final Log log;
  private @Nullable FuseDevice device;
  private @Nullable FuseConnection connection;
  private final Eagerness eagerness = new Eagerness();
  private EventLoop.@Nullable Watch watch;
  private boolean resumed;
  private String missing = "";

  private Mount(Path point, EventLoop loop, Log log) {
    this.point = point;
    this.loop = loop;
    this.log = log;
  }

  /**
   * Mounts, or takes over what is mounted; what died there before is removed. Takes a millisecond,
   * some ten where {@code fusermount3} has to do it. Requests wait until {@link #serve}.
   *
   * @param point where; made if it is not there
   * @param shared the number of the descriptor that outlives us; empty: there is none
   */
  public static Mount open(Path point, OptionalInt shared, Choice choice, EventLoop loop, Log log) {
    Mount mount = new Mount(point, loop, log);
    try {
      mount.open(shared, choice);
    } catch (IOException failure) {
      mount.lost(failure);
    }
    return mount;
  }

  private void open(OptionalInt shared, Choice choice) throws IOException {
    if (choice == Choice.UNWANTED) {
      clean();
      throw none("DIBS_ENDPOINT=fifo was set when the daemon started. Unset it, then: dibs stop");
    } else if (shared.isEmpty()) {
      clean();
      FuseMount.openDevice(point).close(); // should fail, and say why
      throw none("the daemon's supervisor could not open /dev/fuse. " + STOP);
    } else {
      FuseDevice inherited = FuseDevice.inherited(shared.getAsInt());
      device = inherited;
      switch (inherited.state()) {
        case FRESH -> mount(inherited, choice);
        case ATTACHED -> resume(inherited);
        case GONE -> throw none("it was unmounted while nobody served it. " + STOP);
      }
    }
  }

  /** Removes what a world that died has left, whose files nobody serves. */
  private void clean() throws IOException {
    if (FuseMount.isMounted(point)) {
      int removed = FuseMount.clean(point);
      log.info("Removed " + removed + " dead mounts at " + point);
    }
  }

  private void mount(FuseDevice shared, Choice choice) throws IOException {
    clean();
    try {
      attach(shared, choice);
    } catch (IOException failure) {
      clean();
      throw failure;
    }
    connection = FuseConnection.over(shared);
    log.info("Mounted " + point);
  }

  private void attach(FuseDevice shared, Choice choice) throws IOException {
    try (FuseDevice own = FuseMount.openDevice(point)) {
      FuseMount.mount(own, point);
      begin(own, choice);
      shared.attachTo(own);
    }
  }

  /** The kernel says what it can do before it asks for anything. */
  private void begin(FuseDevice own, Choice choice) throws IOException {
    FuseConnection first = FuseConnection.over(own);
    Optional<FuseRequest> request = first.next();
    if (!(request.orElse(null) instanceof FuseRequest.Init init)) {
      throw none("the kernel began with " + request + " instead of INIT. BUG.");
    }
    if (choice == Choice.AS_IF_OLD_KERNEL || !init.canResend()) {
      throw none(
          "this kernel can't ask again what a killed daemon did not answer, "
              + "and builds would hang. Linux 6.9 can.");
    }
    if (!first.initialized(init)) {
      throw none("this kernel speaks another protocol: " + init + ". Linux 6.9 speaks ours.");
    }
  }

  private void resume(FuseDevice inherited) throws IOException {
    connection = FuseConnection.over(inherited);
    resumed = true;
    log.info("Took over " + point);
    if (!FuseMount.isMounted(point)) {
      lost(none("it was unmounted while nobody served it; open files are served. " + STOP));
    }
  }

  /** Whether files can be opened at {@link #point}. */
  public boolean isServed() {
    return missing.isEmpty();
  }

  /** Why no files can be opened, and how to mend it; empty if they can. */
  public Optional<String> missing() {
    return missing.isEmpty() ? Optional.empty() : Optional.of(missing);
  }

  /** Whether an earlier daemon served it, so that what it opened is open still. */
  public boolean isResumed() {
    return resumed;
  }

  /** Where. */
  public Path point() {
    return point;
  }

  /**
   * Has requests served from now on, those first that an earlier daemon left. To be called when all
   * is known that it knew.
   */
  public void serve(Server server) throws IOException {
    FuseConnection served = connection;
    if (served == null) {
      return;
    }
    server.begin(served, resumed);
    watch = loop.watch(served.descriptor(), Epoll.IN, events -> receive(served, server));
    if (resumed) {
      served.resend();
    }
  }

  private void receive(FuseConnection served, Server server) throws OsException {
    int left = REQUESTS_AT_ONCE;
    while (left > 0 && connection != null) {
      Optional<FuseRequest> request = served.next();
      if (request.isPresent()) {
        eagerness.found(System.nanoTime());
        serve(served, server, request.get());
        left--;
      } else if (!eagerness.looksAgain(System.nanoTime())) {
        break;
      }
    }
    if (served.over()) {
      end();
      lost(none("somebody unmounted it. " + STOP));
      server.ended();
    }
  }

  private static void serve(FuseConnection served, Server server, FuseRequest request)
      throws OsException {
    if (request instanceof FuseRequest.Init init) { // the daemon that read it was killed
      boolean unused = served.initialized(init);
    } else {
      server.serve(request);
    }
  }

  private IOException none(String why) {
    return new IOException("No file system at " + point + ": " + why);
  }

  private void lost(IOException why) {
    missing = String.valueOf(why.getMessage());
    log.info(missing);
  }

  private void end() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    connection = null;
    if (device != null) {
      device.close();
      device = null;
    }
  }

  /**
   * Unmounts. Who has files open gets errors for them as soon as the supervisor and its keeper are
   * gone as well. More than once does nothing more.
   *
   * @throws FuseUnavailableException if it is still mounted: then nothing below may be touched
   */
  @Override
  public void close() throws FuseUnavailableException {
    boolean mounted = connection != null && missing.isEmpty();
    end();
    if (mounted) {
      missing = "No file system at " + point + ": the daemon leaves.";
      FuseMount.clean(point);
    }
  }
}

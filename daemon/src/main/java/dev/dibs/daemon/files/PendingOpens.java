package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.loop.TimerQueue;
import dev.dibs.host.Epoll;
import dev.dibs.host.Pidfd;
import dev.dibs.host.fuse.Caller;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Those who open a file and wait, and the places of those whom a signal interrupted: until they
 * come back, but not for long, and not once the process has ended. For the loop's thread only.
 */
public final class PendingOpens {

  /** How long a place is kept, ms: a shell that was interrupted is back within one. */
  static final long KEPT_MS = 500;

  /** Most places that are kept: each has a descriptor. */
  static final int KEPT_MAX = 256;

  private final class Place {
    private final PendingOpen open;
    private final Pidfd process;
    private final EventLoop.Watch watch;
    private final TimerQueue.Timer timer;

    private Place(PendingOpen open, Pidfd process) throws IOException {
      this.open = open;
      this.process = process;
      this.watch = loop.watch(process.descriptor(), Epoll.IN, events -> lost(this));
      this.timer = loop.after(KEPT_MS, () -> lost(this));
    }

    private void close() {
      timer.cancel();
      watch.close();
      process.close();
    }
  }

  private final EventLoop loop;
  private final Log log;
  private final Map<PendingOpen.Key, Place> places = new HashMap<>();

  public PendingOpens(EventLoop loop, Log log) {
    this.loop = loop;
    this.log = log;
  }

  /** Lets who was interrupted have its place again; false if it has none. */
  public boolean resume(PendingOpen.Key key, Reply<OpenFile> reply) {
    Place place = places.remove(key);
    if (place == null) {
      return false;
    }
    place.close();
    watchSignals(place.open, reply);
    place.open.resume(reply);
    return true;
  }

  /** Has somebody wait. */
  public PendingOpen begin(
      PendingOpen.Key key, Reply<OpenFile> reply, PendingOpen.Listener listener) {
    PendingOpen open = new PendingOpen(key, reply, listener);
    watchSignals(open, reply);
    return open;
  }

  private void watchSignals(PendingOpen open, Reply<OpenFile> reply) {
    reply.whenInterrupted(() -> interrupted(open, reply.header().thread()));
  }

  private void interrupted(PendingOpen open, int thread) {
    Place place =
        places.size() < KEPT_MAX && !places.containsKey(open.key()) ? keep(open, thread) : null;
    open.park(); // only now may the thread go on
    if (place == null) {
      open.withdraw();
    } else {
      places.put(open.key(), place);
    }
  }

  private @Nullable Place keep(PendingOpen open, int thread) {
    try {
      Optional<Pidfd> process = Caller.hold(thread);
      return process.isEmpty() ? null : new Place(open, process.get());
    } catch (IOException failure) {
      log.warn("Who was interrupted loses its place: " + failure);
      return null;
    }
  }

  private void lost(Place place) {
    if (places.remove(place.open.key(), place)) {
      place.close();
      place.open.withdraw();
    }
  }
}

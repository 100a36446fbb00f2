package dev.dibs.daemon.loop;

import dev.dibs.host.Descriptor;
import dev.dibs.host.Epoll;
import dev.dibs.host.OsException;
import dev.dibs.host.Wakeup;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * The one thread that owns the daemon's state. It waits for descriptors, timers and tasks posted by
 * other threads, and does one thing at a time. Everything but {@link #post} and {@link #stop} is
 * for this thread only.
 */
public final class EventLoop implements AutoCloseable {

  /** What waits for a descriptor. */
  public interface Source {
    /**
     * The descriptor is ready. Called by the loop; must not block.
     *
     * @param events as in {@link Epoll}
     */
    void ready(int events) throws IOException;
  }

  /** A descriptor that is waited for, until closed. Closing twice does nothing. */
  public final class Watch implements AutoCloseable {
    private final long key;
    private final Descriptor descriptor;

    private Watch(long key, Descriptor descriptor) {
      this.key = key;
      this.descriptor = descriptor;
    }

    /** Waits for these events from now on. */
    public void change(int events) throws IOException {
      epoll.change(descriptor, events, key);
    }

    @Override
    public void close() {
      if (sources.remove(key) != null) {
        unwatch(descriptor);
      }
    }
  }

  private static final long WAKEUP_KEY = 0;
  private static final int READY_MAX = 256;

  private final Epoll epoll;
  private final Wakeup wakeup;
  private final LongSupplier clockMs;
  private final Log log;
  private final Map<Long, Source> sources = new HashMap<>();
  private final TimerQueue timers = new TimerQueue();
  private final Eagerness eagerness = new Eagerness();
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private long keysGiven = WAKEUP_KEY;
  private volatile boolean stopped;

  public EventLoop(LongSupplier clockMs, Log log) throws IOException {
    this.epoll = Epoll.create(READY_MAX);
    this.wakeup = Wakeup.create();
    this.clockMs = clockMs;
    this.log = log;
    epoll.add(wakeup.descriptor(), Epoll.IN, WAKEUP_KEY);
  }

  public long nowMs() {
    return clockMs.getAsLong();
  }

  /**
   * Calls the source whenever its descriptor is ready. The watch is to be closed before the
   * descriptor.
   */
  public Watch watch(Descriptor descriptor, int events, Source source) throws IOException {
    long key = ++keysGiven;
    epoll.add(descriptor, events, key);
    sources.put(key, source);
    return new Watch(key, descriptor);
  }

  private void unwatch(Descriptor descriptor) {
    try {
      epoll.remove(descriptor);
    } catch (OsException failure) {
      log.warn("A descriptor stays watched: " + failure);
    }
  }

  /**
   * Somebody was served who may ask again at once: instead of going to sleep the loop looks for
   * what is next a little while, if it was asked in a row and as long as that pays ({@link
   * Eagerness}).
   */
  public void served() {
    eagerness.found(System.nanoTime());
  }

  public TimerQueue.Timer after(long delayMs, Runnable action) {
    return timers.at(nowMs() + delayMs, action);
  }

  /** Has the loop do something soon. For any thread; never blocks. */
  public void post(Runnable task) {
    posted.add(task);
    wakeup.wake();
  }

  /** Ends {@link #run} after what is being done now. For any thread. */
  public void stop() {
    stopped = true;
    wakeup.wake();
  }

  /** Runs until {@link #stop}. */
  public void run() throws IOException {
    while (!stopped) {
      turn(timeoutMs());
    }
  }

  /** Runs for a while, stopped or not. */
  public void runFor(long ms) throws IOException {
    long endMs = nowMs() + ms;
    for (long leftMs = ms; leftMs > 0; leftMs = endMs - nowMs()) {
      turn(leftMs);
    }
  }

  private void turn(long timeoutMs) throws IOException {
    int looked = look();
    runReady(looked > 0 ? looked : epoll.await(timeoutMs));
    timers.runDue(nowMs());
    runPosted();
  }

  /** How many are ready before it is time to sleep. */
  private int look() throws IOException {
    int ready = 0;
    while (ready == 0 && eagerness.looksAgain(System.nanoTime())) {
      ready = epoll.await(0);
    }
    return ready;
  }

  private long timeoutMs() {
    long nextMs = timers.nextMs();
    return nextMs == Long.MAX_VALUE ? -1 : Math.max(0, nextMs - nowMs());
  }

  private void runReady(int count) {
    for (int i = 0; i < count; i++) {
      if (epoll.key(i) == WAKEUP_KEY) {
        wakeup.clear();
      } else {
        runSource(epoll.key(i), epoll.events(i));
      }
    }
  }

  /** A source may have gone meanwhile: closed by one that was ready in the same round. */
  private void runSource(long key, int events) {
    Source source = sources.get(key);
    if (source == null) {
      return;
    }
    try {
      source.ready(events);
    } catch (IOException failure) {
      log.warn("A ready descriptor could not be served: " + failure);
    }
  }

  private void runPosted() {
    for (Runnable task = posted.poll(); task != null; task = posted.poll()) {
      task.run();
    }
  }

  @Override
  public void close() {
    wakeup.close();
    epoll.close();
  }
}

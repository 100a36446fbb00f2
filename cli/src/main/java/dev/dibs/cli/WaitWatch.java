package dev.dibs.cli;

import dev.dibs.locks.LockDirectory;
import dev.dibs.locks.LockHolder;
import dev.dibs.protocol.Printable;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks after a wait in the kernel, which nothing but the lock ends: says after a second whom it is
 * for, and again when that changes, and ends this process when the time is over.
 */
final class WaitWatch implements AutoCloseable {

  private static final long TELL_EVERY_MS = 1_000;

  private final LockDirectory directory;
  private final LockAloneOptions options;
  private final long beganNs = System.nanoTime();
  private @Nullable String waitsFor; // guarded by this, like what follows
  private Optional<LockHolder> told = Optional.empty();
  private boolean hasTold;
  private boolean over;

  WaitWatch(LockDirectory directory, LockAloneOptions options) {
    this.directory = directory;
    this.options = options;
  }

  /** Whether waiting was asked for. */
  boolean mayWait() {
    return !options.patience().equals(Optional.of(Duration.ZERO));
  }

  /** From now on, for this lock. */
  synchronized void waitsFor(String name) {
    if (waitsFor == null) {
      Thread watch = new Thread(this::watch, "watches the wait");
      watch.setDaemon(true);
      watch.start();
    }
    waitsFor = name;
  }

  private synchronized void watch() {
    try {
      while (!over) {
        long leftMs = options.patience().map(this::leftMs).orElse(TELL_EVERY_MS);
        if (leftMs <= 0) {
          Runtime.getRuntime().halt(options.timeoutStatus());
        }
        wait(Math.min(leftMs, TELL_EVERY_MS));
        tell();
      }
    } catch (InterruptedException impossible) {
      Thread.currentThread().interrupt();
    }
  }

  private long leftMs(Duration wait) {
    return wait.toMillis() - (System.nanoTime() - beganNs) / 1_000_000;
  }

  private void tell() {
    String name = waitsFor;
    boolean early = System.nanoTime() - beganNs < TELL_EVERY_MS * 900_000;
    if (over || early || options.quiet() || name == null) {
      return;
    }
    Optional<LockHolder> holder = directory.holder(name);
    if (!hasTold || !holder.equals(told)) {
      String who = holder.map(WaitWatch::text).orElse("");
      System.err.println(printable("dibs: waiting for lock on '" + name + "'" + who));
      told = holder;
      hasTold = true;
    }
  }

  private static String text(LockHolder holder) {
    LocalTime since =
        LocalTime.ofInstant(holder.since(), ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
    return ": held by pid %d (%s) in %s since %tT"
        .formatted(holder.pid(), holder.command(), holder.directory(), since);
  }

  private static String printable(String text) {
    return Printable.of(text);
  }

  @Override
  public synchronized void close() {
    over = true;
    notifyAll();
  }
}

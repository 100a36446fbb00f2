package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Those of a lock directory that need not be usable. While it isn't nobody gets a lock; but whoever
 * asks for one has it looked at again, once in {@value #LOOK_EVERY_MS} ms at most. What was adopted
 * meanwhile is kept from others from then on.
 */
public final class RetriedRanges implements Ranges {

  /** What may fail for now. */
  public interface Opener {
    /**
     * Opens them; does not block for long.
     *
     * @throws IOException if the directory is not usable: the message says why and what to do
     */
    Ranges open() throws IOException;
  }

  private static final long LOOK_EVERY_MS = 1_000;

  private final Opener opener;
  private final LongSupplier clockMs;
  private final Log log;
  private final List<Map<String, LockMode>> adopted = new ArrayList<>(); // while it is not usable
  private Ranges ranges = NoRanges.NOBODY;
  private String refusal = "";
  private long lookedMs;

  /** Looks for the first time. */
  public RetriedRanges(Opener opener, LongSupplier clockMs, Log log) {
    this.opener = opener;
    this.clockMs = clockMs;
    this.log = log;
    look();
  }

  private void look() {
    lookedMs = clockMs.getAsLong();
    try {
      ranges = opener.open();
    } catch (IOException unusable) {
      refuse(String.valueOf(unusable.getMessage()));
    }
  }

  private void refuse(String why) {
    if (!why.equals(refusal)) { // else it was said
      log.warn("Nobody gets a lock: " + why);
    }
    refusal = why;
    ranges = new NoRanges(why);
  }

  private void lookAgain() {
    look();
    if (!refusesAll()) {
      log.info("Locks can be had now");
      adopted.forEach(ranges::adopt);
      adopted.clear();
      ranges.allAdopted();
    }
  }

  @Override
  public @Nullable Busy take(Map<String, LockMode> names, boolean nested, boolean waits)
      throws IOException {
    if (refusesAll() && clockMs.getAsLong() - lookedMs >= LOOK_EVERY_MS) {
      lookAgain();
    }
    return ranges.take(names, nested, waits);
  }

  @Override
  public boolean refusesAll() {
    return ranges.refusesAll();
  }

  @Override
  public void adopt(Map<String, LockMode> names) {
    if (refusesAll()) {
      adopted.add(names);
    } else {
      ranges.adopt(names);
    }
  }

  @Override
  public void allAdopted() {
    ranges.allAdopted();
  }

  @Override
  public void downgrade(Map<String, LockMode> names) {
    if (refusesAll()) {
      Map<String, LockMode> shared = new TreeMap<>(names);
      shared.replaceAll((name, mode) -> LockMode.SHARED);
      adopted.remove(names);
      adopted.add(shared);
    } else {
      ranges.downgrade(names);
    }
  }

  @Override
  public void release(Map<String, LockMode> names) {
    if (refusesAll()) {
      adopted.remove(names);
    } else {
      ranges.release(names);
    }
  }

  @Override
  public List<Map<String, LockMode>> parts(Map<String, LockMode> names) {
    return ranges.parts(names);
  }

  @Override
  public void await(String name, LockMode mode, Runnable free) {
    ranges.await(name, mode, free);
  }

  @Override
  public boolean isWaitedFor(String name) throws IOException {
    return ranges.isWaitedFor(name);
  }

  @Override
  public void waitNoMore(String name) {
    ranges.waitNoMore(name);
  }

  @Override
  public Somebody holder(String name) {
    return ranges.holder(name);
  }

  @Override
  public boolean isHeldBy(String name, int pid) {
    return ranges.isHeldBy(name, pid);
  }

  @Override
  public void tell(String name, People.Person holder, long sinceEpochMs) {
    ranges.tell(name, holder, sinceEpochMs);
  }

  @Override
  public void forget(String name, int pid) {
    ranges.forget(name, pid);
  }

  @Override
  public void close() {
    ranges.close();
  }
}

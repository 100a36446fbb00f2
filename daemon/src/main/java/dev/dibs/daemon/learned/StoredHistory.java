package dev.dibs.daemon.learned;

import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.History;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.JobRecord;
import dev.dibs.core.history.Sample;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A history that the next daemon knows too. It is read and written by threads of its own: read from
 * the beginning, so that it is there when it is first asked, and written a while after it learned
 * something, so that a daemon that is killed loses what it learned in the last seconds. Where it
 * can't be written it lives as long as the daemon.
 *
 * <p>For the loop's thread only.
 */
public final class StoredHistory implements AutoCloseable {

  /** How long after something was learned it is written, with all that is learned meanwhile. */
  static final long SAVED_AFTER_MS = 5_000;

  private final HistoryFile file;
  private final IntSupplier budgetMib;
  private final EventLoop loop;
  private final Log log;
  private final ReentrantLock writing = new ReentrantLock();
  private final CompletableFuture<List<JobRecord>> known = new CompletableFuture<>();
  private @Nullable History history;
  private boolean saving;

  /** How often something was learned. */
  private long changes;

  /** {@link #changes} when what is in the file was learned; under the lock. */
  private long written;

  /** Whether the log has it that nothing can be written; under the lock. */
  private boolean warned;

  /**
   * Begins to read.
   *
   * @param budgetMib all the memory that there is for jobs, MiB; 0 if nobody knows
   */
  public StoredHistory(HistoryFile file, IntSupplier budgetMib, EventLoop loop, Log log) {
    this.file = file;
    this.budgetMib = budgetMib;
    this.loop = loop;
    this.log = log;
    Thread.ofVirtual().name("history").start(this::readAll);
  }

  /** What a job will need. */
  public Estimate estimate(JobKey key) {
    return history().estimate(key, budgetMib.getAsInt());
  }

  /** The same for a job that surely needs little: so much at most if nothing is known of it. */
  public Estimate estimate(JobKey key, int guessMibMax) {
    return history().estimate(key, budgetMib.getAsInt(), guessMibMax);
  }

  /** Learns from a job that ended. */
  public void add(JobKey key, Sample sample) {
    history().add(key, sample, budgetMib.getAsInt());
    saveLater();
  }

  /** Forgets all jobs that somebody means, and says how many they were. */
  public int forget(Predicate<JobKey> meant) {
    int forgotten = history().forget(meant);
    if (forgotten > 0) {
      saveLater();
    }
    return forgotten;
  }

  /** All jobs, those that were used last at the end. */
  public List<JobRecord> jobs() {
    return history().jobs();
  }

  /** All classes of which something is known. */
  public List<History.ClassEstimate> classes() {
    return history().classes(budgetMib.getAsInt());
  }

  private History history() {
    if (history == null) {
      history = new History(HistoryFile.JOBS_MAX);
      known.join().forEach(history::put);
    }
    return history;
  }

  private void readAll() {
    List<JobRecord> jobs = List.of();
    try {
      jobs = read();
    } finally { // the loop waits for this
      known.complete(jobs);
    }
  }

  private List<JobRecord> read() {
    try {
      return file.read();
    } catch (HistoryFile.UnfitException | IOException | RuntimeException unfit) {
      setAside(unfit.getMessage());
      return List.of();
    }
  }

  private void setAside(@Nullable String why) {
    String what = "What jobs need is learned anew, for " + file.path() + " is no use: " + why;
    try {
      file.setAside();
      log.warn(what + ". It is " + file.aside() + " now.");
    } catch (IOException failure) {
      log.warn(what + ". It can't be put aside: " + failure);
    }
  }

  private void saveLater() {
    changes++;
    if (!saving) {
      saving = true;
      loop.after(SAVED_AFTER_MS, this::save);
    }
  }

  private void save() {
    saving = false;
    List<JobRecord> jobs = history().jobs();
    long state = changes;
    Thread.ofVirtual().name("history").start(() -> write(state, jobs));
  }

  /** Unless that state, or a later one, was written meanwhile. */
  private void write(long state, List<JobRecord> jobs) {
    writing.lock();
    try {
      if (state > written) {
        file.write(jobs);
        written = state;
        warned = false;
      }
    } catch (IOException failure) {
      if (!warned) {
        log.warn("What jobs need is forgotten at the end, it can't be written: " + failure);
      }
      warned = true;
    } finally {
      writing.unlock();
    }
  }

  /** Writes what was not written yet; blocks while that lasts. */
  @Override
  public void close() {
    if (changes > 0) {
      write(changes, history().jobs());
    }
  }
}

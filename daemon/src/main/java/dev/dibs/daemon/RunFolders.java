package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Fifo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The folders of runs, each with its life FIFO. Some lie ready, aside, for the next runs: those of
 * runs that are over, and one that is made if there is none. To give one its name takes a fifth of
 * the time that making it takes, and on some disks to remove a folder takes milliseconds, for which
 * all others would wait. For the loop's thread only.
 */
final class RunFolders implements AutoCloseable {

  private static final String LIFE = "life";

  /** As many as end at about the same time; more would be descriptors for nothing. */
  private static final int READY_MAX = 8;

  /** Not while whoever asked last is still on its way to its command. */
  private static final long READY_AFTER_MS = 5;

  private final Path aside;
  private final EventLoop loop;
  private final Deque<Ready> ready = new ArrayDeque<>();
  private long names;
  private boolean closed;

  private record Ready(Path folder, Fifo life) {}

  /**
   * @param aside the folder where those lie that have no run yet; an earlier daemon's are removed
   */
  RunFolders(Path aside, EventLoop loop) throws IOException {
    this.aside = aside;
    this.loop = loop;
    Leftovers.deleteTree(aside);
    Files.createDirectory(aside);
  }

  /**
   * Opens the life FIFO of a run, for reading, making it and the folder if they are not there.
   *
   * @throws IOException if that fails; then nothing of it stays
   */
  Fifo openLife(Path folder) throws IOException {
    Fifo life = Files.exists(folder) ? null : takeReady(folder);
    return life == null ? make(folder) : life;
  }

  private @Nullable Fifo takeReady(Path folder) {
    Ready next = ready.poll();
    if (ready.isEmpty()) {
      loop.after(READY_AFTER_MS, this::makeReady);
    }
    if (next == null) {
      return null;
    }
    try {
      Files.move(next.folder, folder, StandardCopyOption.ATOMIC_MOVE);
      return next.life;
    } catch (IOException gone) { // somebody tidied up
      next.life.close();
      return null;
    }
  }

  private void makeReady() {
    if (!ready.isEmpty() || closed) {
      return;
    }
    try {
      Path folder = unused();
      ready.add(new Ready(folder, make(folder)));
    } catch (IOException noneYet) {
      // The next run makes its own, and says so if it can't.
    }
  }

  private Path unused() {
    return aside.resolve(Long.toString(names++));
  }

  /**
   * The run is over: closes its life FIFO, and keeps the folder for another run or removes it. Kept
   * is only what nobody has open for writing any more; by its name nobody but the run's own
   * launcher ever opens it.
   *
   * @param bare whether nothing but the life FIFO is in it
   */
  void release(Path folder, Fifo life, boolean bare) {
    boolean kept = bare && !closed && ready.size() < READY_MAX && isUnheld(life) && keep(folder);
    life.close();
    if (!kept) {
      remove(folder);
    }
  }

  private static boolean isUnheld(Fifo life) {
    try {
      return life.writers() != Fifo.Writers.SOME;
    } catch (IOException unknown) {
      return false;
    }
  }

  /** Opened anew, it hangs up when its next writer has come and gone. */
  private boolean keep(Path folder) {
    Path kept = unused();
    try {
      Files.move(folder, kept, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException refusal) {
      return false;
    }
    try {
      ready.add(new Ready(kept, Fifo.openForReading(kept.resolve(LIFE))));
    } catch (IOException failure) {
      remove(kept);
    }
    return true;
  }

  private static Fifo make(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
      Fifo.make(folder.resolve(LIFE));
      return Fifo.openForReading(folder.resolve(LIFE));
    } catch (IOException failure) {
      Leftovers.deleteTree(folder);
      throw failure;
    }
  }

  private static void remove(Path folder) {
    Leftovers.deleteQuietly(folder.resolve(LIFE));
    Leftovers.deleteQuietly(folder);
  }

  @Override
  public void close() {
    closed = true;
    ready.forEach(
        folder -> {
          folder.life.close();
          remove(folder.folder);
        });
    ready.clear();
    Leftovers.deleteQuietly(aside);
  }
}

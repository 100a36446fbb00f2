package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory in which locks are held; all processes that use the same one exclude each other.
 *
 * <pre>
 *   mechanism   how, for ever: "dibs locks 1 file", "dibs locks 1 socket" or "dibs locks 1 daemon"
 *   ranges      kernel locks of the mechanism file ({@link LockRange}); never written, deleted,
 *               renamed, or opened for anything else
 *   turns       likewise; who waits is in order by it
 *   holders     who holds what: hints for people
 *   fence       the fencing numbers' counter
 *   claims      what is held by the mechanism socket
 * </pre>
 *
 * <p>Who holds locks by {@link ProcessLocks} needs nothing of this class. It is for those who hold
 * the same locks by other means, such as open file descriptions, and for whoever tells about them.
 *
 * <p>Thread-safe. One for each directory in a JVM; to be replaced only if the directory was removed
 * and made again.
 */
public final class LockDirectory {

  private static final Map<Path, LockDirectory> OPEN = new HashMap<>();

  private final Path path;
  private final MechanismKind kind;
  private final Fence fence;
  private final @Nullable HolderHints hints;
  private @Nullable JvmLocks locks;

  private LockDirectory(Path path, MechanismKind kind) throws IOException {
    this.path = path;
    this.kind = kind;
    this.fence = Fence.of(path, Instant.now());
    this.hints = hintsOf(path);
  }

  /**
   * Makes the directory if it isn't there, looks whether it is ours, and fixes its mechanism if
   * nobody has done that.
   *
   * @param directory its parent must be there
   * @throws IOException if locks can't be held there; the message says why and what to do
   */
  public static LockDirectory open(Path directory) throws IOException {
    return open(directory, List.of(MechanismKind.FILE, MechanismKind.SOCKET));
  }

  /**
   * The same for a daemon, which can hold kernel locks, and where there are none those of nobody
   * but itself.
   *
   * @throws IOException if locks can't be held there by a daemon, too: the message says why and
   *     what to do
   */
  public static LockDirectory openForDaemon(Path directory) throws IOException {
    LockDirectory open = open(directory, List.of(MechanismKind.FILE, MechanismKind.DAEMON));
    if (open.kind == MechanismKind.SOCKET) {
      throw new IOException(
          "locks in "
              + open.path
              + " are held by sockets, without a daemon, as its file system has no locks of the"
              + " kernel; those of a daemon would not exclude them. Lock without it (Java:"
              + " ProcessLocks), or remove that directory when nobody holds a lock there");
    }
    return open;
  }

  private static LockDirectory open(Path directory, List<MechanismKind> candidates)
      throws IOException {
    Path path = DirectoryCheck.prepare(directory);
    synchronized (OPEN) {
      LockDirectory known = OPEN.get(path);
      if (known != null && known.fence.isStillThere()) {
        return known;
      }
      LockDirectory fresh = new LockDirectory(path, DirectoryCheck.mechanism(path, candidates));
      OPEN.put(path, fresh);
      return fresh;
    }
  }

  /** Where it is, without links. */
  public Path path() {
    return path;
  }

  /** Whether its locks are kernel locks on {@link #ranges}. */
  public boolean hasRanges() {
    return kind == MechanismKind.FILE;
  }

  /** The file of kernel locks, which may be missing as long as nobody has held one. */
  public Path ranges() {
    return path.resolve(RangesFile.RANGES);
  }

  /** The file of turnstiles: who waits locks its {@link LockRange} there first, one byte of it. */
  public Path turns() {
    return path.resolve(RangesFile.TURNS);
  }

  /**
   * The next fencing number, greater than all before.
   *
   * @throws IOException if the counter is damaged
   */
  public long nextFence() throws IOException {
    return fence.next();
  }

  /** Notes who holds a lock. It is forgotten when others use the same place. */
  public void tell(String name, LockHolder holder) {
    HolderHints notes = hints;
    if (notes != null) {
      byte[] record = HolderHints.template(holder.pid(), holder.command(), holder.directory());
      notes.write(LockRange.of(name).position(), holder.since().toEpochMilli(), record);
    }
  }

  /** Notes that a process holds a lock no more. */
  public void forget(String name, long pid) {
    HolderHints notes = hints;
    if (notes != null) {
      notes.clear(LockRange.of(name).position(), pid);
    }
  }

  /**
   * Who holds a lock: what was noted last, if that process is to be seen and not younger than the
   * note.
   */
  public Optional<LockHolder> holder(String name) {
    HolderHints notes = hints;
    return notes == null
        ? Optional.empty()
        : notes.read(LockRange.of(name).position()).filter(LockDirectory::lives);
  }

  private static boolean lives(LockHolder holder) {
    return ProcessHandle.of(holder.pid())
        .filter(process -> !startedAfter(process, holder.since().plusSeconds(1)))
        .isPresent();
  }

  private static boolean startedAfter(ProcessHandle process, Instant time) {
    return process.info().startInstant().filter(time::isBefore).isPresent();
  }

  /** The locks as this JVM's threads share them. */
  synchronized JvmLocks locks() throws IOException {
    JvmLocks open = locks;
    if (open == null) {
      open = new JvmLocks(this, kind.open(path), hints);
      locks = open;
    }
    return open;
  }

  private static @Nullable HolderHints hintsOf(Path path) {
    try {
      return HolderHints.of(path);
    } catch (IOException without) {
      return null; // no space, or damaged: then nobody is told who holds a lock
    }
  }
}

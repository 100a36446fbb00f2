package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Kernel locks on ranges of one file. How they make a lock is at {@link NameRanges}, how a thread
 * waits for one at {@link RangeLock}, why the file is never closed at {@link RangesFile}.
 */
final class FileMechanism implements Mechanism {

  private final RangesFile ranges;
  private final RangesFile turns;
  private final ConcurrentMap<Long, Name> names = new ConcurrentHashMap<>();

  private FileMechanism(RangesFile ranges, RangesFile turns) {
    this.ranges = ranges;
    this.turns = turns;
  }

  /** That of a lock directory; once in a JVM. */
  static FileMechanism of(Path directory) throws IOException {
    return new FileMechanism(
        RangesFile.open(directory, RangesFile.RANGES),
        RangesFile.open(directory, RangesFile.TURNS));
  }

  @Override
  public @Nullable Hold take(LockName name, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException {
    Name used = use(name.position());
    NameRanges.Held held = null;
    try {
      held = deadline.waits() ? used.bytes.lock(mode, deadline) : used.bytes.tryLock(mode);
      return held == null ? null : new FileHold(used, held);
    } finally {
      if (held == null) {
        leave(used);
      }
    }
  }

  private Name use(long position) {
    return names.compute(
        position,
        (p, known) -> {
          Name name = known == null ? new Name(position) : known;
          name.users++;
          return name;
        });
  }

  private void leave(Name name) {
    names.computeIfPresent(
        name.position,
        (p, known) -> {
          known.users--;
          return known.isUnused() ? null : known;
        });
  }

  private void forgetIfUnused(long position) {
    names.computeIfPresent(position, (p, known) -> known.isUnused() ? null : known);
  }

  /** A name as long as somebody in this JVM has to do with it. */
  private final class Name {

    final long position;
    final NameRanges bytes;
    int users; // changed within the map's compute only

    Name(long position) {
      this.position = position;
      this.bytes =
          new NameRanges(ranges, turns, new LockRange(position), () -> forgetIfUnused(position));
    }

    boolean isUnused() {
      return users == 0 && !bytes.isInKernel();
    }
  }

  private final class FileHold implements Hold {

    private final Name name;
    private final NameRanges.Held held;

    FileHold(Name name, NameRanges.Held held) {
      this.name = name;
      this.held = held;
    }

    @Override
    public void downgrade() {
      held.downgrade();
    }

    @Override
    public void release() {
      held.unlock();
      leave(name);
    }
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which of the runs that wait have their FIFOs already, so that being granted takes no time: the
 * first ones in line, and not all, for each has two descriptors open and one FIFO watched. For the
 * loop's thread only.
 */
final class MadeAhead {

  /** Far more than are granted in one go. */
  private static final int RUNS_MAX = 64;

  private final Consumer<Claimant> maker;
  private final EventLoop loop;
  private final Set<Claimant> made = new HashSet<>();
  private final Set<Claimant> later = new LinkedHashSet<>();

  /**
   * @param maker makes what a claimant needs
   */
  MadeAhead(Consumer<Claimant> maker, EventLoop loop) {
    this.maker = maker;
    this.loop = loop;
  }

  /** A claimant waits from now on. */
  void joined(Claimant claimant) {
    if (claimant.needsEndpoint()) {
      later.add(claimant);
      makeNext();
    }
  }

  /** A claimant waits no more, or never did. The next one has its turn soon, not before. */
  void left(Claimant claimant) {
    later.remove(claimant);
    if (made.remove(claimant) && !later.isEmpty()) {
      loop.post(this::makeNext);
    }
  }

  private void makeNext() {
    Iterator<Claimant> next = later.iterator();
    while (made.size() < RUNS_MAX && next.hasNext()) {
      Claimant claimant = next.next();
      next.remove();
      made.add(claimant);
      maker.accept(claimant);
    }
  }
}

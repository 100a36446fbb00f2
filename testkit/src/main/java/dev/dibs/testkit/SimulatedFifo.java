package dev.dibs.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A run's token FIFO as it really is, and the host's books of it, kept apart from the core's.
 * Always: {@code bytes + inHands + lost = issued + invented + writtenOff - discarded}.
 */
final class SimulatedFifo {

  /** Bytes that lie in it. */
  int bytes;

  /** Bytes that living clients took. */
  int inHands;

  /** Bytes that dead clients took along. */
  int lost;

  /** Bytes that clients wrote without having taken them. */
  int invented;

  /** Tokens that the host put and did not drain. */
  int issued;

  /** Bytes in it as the core was told last. */
  int known;

  /** Tokens given up when the run was wedged. */
  int writtenOff;

  /** Surplus bytes drained and thrown away. */
  int discarded;

  /** Whether the host will look at it soon anyway. */
  boolean lookPlanned;

  private final Set<Runnable> readers = new LinkedHashSet<>();

  void take() {
    bytes--;
    inHands++;
  }

  void giveBack() {
    inHands--;
    bytes++;
  }

  void invent() {
    bytes++;
    invented++;
  }

  /** A client dies with what it holds. */
  void lose(int count) {
    inHands -= count;
    lost += count;
  }

  void put(int count) {
    bytes += count;
    issued += count;
    known += count;
  }

  /** Drains, as far as there is something; how many bytes came. */
  int drain(int asked) {
    int count = Math.min(asked, bytes);
    int surplus = Math.min(count, Math.max(0, known - issued));
    bytes -= count;
    discarded += surplus;
    issued -= count - surplus;
    known = count < asked ? 0 : known - count;
    return count;
  }

  void writeOff() {
    int gone = Math.max(0, issued - known);
    issued -= gone;
    writtenOff += gone;
  }

  /** A client blocks in a read. */
  void await(Runnable reader) {
    readers.add(reader);
  }

  /** Whether somebody blocks in a read, and nothing is there. */
  boolean isAskedInVain() {
    return bytes == 0 && !readers.isEmpty();
  }

  /** Those who block in a read, no longer so. */
  List<Runnable> wake() {
    List<Runnable> all = new ArrayList<>(readers);
    readers.clear();
    return all;
  }

  /** Bytes beyond what was issued, by the faults of clients or because the host wrote them off. */
  int extra() {
    return bytes + inHands + lost - issued;
  }

  int explainedExtra() {
    return invented + writtenOff - discarded;
  }

  /** Tokens in hands as the core was told last. */
  int knownInHands() {
    return Math.max(0, issued - known);
  }
}

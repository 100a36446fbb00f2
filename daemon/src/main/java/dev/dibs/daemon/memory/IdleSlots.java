package dev.dibs.daemon.memory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Lends slots whose holders have used far less processor time than they hold, for long, to those
 * who wait, and calls them back when their holders work again. A holder is not asked and not
 * stopped: until what was lent is back there is one job too many.
 */
public final class IdleSlots {

  /** What can be lent, and to whom. */
  public interface Slots {

    /** Whether somebody waits for slots. */
    boolean areWanted();

    /**
     * How many slots an outermost claim and all in it have in use; 0 if it is over, or if its own
     * jobs wait for something that the pool decides.
     */
    int inUse(long party);

    /** Others may have so many slots of the party's; gives the loan's number. */
    long lend(long party, int slots);

    /** The party uses them again. */
    void callBack(long loan);
  }

  /** What more a holder may come to use than it used, before slots are called back: a quarter. */
  private static final double MORE = 1.25;

  /** What a sleeping program uses at most, of a processor. */
  private static final double ASLEEP_CPUS = 0.05;

  /** By how much of a processor a holder must exceed what was left to it. */
  private static final double EXCESS_CPUS = 0.25;

  private record Mark(long atMs, Work work, int slots) {}

  private record Loan(long number, int left) {}

  private final Slots slots;
  private final long longMs;
  private final Map<Long, Deque<Mark>> marks = new HashMap<>();
  private final Map<Long, Loan> loans = new HashMap<>();

  /**
   * @param after how long somebody must have been idle
   */
  public IdleSlots(Slots slots, Duration after) {
    this.slots = slots;
    this.longMs = after.toMillis();
  }

  /** Somebody looked. */
  public void looked(Look look) {
    marks.keySet().retainAll(look.parties().keySet());
    loans.keySet().retainAll(look.parties().keySet());
    boolean wanted = slots.areWanted();
    look.parties()
        .forEach(
            (party, work) -> look(party, new Mark(look.atMs(), work, slots.inUse(party)), wanted));
  }

  private void look(long party, Mark now, boolean wanted) {
    Deque<Mark> before = marks.computeIfAbsent(party, p -> new ArrayDeque<>());
    Mark last = before.peekLast();
    Loan loan = loans.get(party);
    if (loan != null && last != null && cpus(last, now) > loan.left + EXCESS_CPUS) {
      loans.remove(party);
      before.clear();
      slots.callBack(loan.number);
    } else if (loan == null && wanted) {
      lend(party, before, now);
    }
    before.addLast(now);
    forgetOld(before, now.atMs - longMs);
  }

  /** All but the youngest of those that are old enough. */
  private static void forgetOld(Deque<Mark> before, long oldMs) {
    while (before.size() > 1) {
      Mark first = before.removeFirst();
      if (before.getFirst().atMs > oldMs) {
        before.addFirst(first);
        return;
      }
    }
  }

  private void lend(long party, Deque<Mark> before, Mark now) {
    Mark first = before.peekFirst();
    if (first == null || now.atMs - first.atMs < longMs) {
      return;
    }
    int held = Math.min(now.slots, before.stream().mapToInt(Mark::slots).min().orElse(0));
    double cpus = cpus(first, now);
    // Who would run and gets no processor is not idle.
    int awake = before.stream().mapToInt(mark -> mark.work.awake()).max().orElse(0);
    int used = (int) Math.max(0, Math.ceil(cpus * MORE - ASLEEP_CPUS));
    int left = Math.max(used, Math.max(awake, now.work.awake()));
    if (held > left && cpus <= held / 2.0) {
      loans.put(party, new Loan(slots.lend(party, held - left), left));
    }
  }

  private static double cpus(Mark first, Mark last) {
    long ms = last.atMs - first.atMs;
    return ms <= 0 ? 0 : (double) Math.max(0, last.work.usedMs() - first.work.usedMs()) / ms;
  }
}

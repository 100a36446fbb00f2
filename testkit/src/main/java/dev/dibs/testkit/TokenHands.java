package dev.dibs.testkit;

import java.util.function.Supplier;

/** The tokens that a simulated command has in its hands, and how well it treats them. */
final class TokenHands {

  private final SimulatedWorld world;
  private final Dice dice;
  private final Habits habits;
  private final Supplier<SimulatedClaim> party;
  private final Runnable reader;
  private int tokens;

  /**
   * @param party whose FIFO it uses
   * @param reader called when there may be tokens again
   */
  TokenHands(
      SimulatedWorld world,
      Dice dice,
      Habits habits,
      Supplier<SimulatedClaim> party,
      Runnable reader) {
    this.world = world;
    this.dice = dice;
    this.habits = habits;
    this.party = party;
    this.reader = reader;
  }

  boolean areEmpty() {
    return tokens == 0;
  }

  /** Whether it got one; if not, an eager one waits for it. */
  boolean take() {
    if (fifo().bytes == 0) {
      if (habits.style() == Habits.Style.EAGER) {
        fifo().await(reader);
        if (dice.percent(50)) {
          world.host.asked(party.get(), dice.below(3));
        }
      }
      return false;
    }
    fifo().take();
    tokens++;
    if (fifo().bytes == 0) {
      changed();
    }
    return true;
  }

  /** Returns one, or loses it, or returns two. */
  void giveBack() {
    tokens--;
    if (dice.percent(habits.loses())) {
      fifo().lose(1);
      return;
    }
    fifo().giveBack();
    if (dice.percent(habits.invents())) {
      fifo().invent();
    }
    wakeOthers();
    changed();
  }

  /** Takes all there are; how many. */
  int takeAll() {
    int taken = fifo().bytes;
    for (int i = 0; i < taken; i++) {
      fifo().take();
    }
    tokens += taken;
    changed();
    return taken;
  }

  void giveBack(int taken) {
    for (int i = 0; i < taken; i++) {
      fifo().giveBack();
    }
    tokens -= taken;
    wakeOthers();
    changed();
  }

  /** They are lost: it is killed. */
  void drop() {
    if (tokens > 0) {
      fifo().lose(tokens);
      tokens = 0;
    }
  }

  private void wakeOthers() {
    fifo().wake().stream()
        .filter(other -> other != reader)
        .forEach(other -> world.agenda.in(dice.below(2), other));
  }

  private void changed() {
    world.host.changed(party.get(), dice.below(3));
  }

  private SimulatedFifo fifo() {
    return SimulatedHost.fifoOf(party.get());
  }
}

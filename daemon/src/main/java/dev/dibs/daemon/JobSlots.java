package dev.dibs.daemon;

import java.util.function.BooleanSupplier;

/**
 * Slots for a connection made below a {@code dibs job}, which has slots already: as many as that
 * job was granted, and no other ones, for the job would wait for its own.
 */
final class JobSlots implements SlotSource {

  private final BooleanSupplier jobLives;
  private final Taker taker;
  private int free;
  private int held;
  private int wanted;

  /**
   * @param slots what the job was granted
   */
  JobSlots(int slots, BooleanSupplier jobLives, Taker taker) {
    this.free = slots;
    this.jobLives = jobLives;
    this.taker = taker;
  }

  @Override
  public void ask() {
    wanted++;
    serve();
  }

  @Override
  public void withdraw() {
    wanted--;
  }

  @Override
  public void giveBack() {
    held--;
    free++;
    serve();
  }

  private void serve() {
    if (wanted > 0 && free > 0) {
      wanted--;
      free--;
      held++;
      taker.granted();
    }
  }

  @Override
  public boolean canSwap() {
    return wanted == 0;
  }

  @Override
  public boolean isOver() {
    return held + wanted == 0 && !jobLives.getAsBoolean();
  }

  @Override
  public void close() {
    // There is nothing behind it.
  }
}

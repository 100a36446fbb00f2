package dev.dibs.locks;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of this process's claims into a gate, past whoever is there, and out of it again: the
 * steps 1 to 6 of {@link SocketMechanism}, whatever the gate stands for.
 */
final class ClaimPassage {

  private final ClaimRecords records;
  private final ClaimListener listener;
  private final SocketSettings settings;
  private final ClaimSteps steps;

  ClaimPassage(
      ClaimRecords records, ClaimListener listener, SocketSettings settings, ClaimSteps steps) {
    this.records = records;
    this.listener = listener;
    this.settings = settings;
    this.steps = steps;
  }

  /**
   * Gets a record of our own into a gate; null if the time is over before, or there is no need to
   * wait any more.
   */
  @Nullable OwnClaim enter(ClaimGate gate, Deadline deadline, BooleanSupplier isNeedless)
      throws IOException, InterruptedException {
    OwnClaim claim = announce();
    boolean entered = false;
    try (ClaimInquiry inquiry = new ClaimInquiry(listener, settings, deadline)) {
      entered = enter(gate, claim.record(), inquiry, isNeedless);
      return entered ? claim : null;
    } finally {
      if (!entered) {
        abandon(gate, claim);
      }
    }
  }

  private boolean enter(
      ClaimGate gate, ClaimRecord mine, ClaimInquiry inquiry, BooleanSupplier isNeedless)
      throws IOException, InterruptedException {
    while (!gate.enter(mine, records.aside(mine))) {
      Optional<ClaimRecord> occupant = gate.occupant();
      if (occupant.isPresent()) {
        ClaimRecord other = occupant.get();
        switch (inquiry.await(other, new Lookout(gate, other, isNeedless))) {
          case OVER -> takeAway(gate, other);
          case LATE, NEEDLESS -> {
            return false;
          }
          case LOOK_AGAIN -> {}
        }
      }
    }
    return true;
  }

  /** What is looked at while waiting for somebody in a gate. */
  private record Lookout(ClaimGate gate, ClaimRecord record, BooleanSupplier needless)
      implements ClaimInquiry.Lookout {

    @Override
    public boolean isThere() {
      return gate.has(record);
    }

    @Override
    public boolean isNeedless() {
      return needless.getAsBoolean();
    }
  }

  private void takeAway(ClaimGate gate, ClaimRecord dead) throws IOException {
    steps.done(ClaimSteps.Step.JUDGED);
    gate.remove(dead);
    steps.done(ClaimSteps.Step.DEAD_RECORD_DELETED);
    records.sweep(listener.identity());
  }

  /** A claim of our own: the listener knows it before anybody can see it. */
  OwnClaim announce() throws IOException {
    OwnClaim claim = listener.begin();
    steps.done(ClaimSteps.Step.ANNOUNCED);
    try {
      records.makeAside(claim.record());
      return claim;
    } catch (IOException | RuntimeException | Error failed) {
      abandon(claim);
      throw failed;
    }
  }

  /** Never throws: who is not in the table any more is over, be his record there or not. */
  void leave(ClaimGate gate, OwnClaim claim) {
    try {
      remove(gate, claim);
    } finally {
      forget(claim);
    }
  }

  /** It did not get there, or must not stay; nothing of it is left. */
  void abandon(ClaimGate gate, OwnClaim claim) {
    try {
      remove(gate, claim);
    } finally {
      abandon(claim);
    }
  }

  private static void remove(ClaimGate gate, OwnClaim claim) {
    try {
      gate.remove(claim.record());
    } catch (IOException full) {
      // whoever comes asks us, and deletes it
    }
  }

  /** It never got anywhere. */
  void abandon(OwnClaim claim) {
    try {
      records.removeAside(claim.record());
    } catch (IOException full) {
      // swept when this process is gone
    } finally {
      forget(claim);
    }
  }

  /** It is over; who waits for it is told. */
  void forget(OwnClaim claim) {
    listener.end(claim);
    steps.done(ClaimSteps.Step.FORGOTTEN);
  }
}

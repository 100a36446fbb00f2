package dev.dibs.client;

import dev.dibs.locks.LockRefusedException;

/** What people are told who don't get locks. */
final class Refusals {

  private Refusals() {}

  static LockRefusedException upgrade(String name) {
    return new LockRefusedException(
        LockRefusedException.Reason.UPGRADE,
        "This thread holds lock '"
            + name
            + "' shared and wants it exclusive: two who do so would wait for each other for ever."
            + " Take it exclusive from the beginning, or close the shared one first.");
  }
}

package dev.dibs.systemtests;

import dev.dibs.client.LocksFinder;
import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Locks;
import java.time.Duration;
import java.util.Optional;

/** A Java program that tries a name, as the environment says: {@code got} or {@code busy}. */
final class PrivateLocker {
  private PrivateLocker() {}

  public static void main(String[] arguments) throws Exception {
    LockRequest request = LockRequest.exclusive(arguments[0]);
    try (Locks locks = LocksFinder.find()) {
      Optional<HeldLocks> held = locks.tryAcquire(request, Duration.ZERO);
      System.out.println(held.isPresent() ? "got" : "busy");
      held.ifPresent(HeldLocks::close);
    }
  }
}

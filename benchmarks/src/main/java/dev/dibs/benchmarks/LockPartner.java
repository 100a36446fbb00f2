package dev.dibs.benchmarks;

import dev.dibs.client.DaemonLocks;
import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Locks;
import dev.dibs.locks.ProcessLocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The other process of a lock's benchmarks: {@code ours|daemon|flock|relay FOLDER}. For each line
 * {@code wait} it takes the lock, gives it back, and says when it had it; for {@code fight MS} it
 * takes it as often as it can for so long and says how often that was.
 */
public final class LockPartner {
  private LockPartner() {}

  /** A lock, of whichever kind. */
  interface Lock {
    /** Takes it, does something, gives it back. */
    void around(Runnable inside) throws Exception;
  }

  public static void main(String[] words) throws Exception {
    Lock lock = open(words[0], words[1]);
    lock.around(() -> {});
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] order = line.split(" ", -1);
      System.out.println(order[0].equals("wait") ? await(lock) : fight(lock, order[1]));
    }
  }

  @SuppressWarnings("try") // a lock is held for what is inside, not for what it says
  static Lock open(String kind, String folder) throws IOException {
    if (kind.equals("flock")) {
      Flock flock = new Flock(folder + "/flock");
      return inside -> {
        flock.lock();
        inside.run();
        flock.unlock();
      };
    }
    if (kind.equals("relay")) {
      Relay relay = Relay.in(folder);
      return inside -> {
        relay.lock();
        inside.run();
        relay.unlock();
      };
    }
    Locks locks =
        kind.equals("daemon")
            ? DaemonLocks.connect(Path.of(folder, "dibs"))
            : ProcessLocks.in(Path.of(folder, "locks"));
    LockRequest request = LockRequest.exclusive("app/_build");
    return inside -> {
      try (HeldLocks held = locks.acquire(request)) {
        inside.run();
      }
    };
  }

  private static long await(Lock lock) throws Exception {
    long[] hadNs = {0};
    lock.around(() -> hadNs[0] = System.nanoTime());
    return hadNs[0];
  }

  private static long fight(Lock lock, String forMs) throws Exception {
    long endNs = System.nanoTime() + Long.parseLong(forMs) * 1_000_000;
    long times = 0;
    while (System.nanoTime() < endNs) {
      lock.around(LockPartner::work);
      times++;
    }
    return times;
  }

  /** A few microseconds. */
  private static void work() {
    long endNs = System.nanoTime() + 10_000;
    while (System.nanoTime() < endNs) {
      Thread.onSpinWait();
    }
  }
}

package dev.dibs.locks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a directory among the threads of this JVM: requests of many names, fences, hints.
 */
final class JvmLocks {

  private final LockDirectory directory;
  private final Mechanism mechanism;
  private final @Nullable HolderHints hints;
  private final ConcurrentMap<Long, NameQueue> names = new ConcurrentHashMap<>();

  JvmLocks(LockDirectory directory, Mechanism mechanism, @Nullable HolderHints hints) {
    this.directory = directory;
    this.mechanism = mechanism;
    this.hints = hints;
  }

  LockDirectory directory() {
    return directory;
  }

  /** What a request got; null if the time was over first. */
  @Nullable Taken take(LockRequest request, Deadline deadline)
      throws IOException, InterruptedException, LockRefusedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Map<LockName, LockMode> inOrder = inOrder(request);
    refuseUpgrades(inOrder);
    List<NameQueue.Grant> grants = new ArrayList<>(inOrder.size());
    Taken taken = null;
    try {
      if (takeAll(inOrder, deadline, grants)) {
        long fence = directory.nextFence();
        note(grants);
        taken = new Taken(fence, grants);
      }
      return taken;
    } finally {
      if (taken == null) {
        release(grants);
      }
    }
  }

  private static Map<LockName, LockMode> inOrder(LockRequest request) {
    Map<LockName, LockMode> byPosition = new TreeMap<>();
    request
        .names()
        .forEach(
            (name, mode) ->
                byPosition.merge(LockName.of(name), mode, (a, b) -> a.covers(b) ? a : b));
    return byPosition;
  }

  private void refuseUpgrades(Map<LockName, LockMode> inOrder) throws LockRefusedException {
    for (Map.Entry<LockName, LockMode> each : inOrder.entrySet()) {
      NameQueue queue = names.get(each.getKey().position());
      if (queue != null) {
        queue.refuseUpgrade(Thread.currentThread(), each.getValue());
      }
    }
  }

  private boolean takeAll(
      Map<LockName, LockMode> inOrder, Deadline deadline, List<NameQueue.Grant> grants)
      throws IOException, InterruptedException, LockRefusedException {
    for (Map.Entry<LockName, LockMode> each : inOrder.entrySet()) {
      NameQueue.Grant grant = takeOne(each.getKey(), each.getValue(), deadline);
      if (grant == null) {
        return false;
      }
      grants.add(grant);
    }
    return true;
  }

  private NameQueue.@Nullable Grant takeOne(LockName name, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException, LockRefusedException {
    NameQueue queue = use(name);
    NameQueue.Grant grant = null;
    try {
      grant = queue.take(Thread.currentThread(), mode, deadline);
      return grant;
    } finally {
      if (grant == null) {
        leave(queue);
      }
    }
  }

  private void note(List<NameQueue.Grant> grants) {
    HolderHints notes = hints;
    if (notes != null) {
      long nowMs = System.currentTimeMillis();
      for (NameQueue.Grant grant : grants) {
        notes.write(grant.name().position(), nowMs, ThisProcess.RECORD);
      }
    }
  }

  private void forget(NameQueue.Grant grant) {
    HolderHints notes = hints;
    if (notes != null) {
      notes.clear(grant.name().position(), ThisProcess.PID);
    }
  }

  /** In the order in which they were taken, for so the JDK finds each at once in its table. */
  private void release(List<NameQueue.Grant> grants) {
    for (NameQueue.Grant grant : grants) {
      grant.release(() -> forget(grant));
      leave(grant.queue());
    }
  }

  private NameQueue use(LockName name) {
    return names.compute(
        name.position(),
        (p, known) -> {
          NameQueue queue = known == null ? new NameQueue(name, mechanism) : known;
          queue.users++;
          return queue;
        });
  }

  private void leave(NameQueue queue) {
    names.computeIfPresent(
        queue.name().position(), (p, known) -> --known.users == 0 ? null : known);
  }

  /** All that a request got. One thread at a time: its user sees to that. */
  final class Taken {

    private final long fence;
    private final List<NameQueue.Grant> grants;

    private Taken(long fence, List<NameQueue.Grant> grants) {
      this.fence = fence;
      this.grants = grants;
    }

    long fence() {
      return fence;
    }

    void downgrade() throws IOException {
      for (NameQueue.Grant grant : grants) {
        grant.downgrade();
      }
    }

    void release() {
      JvmLocks.this.release(grants);
    }
  }

  /** What is told of this process. */
  private static final class ThisProcess {

    static final long PID = ProcessHandle.current().pid();
    static final byte[] RECORD =
        HolderHints.template(PID, command(), System.getProperty("user.dir", ""));

    private static String command() {
      return System.getProperty("sun.java.command", "java");
    }
  }
}

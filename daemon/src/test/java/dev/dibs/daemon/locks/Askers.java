package dev.dibs.daemon.locks;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/** Those who ask a service for locks, all without a process, and what they hear of it, in order. */
@NullMarked
final class Askers {

  final LockService locks;
  final Deque<LockGrant> granted = new ArrayDeque<>();
  final List<LockRefusal> refused = new ArrayList<>();
  final List<String> waiting = new ArrayList<>();

  /** With a service of their own that remembers nothing. */
  Askers(EventLoop loop, Ranges ranges, Log log) {
    locks =
        new LockService(
            new LockService.Parts(
                loop,
                new AtomicLong()::incrementAndGet,
                System::currentTimeMillis,
                held -> () -> {},
                new AtomicLong()::incrementAndGet,
                ranges,
                Lender.NONE,
                pid -> new People.Person(pid, "somebody", "~"),
                () -> {},
                log));
  }

  /** One more asks; returns its claim. */
  long request(LockWish wish) {
    return locks.request(new Asker(), wish);
  }

  /** Who was granted first of those that are, ends. */
  void endFirst() {
    locks.end(granted.remove().claim());
  }

  private final class Asker implements LockHolder {
    @Override
    public Kind kind() {
      return Kind.CONNECTION;
    }

    @Override
    public int pid() {
      return 0;
    }

    @Override
    public boolean granted(LockGrant grant) {
      granted.add(grant);
      return true;
    }

    @Override
    public void refused(LockRefusal refusal) {
      refused.add(refusal);
    }

    @Override
    public void waiting(String text) {
      waiting.add(text);
    }
  }
}

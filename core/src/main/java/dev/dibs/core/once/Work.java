package dev.dibs.core.once;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A piece of work that somebody is doing, and those who wait for its result, first come first. */
final class Work {

  private final String key;
  private final String fingerprint;
  private final Map<Long, Waiter> waiters = new LinkedHashMap<>();
  private long runner;
  private long keepMs;

  /** What one who waits wants. */
  private record Waiter(Set<Long> within, long keepMs) {}

  Work(long runner, String key, String fingerprint, long keepMs) {
    this.runner = runner;
    this.key = key;
    this.fingerprint = fingerprint;
    this.keepMs = keepMs;
  }

  String key() {
    return key;
  }

  String fingerprint() {
    return fingerprint;
  }

  long runner() {
    return runner;
  }

  /** For how long somebody wants the result to be kept. */
  long keepMs() {
    return keepMs;
  }

  Set<Long> waiters() {
    return waiters.keySet();
  }

  void await(OnceEvent.Asked asked) {
    waiters.put(asked.claim(), new Waiter(asked.within(), asked.maxAgeMs()));
    keepMs = Math.max(keepMs, asked.maxAgeMs());
  }

  void leave(long waiter) {
    waiters.remove(waiter);
  }

  /** Whether one who waits here is part of that runner's work. */
  boolean holdsUp(long otherRunner) {
    return waiters.values().stream().anyMatch(waiter -> waiter.within().contains(otherRunner));
  }

  /** The next one does it; false if nobody wants to. */
  boolean handOn() {
    if (waiters.isEmpty()) {
      return false;
    }
    runner = waiters.keySet().iterator().next();
    waiters.remove(runner);
    return true;
  }
}

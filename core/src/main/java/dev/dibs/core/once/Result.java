package dev.dibs.core.once;

import java.util.HashSet;
import java.util.Set;

/** What came of a piece of work, and those who have it in hand. */
final class Result {

  private final long number;
  private final String key;
  private final String fingerprint;
  private final boolean good;
  private final long bytes;
  private final long reportedMs;
  private final Set<Long> readers = new HashSet<>();
  private long keepUntilMs;

  Result(
      long number,
      String key,
      String fingerprint,
      boolean good,
      long bytes,
      long reportedMs,
      long keepUntilMs) {
    this.number = number;
    this.key = key;
    this.fingerprint = fingerprint;
    this.good = good;
    this.bytes = bytes;
    this.reportedMs = reportedMs;
    this.keepUntilMs = keepUntilMs;
  }

  long number() {
    return number;
  }

  String key() {
    return key;
  }

  long bytes() {
    return bytes;
  }

  long keepUntilMs() {
    return keepUntilMs;
  }

  Set<Long> readers() {
    return readers;
  }

  boolean isKept(long nowMs) {
    return nowMs < keepUntilMs;
  }

  /** Whether it is what somebody asks for. */
  boolean serves(OnceEvent.Asked asked) {
    long ageMs = asked.nowMs() - reportedMs;
    return fingerprint.equals(asked.fingerprint())
        && ((good && asked.maxAgeMs() > ageMs) || asked.askingMs() > ageMs);
  }

  /** It is kept for so long after it was reported, if it is not kept for longer already. */
  void keepFor(long ms) {
    keepUntilMs = Math.max(keepUntilMs, reportedMs + ms);
  }

  void dropUnlessRead() {
    keepUntilMs = Long.MIN_VALUE;
  }
}

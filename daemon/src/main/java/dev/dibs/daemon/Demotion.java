package dev.dibs.daemon;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Priority;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Puts runs with {@code --background} behind all others, as far as the system lets us. */
final class Demotion {

  /** Half way from the usual to what is ended first. */
  private static final int MEMORY_SCORE = 500;

  /** One of the ways. */
  private interface Step {
    void take(int pid) throws IOException;
  }

  private final Set<String> refused = new HashSet<>();
  private final Log log;

  Demotion(Log log) {
    this.log = log;
  }

  /** Before the holder is told: what it becomes and starts is behind the others from the start. */
  void granted(Claimant claimant) {
    if (claimant.request().machine().background()) {
      step("idle CPU time", claimant, Priority::idleCpu);
      step("idle disk time", claimant, Priority::idleDisk);
      step("memory", claimant, pid -> Priority.endBeforeOthers(pid, MEMORY_SCORE));
    }
  }

  /** Each refusal is logged once. */
  private void step(String what, Claimant claimant, Step step) {
    try {
      step.take(claimant.pid());
    } catch (IOException refusal) {
      if (refused.add(what)) {
        log.warn("--background does without " + what + ": " + refusal.getMessage());
      }
    }
  }
}

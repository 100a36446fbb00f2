package dev.dibs.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Kills a world's daemon, also while it starts, but never so often in a row that dibs gives up,
 * which it shall: a supervisor after five JVMs that died within two seconds of their start, a
 * launcher after three supervisors, or after five seconds in which no daemon served.
 */
final class DaemonKiller {
  private static final long SETTLED_NS = Duration.ofSeconds(4).toNanos();
  private static final long DOWN_NS_MAX = Duration.ofSeconds(2).toNanos();
  private static final int QUICK_MAX = 3;

  private final Dibs world;
  private int quick;
  private long lastNs = System.nanoTime() - SETTLED_NS;
  private long lastSupervisorNs = lastNs;
  private long servedNs = lastNs;

  DaemonKiller(Dibs world) {
    this.world = world;
  }

  /** SIGKILL to the JVM; whether there was one, and it might be killed. */
  boolean killDaemon() {
    return mayKillDaemon() && kill(DaemonKiller::isDaemon);
  }

  /** SIGKILL to the supervisor alone. */
  boolean killSupervisor() {
    return mayKillSupervisor() && kill(DaemonKiller::isSupervisor);
  }

  /** SIGKILL to who would take the supervisor's place. */
  boolean killKeeper() {
    return kill(DaemonKiller::isKeeper);
  }

  /** SIGKILL to both, the supervisor first, so that it starts no other; a keeper takes over. */
  boolean killBoth() {
    if (!mayKillSupervisor()) {
      return false;
    }
    boolean supervisor = kill(DaemonKiller::isSupervisor);
    quick = 0;
    boolean daemon = !isDownForLong() && kill(DaemonKiller::isDaemon);
    return supervisor || daemon;
  }

  private boolean mayKillDaemon() {
    long nowNs = System.nanoTime();
    quick = nowNs - lastNs >= SETTLED_NS ? 0 : quick;
    if (quick == QUICK_MAX || isDownForLong()) {
      return false;
    }
    quick++;
    lastNs = nowNs;
    return true;
  }

  /** Whether none served for a while, as far as was looked. */
  private boolean isDownForLong() {
    long nowNs = System.nanoTime();
    if (world.daemon().isPresent()) {
      servedNs = nowNs;
    }
    return nowNs - servedNs > DOWN_NS_MAX;
  }

  private boolean mayKillSupervisor() {
    long nowNs = System.nanoTime();
    if (nowNs - lastSupervisorNs < SETTLED_NS) {
      return false;
    }
    lastSupervisorNs = nowNs;
    return true;
  }

  private boolean kill(Predicate<ProcessHandle> which) {
    List<ProcessHandle> found = world.ofTheDaemon().stream().filter(which).toList();
    found.forEach(ProcessHandle::destroyForcibly);
    return !found.isEmpty();
  }

  private static boolean isDaemon(ProcessHandle process) {
    return Processes.name(process.pid()).filter("java"::equals).isPresent();
  }

  private static boolean isSupervisor(ProcessHandle process) {
    return isGuard(process) && !isKeeper(process);
  }

  /** A keeper is the child of a supervisor; the program is the same. */
  private static boolean isKeeper(ProcessHandle process) {
    return isGuard(process) && process.parent().filter(DaemonKiller::isGuard).isPresent();
  }

  private static boolean isGuard(ProcessHandle process) {
    return Processes.describe(process).contains("supervise.sh");
  }
}

package dev.dibs.daemon.memory;

import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import java.util.HashSet;
import java.util.Set;

/** In which cgroups claims were seen. For one thread. */
public final class Places {

  /** So many are remembered; then all are new again. */
  private static final int MAX = 1_000;

  private final Set<String> seen = new HashSet<>();

  /** Whether a process is in cgroups in which none was before; false if that can't be seen. */
  public boolean isNew(int pid) {
    if (seen.size() >= MAX) {
      seen.clear();
    }
    try {
      return Proc.cgroups(pid).filter(seen::add).isPresent();
    } catch (OsException unreadable) {
      return false;
    }
  }
}

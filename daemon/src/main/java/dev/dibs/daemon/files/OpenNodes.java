package dev.dibs.daemon.files;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import java.nio.file.Path;
import java.util.Set;

/**
 * Which nodes a process has open, by itself or because it inherited them: whoever waits for what
 * one of its own descriptors holds would wait for ever.
 */
public final class OpenNodes {

  private final String point;
  private final Log log;

  /**
   * @param point where the files are mounted
   */
  public OpenNodes(Path point, Log log) {
    this.point = point.toString();
    this.log = log;
  }

  /** The numbers of its nodes; none if it can't be looked at. */
  public Set<Long> of(int pid) {
    return of(pid, Proc.Access.ANY);
  }

  /** The same of those that it has open for reading and writing. */
  public Set<Long> readWrite(int pid) {
    return of(pid, Proc.Access.READ_WRITE);
  }

  private Set<Long> of(int pid, Proc.Access access) {
    try {
      return Proc.inodesBelow(pid, point, access);
    } catch (OsException failure) {
      log.warn("What pid " + pid + " has open is not known: " + failure);
      return Set.of();
    }
  }
}

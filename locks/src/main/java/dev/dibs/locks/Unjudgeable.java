package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Path;

/** What is said when nobody can tell from here whether a lock is held. */
final class Unjudgeable {

  private Unjudgeable() {}

  static IOException otherMachine(ClaimRecord record) {
    return new IOException(
        "A lock is held by a process of another machine, or was when that was last booted ("
            + who(record)
            + "): whether it lives can't be told from here. Give each machine its own lock"
            + " directory; if that process is surely gone, delete its record.");
  }

  static IOException otherNetwork(ClaimRecord record) {
    return new IOException(
        "A lock is held by a process in another network namespace ("
            + who(record)
            + "), perhaps in another container: whether it lives can't be told from here. Let those"
            + " who share a lock directory share the network, or give each its own; if that process"
            + " is surely gone, delete its record.");
  }

  static IOException foreign(Path place, String what) {
    return new IOException(
        "In the lock directory is something that is not ours: "
            + place.resolve(what)
            + ". Nobody can tell whether the lock is held. Move it away if no process uses it.");
  }

  private static String who(ClaimRecord record) {
    return "pid " + record.process().pid() + " there, record " + record.fileName();
  }
}

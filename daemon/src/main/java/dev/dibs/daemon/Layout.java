package dev.dibs.daemon;

import java.nio.file.Path;

/**
 * Where things lie in the daemon's directory (docs/control.md).
 *
 * @param directory the directory itself, absolute
 */
record Layout(Path directory) {

  Path control() {
    return directory.resolve("control");
  }

  Path socket() {
    return directory.resolve("socket");
  }

  Path announcement() {
    return directory.resolve("daemon");
  }

  Path lock() {
    return directory.resolve("lock");
  }

  Path log() {
    return directory.resolve("daemon.log");
  }

  /** Who has which tokens. */
  Path tokens() {
    return directory.resolve("tokens");
  }

  /** Where clients find the file system's jobserver. */
  Path jobserver() {
    return files().resolve("jobserver");
  }

  Path claims() {
    return directory.resolve("claims");
  }

  Path replies() {
    return directory.resolve("r");
  }

  Path reply(int pid) {
    return replies().resolve(Integer.toString(pid));
  }

  Path replyEnvironment(int pid) {
    return replies().resolve(pid + ".env");
  }

  Path replyOutput(int pid) {
    return replies().resolve(pid + ".out");
  }

  /** Where the file system is mounted. */
  Path files() {
    return directory.resolve("fs");
  }

  /** Where work that is done once leaves its output. */
  Path once() {
    return directory.resolve("once");
  }

  Path once(String id) {
    return once().resolve(id);
  }

  Path runs() {
    return directory.resolve("runs");
  }

  /** Where the folder of the next run lies ready. */
  Path nextRun() {
    return directory.resolve("next-run");
  }

  Path run(String id) {
    return runs().resolve(id);
  }

  /** Where a run's address and cookie lie. */
  Path runTcp(String id) {
    return run(id).resolve("tcp");
  }
}

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

  /** The names of a request that is too long for its line. */
  Path replyNames(int pid) {
    return replies().resolve(pid + ".names");
  }

  /** What all locks of this directory share, with a daemon and without. */
  Path locks() {
    return directory.resolve("locks");
  }

  /** The names of claims that have too many for their record. */
  Path lockGrants() {
    return locks().resolve("grants");
  }

  Path lockLives() {
    return locks().resolve("life");
  }

  /** What everybody holds open who keeps a claim alive. */
  Path lockLife(String id) {
    return lockLives().resolve(id);
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

  /** Where the folders of the next runs lie ready. */
  Path nextRuns() {
    return directory.resolve("next-runs");
  }

  Path run(String id) {
    return runs().resolve(id);
  }

  /** Where a run's address and cookie lie. */
  Path runTcp(String id) {
    return run(id).resolve("tcp");
  }
}

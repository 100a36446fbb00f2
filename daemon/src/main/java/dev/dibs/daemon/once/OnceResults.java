package dev.dibs.daemon.once;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Boot;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What runs made, by their numbers: a folder for each from its beginning, and a result when it
 * reported, for as long as the core wants it. For the loop's thread only.
 */
final class OnceResults {

  private final Path folders;
  private final OnceNames names;
  private final String boot;
  private final Log log;
  private final Map<Long, OnceResult> results = new HashMap<>();

  OnceResults(Path folders, OnceNames names, String boot, Log log) {
    this.folders = folders;
    this.names = names;
    this.boot = boot;
    this.log = log;
  }

  OnceFolder folder(long number) {
    return new OnceFolder(folders.resolve(names.of(number)));
  }

  /** Makes the folder of a run that begins. */
  void begin(OnceClaim runner) throws IOException {
    long startTicks = Proc.stat(runner.pid()).map(ProcessStat::startTicks).orElse(0L);
    folder(runner.id())
        .make(
            new OnceRun(
                runner.pid(), startTicks, runner.sinceEpochMs(), runner.maxAgeMs(), runner.task()),
            boot);
  }

  /**
   * The result of a run that ended; empty if it did not report, or that can't be read.
   *
   * @param keepMs how long it may be wanted
   */
  Optional<OnceResult> reported(long number, long keepMs) {
    try {
      OptionalInt status = folder(number).reported();
      return status.isEmpty()
          ? Optional.empty()
          : Optional.of(folder(number).result(status.getAsInt(), Boot.uptimeMs(), keepMs));
    } catch (IOException failure) {
      log.warn("The result of a run is lost: " + failure);
      return Optional.empty();
    }
  }

  /** A run's result is known from now on, also to a later daemon. */
  void conclude(long number, OnceResult result) {
    know(number, result);
    try {
      folder(number).conclude(result);
    } catch (IOException failure) {
      log.warn("A result will be unknown to a later daemon: " + failure);
    }
  }

  /** An earlier daemon knew it. */
  void know(long number, OnceResult result) {
    results.put(number, result);
  }

  /**
   * A result that the core has.
   *
   * @throws IllegalStateException if there is none
   */
  OnceResult of(long number) {
    OnceResult result = results.get(number);
    if (result == null) {
      throw new IllegalStateException("BUG: no result " + names.of(number));
    }
    return result;
  }

  /** Nobody wants it any more, or there is none. */
  void forget(long number) {
    results.remove(number);
    try {
      folder(number).delete();
    } catch (IOException failure) {
      log.warn("A run's folder stays: " + failure);
    }
  }
}

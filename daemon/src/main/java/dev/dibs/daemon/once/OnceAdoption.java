package dev.dibs.daemon.once;

import dev.dibs.core.once.OnceEvent;
import dev.dibs.host.Boot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What an earlier daemon left: runs that go on, and results that somebody may still want. */
final class OnceAdoption {

  /** How long a result stays for those who waited for it and ask again, ms. */
  private static final long RESTART_MS = 10_000;

  /** Finds the process that an earlier daemon knew. */
  public interface Survivors {

    /** The process with that number that started at that time, dead or alive. */
    OnceHolder find(int pid, long startTicks) throws IOException;
  }

  /** Who takes it in. */
  interface Heir {

    /** A runner's report was found. */
    void reported(long number, OnceResult result);

    void result(OnceEvent.AdoptedResult event, OnceResult result);

    /** The process may have ended. */
    void run(OnceEvent.AdoptedRun event, OnceRun run, OnceHolder holder) throws IOException;
  }

  private final OnceService.Parts parts;
  private final String boot;
  private final Heir heir;

  OnceAdoption(OnceService.Parts parts, String boot, Heir heir) {
    this.parts = parts;
    this.boot = boot;
    this.heir = heir;
  }

  void run() throws IOException {
    try (Stream<Path> folders = Files.list(parts.folders())) {
      for (Path folder : folders.toList()) {
        try {
          adopt(new OnceFolder(folder));
        } catch (IOException failure) {
          parts.log().warn("What is in " + folder + " is lost: " + failure);
        }
      }
    }
  }

  private void adopt(OnceFolder folder) throws IOException {
    OptionalLong number = parts.names().parse(folder.path().getFileName().toString());
    OnceRun run = folder.run(boot).orElse(null);
    if (run == null || number.isEmpty()) {
      folder.delete();
      return;
    }
    OnceResult result = folder.result().orElse(null);
    if (result == null) {
      adoptRun(folder, number.getAsLong(), run);
    } else {
      adoptResult(number.getAsLong(), run, result);
    }
  }

  private void adoptResult(long number, OnceRun run, OnceResult result) throws IOException {
    long uptimeMs = Boot.uptimeMs();
    heir.result(
        new OnceEvent.AdoptedResult(
            parts.loop().nowMs(),
            number,
            run.task().key(),
            run.task().fingerprint(),
            result.isGood(),
            result.bytes(),
            uptimeMs - result.reportedMs(),
            Math.max(RESTART_MS, result.keepUntilMs() - uptimeMs)),
        result);
  }

  private void adoptRun(OnceFolder folder, long number, OnceRun run) throws IOException {
    OnceHolder holder = parts.survivors().find(run.pid(), run.startTicks());
    OptionalInt status = folder.reported();
    if (holder.hasEnded() && status.isPresent()) {
      holder.close();
      adoptReport(folder, number, run, status.getAsInt());
      return;
    }
    heir.run(
        new OnceEvent.AdoptedRun(
            parts.loop().nowMs(),
            number,
            run.task().key(),
            run.task().fingerprint(),
            run.maxAgeMs()),
        run,
        holder);
  }

  /** It reported while there was no daemon. */
  private void adoptReport(OnceFolder folder, long number, OnceRun run, int status)
      throws IOException {
    long ageMs = Math.max(0, parts.epochMs().getAsLong() - folder.reportedEpochMs());
    OnceResult result =
        folder.result(status, Boot.uptimeMs() - ageMs, status == 0 ? run.maxAgeMs() : 0);
    heir.reported(number, result);
    adoptResult(number, run, result);
  }
}

package dev.dibs.daemon;

import dev.dibs.daemon.loop.Log;
import dev.dibs.host.PrivateDirectory;
import dev.dibs.host.Self;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Starts the daemon of a directory, if it has none: {@code --directory DIR --home HOME [--slots N]
 * [--private] [--supervisor PID] [--keeper PID] [--fuse DESCRIPTOR] [--locks DESCRIPTOR]}. Started
 * by the launcher; nobody types this.
 */
public final class Main {

  private static final int FAILED = 125;
  private static final int ONLY_OWNER = 077;

  private Main() {}

  /** Serves until stopped or idle; returns at once if the directory has a daemon. */
  public static void main(String[] arguments) {
    try {
      start(DaemonOptions.parse(arguments, System.getenv()));
    } catch (IllegalArgumentException | IOException failure) {
      System.err.println("dibs: the daemon can't start: " + failure.getMessage());
      System.exit(FAILED);
    }
  }

  private static void start(DaemonOptions options) throws IOException {
    Self.umask(ONLY_OWNER);
    PrivateDirectory.ensure(options.directory());
    Layout layout = new Layout(options.directory());
    Optional<Election> election = Election.won(options.directory());
    if (election.isPresent()) {
      try (Log log = new Log(layout.log())) {
        Path state = StateFolder.of(options.directory(), System.getenv());
        serve(new Daemon(options, state, log), log);
      } finally {
        election.get().close();
      }
    }
  }

  private static void serve(Daemon daemon, Log log) throws IOException {
    Thread loop = Thread.currentThread();
    Thread onSignal =
        new Thread(
            () -> {
              daemon.stop();
              joinQuietly(loop);
            });
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      daemon.serve();
    } catch (RuntimeException | Error bug) {
      log.failure("The daemon ends", bug);
      throw bug;
    }
  }

  private static void joinQuietly(Thread thread) {
    try {
      thread.join(2_000);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }
}

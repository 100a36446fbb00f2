package dev.dibs.daemon;

import dev.dibs.host.InstanceLock;
import dev.dibs.host.PrivateDirectory;
import dev.dibs.host.RuntimeDirectory;
import dev.dibs.host.Self;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the daemon of a directory, if it has none: {@code --directory DIR --home HOME [--slots N]
 * [--private] [--supervisor PID]}. Started by the launcher; nobody types this.
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
    Optional<InstanceLock> lock = InstanceLock.tryTake(options.directory());
    if (lock.isPresent()) {
      try (Log log = new Log(layout.log())) {
        serve(new Daemon(options, shims(options.directory(), System.getenv()), log), log);
      } finally {
        lock.get().close();
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

  /**
   * Where the shims lie: with the directory if that is somebody's private world, else where they
   * outlive it, since configure scripts remember paths.
   */
  static Path shims(Path directory, Map<String, String> environment) {
    boolean usual = directory.equals(RuntimeDirectory.choose(Map.of(), Self.effectiveUid()));
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (!usual || (!state.startsWith("/") && !home.startsWith("/"))) {
      return directory.resolve("shims");
    }
    Path base = state.startsWith("/") ? Path.of(state) : Path.of(home, ".local/state");
    return base.resolve("dibs/shims");
  }
}

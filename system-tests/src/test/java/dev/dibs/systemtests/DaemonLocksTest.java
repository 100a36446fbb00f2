package dev.dibs.systemtests;

import dev.dibs.client.DaemonLocks;
import dev.dibs.locks.Locks;
import dev.dibs.locks.LocksContract;
import dev.dibs.locks.LocksFactory;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The contract of locks, by a daemon and the client library. */
class DaemonLocksTest extends LocksContract {

  private @Nullable Path home;

  /** Connects. */
  public static final class OfDaemon implements LocksFactory {
    @Override
    public Locks open(String where) throws IOException {
      return DaemonLocks.connect(Path.of(where));
    }
  }

  @Override
  protected Class<? extends LocksFactory> factory() {
    return OfDaemon.class;
  }

  /** Starts the daemon when it is first asked for. */
  @Override
  protected String where() throws IOException {
    if (home == null) {
      home = Files.createTempDirectory("dibs-test");
      dibs(home, "run", "--", "true");
    }
    return home.toString();
  }

  @AfterAll
  void stop() {
    if (home != null) {
      dibs(home, "stop", "--force");
      Texts.removeAll(home);
    }
  }

  private static void dibs(Path home, String... arguments) {
    ProcessBuilder dibs = new ProcessBuilder(Programs.dibs().toString());
    dibs.command().addAll(List.of(arguments));
    dibs.environment().put("DIBS_DIR", home.toString());
    dibs.environment().keySet().removeIf(n -> n.startsWith("DIBS") && !n.equals("DIBS_DIR"));
    try {
      dibs.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
      if (dibs.start().waitFor() != 0) {
        throw new AssertionError("dibs " + List.of(arguments));
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

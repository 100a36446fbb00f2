package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, by records in directories and loopback TCP. */
class SocketLocksTest extends LocksContract {

  @TempDir static Path directory;

  @Override
  protected Class<? extends LocksFactory> factory() {
    return LocksFactory.OfDirectory.class;
  }

  /** A lock directory on a file system that is taken to have no kernel locks. */
  @Override
  protected String where() throws IOException {
    return SocketLocksFactory.directory(directory.resolve("locks")).toString();
  }
}

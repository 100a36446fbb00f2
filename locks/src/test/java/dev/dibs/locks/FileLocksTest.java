package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, by kernel locks on ranges of a file. */
class FileLocksTest extends LocksContract {

  @TempDir static Path directory;

  @Override
  protected Class<? extends LocksFactory> factory() {
    return LocksFactory.OfDirectory.class;
  }

  @Override
  protected String where() throws IOException {
    return directory.resolve("locks").toString();
  }
}

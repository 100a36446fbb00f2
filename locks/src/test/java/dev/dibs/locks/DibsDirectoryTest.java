package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DibsDirectoryTest {

  private static final String PRIVATE = "/tmp/dibs-private.Ab12Cd";

  private static Path path(String... variables) throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return DibsDirectory.path(environment::get);
  }

  @Test
  void itIsWhatIsNamedFirst() throws IOException {
    assertThat(path("DIBS", "/a", "DIBS_DIR", "/b")).isEqualTo(Path.of("/a"));
    assertThat(path("DIBS", "off", "DIBS_DIR", "/b")).isEqualTo(Path.of("/b"));
    assertThat(path("DIBS", "", "DIBS_DIR", "/b")).isEqualTo(Path.of("/b"));
    assertThat(path("DIBS_OUTER", "/c")).isEqualTo(path());
  }

  /** As in the launcher's outer.sh. */
  @Test
  void aPrivatePoolHasTheLocksOfTheWorldAroundIt() throws IOException {
    assertThat(path("DIBS", PRIVATE, "DIBS_DIR", PRIVATE, "DIBS_OUTER", "/c"))
        .isEqualTo(Path.of("/c"));
    assertThat(path("DIBS_DIR", PRIVATE)).isEqualTo(path());
  }
}

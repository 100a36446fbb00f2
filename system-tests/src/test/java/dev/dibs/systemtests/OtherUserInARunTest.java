package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What somebody starts inside a run under another name, as {@code sudo -E -u} does: it has the
 * run's environment, and may not enter the directory of its daemon.
 */
class OtherUserInARunTest {

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @BeforeEach
  void openFolder() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "missing: root");
    Tool.SETPRIV.require();
    Texts.write(dibs.folder().resolve("Makefile"), "all: a b c\na b c: ; @echo $@\n");
    for (Path open : List.of(dibs.folder(), Objects.requireNonNull(dibs.folder().getParent()))) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aMakeBuilds() {
    assertThat(asNobody("make", "-j8").well().out()).contains("a\n", "b\n", "c\n");
    noSlotIsHeld();
  }

  @Test
  void aRunBuildsWithoutDibsAndSaysWhy() {
    Ended inner = asNobody("dibs", "run", "--", "make", "-j8").well();
    assertThat(inner.out()).contains("a\n", "b\n", "c\n");
    assertThat(inner.err()).contains("belongs to somebody else; running without dibs. Unset DIBS.");
    noSlotIsHeld();
  }

  /** dibs itself may lie in a folder that is not open to everybody. */
  private Ended asNobody(String... command) {
    List<String> words = new ArrayList<>(List.of("run", "--", "setpriv", "--reuid=65534"));
    words.addAll(List.of("--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search"));
    words.add("--ambient-caps=+dac_read_search");
    words.addAll(List.of(command));
    return dibs.dibs(words.toArray(String[]::new)).end();
  }

  private void noSlotIsHeld() {
    dibs.dibs("job", "-w", "5", "--slots", "2", "--", "true").end().well();
  }
}

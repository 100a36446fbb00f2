package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class EnvironmentFileTest {

  @TempDir Path folder;

  @Test
  void variablesThatShellsDropComeBackThroughEnv() throws Exception {
    Path file = folder.resolve("7.env");
    new EnvironmentFile(List.of("a.b=it's", "BASH_FUNC_f%%=() { echo \"$1\"; }")).write(file);
    Process shell =
        new ProcessBuilder("sh", "-c", "f=$0; . \"$f\"; exec env \"$@\"", file.toString(), "env")
            .start();
    assertThat(shell.inputReader().lines()).contains("a.b=it's");
  }
}

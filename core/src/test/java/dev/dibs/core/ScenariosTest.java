package dev.dibs.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Scripts of events with the effects that follow. After a change that is meant, {@code
 * -Dscenarios.write} writes the effects anew, to be reviewed as a diff.
 */
@NullMarked
class ScenariosTest {

  private static final Path SCRIPTS = Path.of("src/test/resources/scenarios");

  @TestFactory
  Stream<DynamicTest> everyScriptHasItsEffects() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      List<Path> scripts = files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
      assertThat(scripts).isNotEmpty();
      return scripts.stream()
          .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> playsAsWritten(f)));
    }
  }

  private static void playsAsWritten(Path script) throws IOException {
    String written = Files.readString(script);
    String played = Scenario.play(written);
    if (System.getProperty("scenarios.write") != null) {
      Files.writeString(script, played);
    } else {
      assertThat(played).isEqualTo(written);
    }
  }
}

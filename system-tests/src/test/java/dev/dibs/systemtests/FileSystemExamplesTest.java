package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples of docs/filesystem.md, as they stand there. */
class FileSystemExamplesTest {
  private static final Path PAGE = Programs.ROOT.resolve("docs/filesystem.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- example: (\\S+) -->\n```\\w+\n(.*?)\n```\n", Pattern.DOTALL);

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @BeforeEach
  void mount() {
    dibs.startedDaemon();
    assumeTrue(
        Mounts.below(dibs.directory()).contains(files().toString()), "missing: a file system");
  }

  private Path files() {
    return dibs.directory().resolve("fs");
  }

  /** Writes an example into the project folder. */
  private Path example(String name) {
    Matcher matcher = EXAMPLE.matcher(Texts.read(PAGE));
    while (matcher.find()) {
      if (matcher.group(1).equals(name)) {
        return Texts.write(dibs.folder().resolve(name), matcher.group(2) + "\n");
      }
    }
    throw new AssertionError("no example " + name + " in " + PAGE);
  }

  private List<String> says(String... words) {
    Ended ended = dibs.plain(words).with("DIBS_FS", files().toString()).end().well();
    return ended.out().lines().toList();
  }

  @Test
  void theShellScriptDoesFourThings() {
    assertThat(says("sh", example("jobs.sh").toString()))
        .containsExactlyInAnyOrder("thing 1", "thing 2", "thing 3", "thing 4");
  }

  @Test
  void theLockIsHad() {
    assertThat(says("sh", example("lock.sh").toString())).containsExactly("nobody else is here");
  }

  @Test
  void theRunIsMade() {
    assertThat(says("sh", example("run.sh").toString())).containsExactly("ok, 1 slot", "nightly");
  }

  @Test
  void thePythonProgramRuns() {
    assertThat(says(Tool.PYTHON.require().toString(), example("jobs.py").toString()))
        .containsExactly("ok", "shared", "exclusive");
  }

  @Test
  void theCProgramRuns() {
    Path program = dibs.folder().resolve("job");
    String gcc = Tool.GCC.require().toString();
    dibs.plain(gcc, "-Wall", "-Werror", "-o", program.toString(), example("job.c").toString())
        .end()
        .well();
    assertThat(says(program.toString())).containsExactly("one slot is mine");
  }

  @Test
  void everyExampleIsRunHere() {
    List<String> names = new ArrayList<>();
    Matcher matcher = EXAMPLE.matcher(Texts.read(PAGE));
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    assertThat(names).containsExactly("jobs.sh", "lock.sh", "run.sh", "jobs.py", "job.c");
  }
}

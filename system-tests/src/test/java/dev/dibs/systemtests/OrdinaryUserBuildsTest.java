package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Builds of an ordinary user, all at once on his mount, while his daemon is killed again and again.
 */
class OrdinaryUserBuildsTest {
  private static final int POOL = 3;

  /** Each build says its folder and its status. */
  private static final String BUILDS =
      """
      dibs run -- true
      grep -o " $DIBS_DIR/fs .* fuse.dibs " /proc/self/mountinfo | cut -d ' ' -f 2
      builders=
      for folder in b*; do
        (cd $folder && ./build >../$folder.log 2>&1; echo "$folder $?") & builders="$builders $!"
      done
      (
        for kill in jvm both jvm supervisor jvm both; do
          sleep 0.7
          read -r jvm protocol version supervisor rest <"$DIBS_DIR/daemon" || continue
          case $kill in
            jvm) kill -KILL $jvm ;;
            supervisor) kill -KILL $supervisor ;;
            both) kill -KILL $supervisor $jvm ;;
          esac
        done
      ) 2>/dev/null & killer=$!
      wait $builders $killer
      cat b*.log >&2
      dibs stop >/dev/null
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(POOL);

  @Test
  void allEndWellInsideThePoolThoughTheDaemonIsKilled() throws IOException {
    Tool.FUSERMOUNT.require();
    OrdinaryMachine machine = OrdinaryMachine.in(dibs);
    List<Project> projects = Project.all();
    for (int i = 0; i < projects.size(); i++) {
      write(projects.get(i), machine.home().resolve("b" + (10 + i)));
    }
    Ended ended = machine.asUserWhoMayReadAll(settings(machine.home()) + BUILDS);
    assertThat(ended.out().lines())
        .as(ended.err())
        .contains(machine.directory().resolve("fs").toString())
        .filteredOn(line -> line.startsWith("b"))
        .hasSize(projects.size())
        .allMatch(line -> line.endsWith(" 0"));
    assertThat(dibs.count(machine.home().resolve("counted.log")).peak()).isEqualTo(POOL);
  }

  /** Toolchains of Rust may be in root's home. */
  private static String settings(Path home) {
    Path rustup = Path.of(System.getProperty("user.home"), ".rustup");
    return "export COUNTED_LOG=%s COUNTED_MEET=%d RUSTUP_HOME=%s\n"
        .formatted(
            home.resolve("counted.log"),
            POOL,
            Optional.ofNullable(System.getenv("RUSTUP_HOME")).orElse(rustup.toString()));
  }

  /** The project, a script that builds it, and all of it the user's. */
  private static void write(Project project, Path folder) throws IOException {
    project.write(folder);
    Texts.script(folder.resolve("build"), project.script());
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        OrdinaryMachine.give(path);
      }
    }
  }
}

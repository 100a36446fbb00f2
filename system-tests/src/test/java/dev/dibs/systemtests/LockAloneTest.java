package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs lock --no-daemon}, from the launcher to the command. */
class LockAloneTest {
  private static final int MANY = 2_000;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void theCommandFindsItsEnvironmentUnchanged() {
    Ended ended =
        dibs.dibs("lock", "-q", "--no-daemon", "x", "--", "env")
            .with("a.b", "1")
            .with("c-d", "two\nlines")
            .with("PS1", "mine")
            .end()
            .well();
    assertThat(ended.out())
        .contains("a.b=1\n", "c-d=two\nlines\n", "PS1=mine\n")
        .doesNotContain("dibs_");
    assertThat(dibs.directory().resolve("r")).isEmptyDirectory();
  }

  @Test
  void manyNamesStartNoDaemon() {
    String[] command = {"-q", "--no-daemon", "--", "echo", "held"};
    Stream<String> names = IntStream.range(0, MANY).mapToObj(i -> "n" + i);
    String[] words =
        Stream.concat(Stream.concat(Stream.of("lock"), names), Arrays.stream(command))
            .toArray(String[]::new);
    assertThat(dibs.dibs(words).end().well().out()).isEqualTo("held\n");
    assertThat(dibs.daemon()).isEmpty();
    assertThat(dibs.directory().resolve("r")).isEmptyDirectory();
  }

  @Test
  void ofManyNamesEachIsHeld() {
    String[] names = IntStream.range(0, 30).mapToObj(i -> "n" + i).toArray(String[]::new);
    Running holder =
        dibs.dibs(
                Stream.concat(
                        Stream.concat(Stream.of("lock", "-q", "--no-daemon"), Arrays.stream(names)),
                        Stream.of("--", "sh", "-c", "echo held; exec cat"))
                    .toArray(String[]::new))
            .piped()
            .start()
            .says("held");
    for (String name : new String[] {"n0", "n29"}) {
      dibs.dibs("lock", "-q", "--no-daemon", "-n", name, "--", "true").end().with(75);
    }
    holder.closeInput();
    holder.end().well();
  }
}

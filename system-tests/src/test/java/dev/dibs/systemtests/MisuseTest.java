package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that can't be run, and dibs used wrongly: one line, and the status that timeout and env
 * have too.
 */
class MisuseTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(1).kept();

  @ParameterizedTest
  @ValueSource(strings = {"no-such-command", "./no-such-command", "/no/such/command"})
  void aCommandThatIsNotFoundIs127(String command) {
    oneLine(dibs.dibs("run", "--", command).end().with(127));
    oneLine(dibs.dibs("job", "--", command).end().with(127));
  }

  @Test
  void aCommandThatIsNotExecutableIs126() {
    Texts.write(dibs.folder().resolve("file"), "no program");
    oneLine(dibs.dibs("run", "--", "./file").end().with(126));
    oneLine(dibs.dibs("job", "--", "./file").end().with(126));
    oneLine(dibs.dibs("run", "--", "/tmp").end().with(126));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --no-such-option -- true",
        "job --no-such-option -- true",
        "run -Z true",
        "run",
        "run --",
        "job --",
        "run -j -- true",
        "run -j 0 -- true",
        "run -j x -- true",
        "run -w",
        "run -w soon -- true",
        "run --weight 0 -- true",
        "run --weight much -- true",
        "run -E 999 -- true",
        "run --name \u001b[31m -- true",
        "job --slots 0 -- true",
        "job --slots two -- true",
        "status --no-such-option",
        "stop --no-such-option",
        "no-such-verb",
        "--no-such-option",
      })
  void misuseIs125AndOneLine(String words) {
    assertThat(oneLine(dibs.dibs(words.split(" ", -1)).end().with(125))).startsWith("dibs: ");
  }

  @Test
  void withoutArgumentsItHelps() {
    Ended help = dibs.dibs().end();
    assertThat(help.out() + help.err()).contains("dibs run");
  }

  @Test
  void aCommandThatCanNotRunLeavesItsSlot() {
    dibs.dibs("run", "--", "no-such-command").end().with(127);
    dibs.dibs("run", "-w", "5", "--", "true").end().well();
  }

  private static String oneLine(Ended ended) {
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines()).hasSize(1);
    return ended.err();
  }
}

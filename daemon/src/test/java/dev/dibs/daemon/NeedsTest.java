package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.Estimate.Basis;
import dev.dibs.protocol.Request;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sh /x/dibs job -- /usr/bin/g++-12 -c x.cc -o x.o        | g++/compile/x.o
          sh /x/dibs job --mem 4G --retry -- python3 -u hog.py 20 | python3/job/hog.py
          sh /x/dibs job -w 5 ./simulate                          | simulate/job/
          /bin/sh /h/shims/compilers-1/cc -o app x.o              | cc/link/app
          /opt/tool --fast in out                                 | tool/job/in
          ''                                                      | -/job/
          """)
  void aJobIsKnownByItsCommand(String line, String key) {
    assertThat(Needs.ofJob(command(line), null, null)).hasToString(key);
  }

  @Test
  void aJobIsKnownByWhatItSaysFirst() {
    List<String> command = command("sh /x/dibs job --kind k --target t -- g++ -c x.cc");
    assertThat(Needs.ofJob(command, "k", null)).hasToString("g++/k/x.o");
    assertThat(Needs.ofJob(command, "a/b", "t")).hasToString("g++/a_b/t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sh /x/dibs run -- make -j all                   | make/slot//src all
          sh /x/dibs run --retry 2 --retry-on 1 -- make   | make/slot//src
          sh /x/dibs run -j 4 ninja                       | ninja/slot//src
          """)
  void aRunIsKnownByItsFolder(String line, String key) {
    assertThat(Needs.ofRun(command(line), "/src", Needs.Part.SLOT)).hasToString(key);
    assertThat(Needs.ofRun(command(line), "/src", Needs.Part.REST))
        .hasToString(key.replace("slot", "rest"));
  }

  @ParameterizedTest
  @CsvSource({
    "MEASURED, 100,   0, 100",
    "MEASURED, 100,  50, 100",
    "MEASURED, 100, 500, 500",
    "CLASS,    100,  50,  50",
    "GUESSED,  100, 500, 500",
    "GUESSED,  100,   0, 100",
  })
  void whoSaysWhatHeNeedsIsBelievedUntilMoreWasSeen(Basis basis, int mib, int said, int expected) {
    assertThat(Needs.mib(new Estimate(mib, 0, basis), new Request.Wants(said, false, 1)))
        .isEqualTo(expected);
  }

  private static List<String> command(String line) {
    return LauncherLine.command(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
  }
}

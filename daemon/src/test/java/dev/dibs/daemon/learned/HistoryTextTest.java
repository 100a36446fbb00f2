package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.Estimate.Basis;
import dev.dibs.core.history.History;
import dev.dibs.core.history.JobClass;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.JobRecord;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTextTest {

  private static final HistoryView VIEW =
      new HistoryView(
          List.of(
              job("g++", "link", "app", 7, 2_000, new Estimate(2_200, 75_000, Basis.MEASURED)),
              job("g++", "compile", "a\u202eb.o", 1, 0, new Estimate(300, 0, Basis.GUESSED))),
          List.of(
              new History.ClassEstimate(
                  new JobClass("g++", "link"), 4, new Estimate(900, 1_500, Basis.CLASS))));

  @Test
  void peopleSeeATable() {
    assertThat(HistoryText.render(VIEW, true))
        .isEqualTo(
            """
            TOOL  KIND     SEEN  PEAK     TIME   EXPECTED  BASIS     TARGET
            g++   link     -     -        1.5 s  900 MiB   class     (others like 4 jobs)
            g++   link     7     2.0 GiB  1 min  2.1 GiB   measured  app
            g++   compile  1     -        -      300 MiB   guessed   a\\u202eb.o
            """);
  }

  @Test
  void whoAsksForAllIsShownTheLargest() {
    HistoryView many = new HistoryView(Collections.nCopies(100, VIEW.jobs().getFirst()), List.of());
    assertThat(HistoryText.render(many, true))
        .hasLineCount(42)
        .endsWith("and 60 more; to see them: dibs history TOOL, or --json\n");
    assertThat(HistoryText.render(many, false)).hasLineCount(101);
  }

  @Test
  void nothingIsSaidToBeNothing() {
    assertThat(HistoryText.render(new HistoryView(List.of(), List.of()), true))
        .startsWith("Nothing is known of any job yet");
  }

  @Test
  void programsGetAllOfIt() {
    assertThat(HistoryJson.render(VIEW, true))
        .isEqualTo(
            "{\"version\":1,\"jobs\":["
                + "{\"tool\":\"g++\",\"kind\":\"link\",\"target\":\"app\",\"seen\":7,"
                + "\"last\":[{\"peak_mib\":2000,\"duration_ms\":75000}],\"at_least_mib\":0,"
                + "\"expected_mib\":2200,\"expected_ms\":75000,\"basis\":\"measured\"},"
                + "{\"tool\":\"g++\",\"kind\":\"compile\",\"target\":\"a\u202eb.o\",\"seen\":1,"
                + "\"last\":[],\"at_least_mib\":300,"
                + "\"expected_mib\":300,\"expected_ms\":0,\"basis\":\"guessed\"}],"
                + "\"classes\":[{\"tool\":\"g++\",\"kind\":\"link\",\"jobs\":4,"
                + "\"expected_mib\":900,\"expected_ms\":1500,\"basis\":\"class\"}]}\n");
  }

  private static HistoryView.Job job(
      String tool, String kind, String target, int seen, int peakMib, Estimate estimate) {
    List<JobRecord.Measure> last =
        peakMib == 0 ? List.of() : List.of(new JobRecord.Measure(peakMib, 75_000));
    return new HistoryView.Job(
        new JobRecord(new JobKey(tool, kind, target), seen, last, peakMib == 0 ? 300 : 0),
        estimate);
  }
}

package dev.dibs.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessTableTest {

  private final Children children = new Children();

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void findsWhatAProcessStartedAndWhatThatStarted() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "sh -c 'sleep 1000 & echo $!; wait' & sleep 1000 & wait");
    Process root = children.start(builder);
    int deepest = Integer.parseInt(root.inputReader(UTF_8).readLine());

    ProcessTable table = ProcessTable.read();
    List<ProcessStat> descendants = table.descendants(Children.pid(root));
    assertThat(descendants).extracting(ProcessStat::pid).contains(deepest);
    assertThat(table.find(deepest)).contains(descendants.getLast());
    assertThat(table.find(Self.pid())).isPresent();
    assertThat(table.all()).contains(descendants.getLast());
  }

  @Test
  void forgivesACircleOfParents() {
    ProcessTable table = ProcessTable.of(List.of(process(2, 4), process(3, 2), process(4, 3)));
    assertThat(table.descendants(2)).extracting(ProcessStat::pid).containsExactly(3, 4);
    assertThat(table.descendants(9)).isEmpty();
    ProcessTable own = ProcessTable.of(List.of(process(5, 5)));
    assertThat(own.descendants(5)).isEmpty();
  }

  @Test
  void tellsAProcessFromALaterOneOfItsNumber() {
    ProcessStat first = new ProcessStat(2, "a", 'S', 1, 1, 0, 0, 100);
    assertThat(first.isSameProcessAs(new ProcessStat(2, "b", 'R', 3, 1, 9, 9, 100))).isTrue();
    assertThat(first.isSameProcessAs(new ProcessStat(2, "a", 'S', 1, 1, 0, 0, 101))).isFalse();
  }

  private static ProcessStat process(int pid, int parent) {
    return new ProcessStat(pid, "p", 'S', parent, 1, 0, 0, pid);
  }
}

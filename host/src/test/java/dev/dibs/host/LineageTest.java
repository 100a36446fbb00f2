package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullMarked
class LineageTest {

  private final Children children = new Children();

  @AfterEach
  void endChildren() throws IOException, InterruptedException {
    children.end();
  }

  private static List<Integer> all(Lineage way) throws OsException {
    List<Integer> pids = new ArrayList<>();
    for (; way.isAtProcess(); way.climb()) {
      pids.add(way.pid());
    }
    return pids;
  }

  @Test
  void leadsToAllWhoStartedAProcess() throws IOException {
    Process shell = children.start("sh", "-c", "sh -c 'echo $$; read x; :'; :");
    try (BufferedReader output = shell.inputReader(StandardCharsets.UTF_8)) {
      int below = Integer.parseInt(output.readLine());
      assertThat(all(Lineage.from(below)))
          .startsWith(below, Children.pid(shell), Self.pid())
          .doesNotContain(0, 1);
      assertThat(all(Lineage.above(below))).startsWith(Children.pid(shell), Self.pid());
    }
  }

  @Test
  void endsWhereAProcessHasGone() throws IOException, InterruptedException {
    int gone = children.gone();
    assertThat(all(Lineage.from(gone))).containsExactly(gone);
    assertThat(Lineage.above(gone).isAtProcess()).isFalse();
  }

  @Test
  void doesNotBeginWithTheFirstProcess() {
    assertThat(Lineage.from(1).isAtProcess()).isFalse();
    assertThat(Lineage.from(0).isAtProcess()).isFalse();
  }
}

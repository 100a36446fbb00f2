package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is seen of memory, with processes that really take some. */
class MemoryTest {
  private static final String HOG =
      "x=$(head -c 67108864 /dev/zero | tr \"\\000\" x); echo full; cat";

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @Test
  void whatARunAndAJobInItHaveInUseIsShownApart() {
    dibs.dibs("run", "--", "sh", "-c", Programs.dibs() + " job -- sh -c '" + HOG + "'; :")
        .with("DIBS_MEMORY", "500M")
        .piped()
        .start()
        .says("full");
    Until.holds("the job's memory", () -> number("/claims/1/memory_mib") >= 64);
    Map<String, String> status = json();
    assertThat(status)
        .containsEntry("/memory/budget_mib", "500")
        .containsEntry("/memory/bound", "DIBS_MEMORY")
        .containsEntry("/claims/1/type", "job");
    assertThat(Integer.parseInt(status.get("/claims/0/memory_mib"))).isLessThan(64);
    assertThat(Integer.parseInt(status.get("/memory/room_mib"))).isLessThan(500 - 64);
    assertThat(dibs.dibs("status").end().well().out()).contains("Memory: ").contains("of 500 MiB");
  }

  @Test
  void aBudgetThatIsNoneIsRefusedWithAReason() {
    Ended refused = dibs.dibs("run", "--strict", "--", "true").with("DIBS_MEMORY", "lots").end();
    assertThat(refused.status()).isEqualTo(125);
    assertThat(refused.err()).contains("DIBS_MEMORY").contains("900M").contains("lots");
  }

  private int number(String path) {
    String number = json().getOrDefault(path, "null");
    return number.equals("null") ? 0 : Integer.parseInt(number); // nobody has looked yet
  }

  private Map<String, String> json() {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out());
  }
}

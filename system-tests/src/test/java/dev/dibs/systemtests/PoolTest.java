package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Never more than the pool, whatever the build tools are told. {@link CountedTest} is the canary.
 */
class PoolTest {
  @RegisterExtension final Dibs dibs = world();

  Dibs world() {
    return Dibs.withPool(2).kept();
  }

  static Stream<Build> builds() {
    return Build.all();
  }

  @ParameterizedTest
  @MethodSource("builds")
  void peakIsTheSizeOfThePool(Build build) {
    build.prepare(dibs, "b").withDibs().meeting(2).end().well();
    assertThat(dibs.count())
        .returns(2L, Count::peak)
        .satisfies(c -> assertThat(c.ended()).isGreaterThanOrEqualTo(Build.JOBS));
  }

  @ParameterizedTest
  @MethodSource("builds")
  void threeOfOneKindAtOnceStayInThePool(Build build) {
    endAllWell(IntStream.range(0, 3).mapToObj(i -> build.prepare(dibs, "b" + i)).toList());
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  @Test
  void threeOfEachToolAtOnceStayInThePool() {
    List<Build> kinds = Build.oneOfEachTool().toList();
    endAllWell(
        IntStream.range(0, 3 * kinds.size())
            .mapToObj(i -> kinds.get(i / 3).prepare(dibs, "b" + i))
            .toList());
    assertThat(dibs.count().peak()).isEqualTo(2);
  }

  private static void endAllWell(List<Build.Ready> ready) {
    List<Running> builds = ready.stream().map(r -> r.withDibs().meeting(2).start()).toList();
    builds.forEach(b -> b.end().well());
  }
}

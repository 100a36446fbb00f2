package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CpuSetsTest {

  private final CpuSets sets = new CpuSets();

  @Test
  void theLowestNumbersComeFirst() {
    assertThat(sets.choose(upTo(8), 3)).isEqualTo(of(0, 1, 2));
  }

  @Test
  void nobodyGetsWhatAnotherHasWhileThereIsEnough() {
    assertThat(taken(upTo(4), 2)).isEqualTo(of(0, 1));
    assertThat(taken(upTo(4), 2)).isEqualTo(of(2, 3));
  }

  @Test
  void whatIsGivenBackIsDealtAgain() {
    BitSet first = taken(upTo(3), 1);
    taken(upTo(3), 1);
    sets.give(first);
    assertThat(taken(upTo(3), 1)).isEqualTo(first);
    assertThat(taken(upTo(3), 1)).isEqualTo(of(2));
  }

  @Test
  void theLeastUsedAreSharedWhenThereIsNotEnough() {
    taken(upTo(3), 2);
    taken(of(0, 2), 2);
    assertThat(taken(upTo(3), 2)).as("0 has two, 1 and 2 have one").isEqualTo(of(1, 2));
  }

  @Test
  void onlyAllowedOnesAreDealt() {
    assertThat(taken(of(3, 70, 200), 2)).isEqualTo(of(3, 70));
    assertThat(taken(of(3, 70), 1)).isEqualTo(of(3));
    assertThat(taken(of(5), 4)).as("no more than there are").isEqualTo(of(5));
  }

  @Test
  void whateverComesAndGoesSetsThatFitAreApart() {
    Random random = new Random(42);
    List<BitSet> living = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      int inUse = living.stream().mapToInt(BitSet::cardinality).sum();
      int wanted = 1 + random.nextInt(8);
      if (inUse + wanted <= 64 && random.nextBoolean()) {
        living.add(taken(upTo(64), wanted));
        assertThat(union(living).cardinality()).isEqualTo(inUse + wanted);
      } else if (!living.isEmpty()) {
        sets.give(living.remove(random.nextInt(living.size())));
      }
    }
  }

  private BitSet taken(BitSet allowed, int wanted) {
    BitSet cpus = sets.choose(allowed, wanted);
    sets.take(cpus);
    return cpus;
  }

  private static BitSet union(List<BitSet> sets) {
    BitSet all = new BitSet();
    sets.forEach(all::or);
    return all;
  }

  private static BitSet upTo(int count) {
    return of(IntStream.range(0, count).toArray());
  }

  private static BitSet of(int... cpus) {
    BitSet set = new BitSet();
    IntStream.of(cpus).forEach(set::set);
    return set;
  }
}

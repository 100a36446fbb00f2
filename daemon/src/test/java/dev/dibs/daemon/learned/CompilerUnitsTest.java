package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.history.Ending;
import dev.dibs.core.history.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompilerUnitsTest {

  private static final int MAKE = 10;

  private final Map<Integer, String> commands = new HashMap<>(Map.of(MAKE, "make -j"));
  private final List<String> learned = new ArrayList<>();
  private final Map<String, Sample> samples = new HashMap<>();
  private int linesRead;
  private long nowMs;
  private final CompilerUnits units =
      new CompilerUnits(
          pid -> {
            linesRead++;
            String command = commands.get(pid);
            return command == null ? List.of() : List.of(command.split(" ", -1));
          },
          (key, sample) -> {
            learned.add(key.toString());
            samples.put(key.toString(), sample);
          });

  @Test
  void aCompilerAndAllThatItStartedIsOneJob() {
    commands.put(20, "g++ -c x.cc -o x.o");
    commands.put(21, "cc1plus -quiet x.cc -o /tmp/x.s");
    look(process(MAKE, 1, 5), process(20, MAKE, 10), process(21, 20, 100));
    look(process(MAKE, 1, 5), process(21, 20, 300), process(20, MAKE, 10));
    look(process(MAKE, 1, 5), process(20, MAKE, 10));
    assertThat(learned).isEmpty();
    look(process(MAKE, 1, 5));
    look(process(MAKE, 1, 5));
    assertThat(learned).containsExactly("g++/compile/x.o");
    assertThat(samples).containsEntry("g++/compile/x.o", new Sample(310, 2_000, Ending.UNKNOWN));
  }

  @Test
  void whatWasSeenOnceTeachesNothing() {
    commands.put(20, "gcc -c x.c");
    look(process(20, MAKE, 10));
    look();
    assertThat(learned).isEmpty();
  }

  @Test
  void aShellThatBecomesACompilerIsOne() {
    commands.put(20, "/bin/sh -c gcc_-c_x.c");
    look(process(20, MAKE, 1));
    commands.put(20, "gcc -c x.c");
    look(process(20, MAKE, 10));
    look(process(20, MAKE, 20));
    look();
    assertThat(learned).containsExactly("gcc/compile/x.o");
  }

  @Test
  void anotherProcessOfTheSameNumberIsAnotherJob() {
    commands.put(20, "gcc -c x.c");
    look(process(20, MAKE, 10));
    look(process(20, MAKE, 10));
    commands.put(20, "gcc -c y.c");
    look(new CompilerUnits.Seen(20, MAKE, 99, 10));
    look(new CompilerUnits.Seen(20, MAKE, 99, 10));
    look();
    assertThat(learned).containsExactly("gcc/compile/x.o", "gcc/compile/y.o");
  }

  @Test
  void commandLinesAreReadTwiceAtMost() {
    commands.put(20, "gcc -c x.c");
    IntStream.range(0, 50).forEach(i -> look(process(MAKE, 1, 1), process(20, MAKE, 1)));
    assertThat(linesRead).isEqualTo(3);
  }

  @Test
  void circlesAndDeepTreesAreNoTrouble() {
    commands.put(20, "gcc -c x.c");
    look(process(20, 21, 1), process(21, 20, 1), process(22, 22, 1));
    CompilerUnits.Seen[] deep =
        IntStream.range(100, 20_100)
            .mapToObj(pid -> process(pid, pid - 1, 1))
            .toArray(CompilerUnits.Seen[]::new);
    look(deep);
    look(deep);
    assertThat(learned).isEmpty();
  }

  private static CompilerUnits.Seen process(int pid, int parent, int mib) {
    return new CompilerUnits.Seen(pid, parent, 1, mib);
  }

  private void look(CompilerUnits.Seen... processes) {
    units.looked(nowMs, List.of(processes));
    nowMs += 1_000;
  }
}

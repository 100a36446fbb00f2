package dev.dibs.daemon.learned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.core.history.Ending;
import dev.dibs.core.history.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompilerUnitsTest {

  private static final int MAKE = 10;
  private static final long RUN = 7;
  private static final long STARTED_MS = 1_000;

  /** How they end, by pid; those that are not named are done. */
  private final Map<Integer, Ending> endings = new HashMap<>();

  private final Map<Integer, String> commands = new HashMap<>(Map.of(MAKE, "make -j"));
  private final Map<Integer, Integer> peaks = new HashMap<>();
  private final List<String> learned = new ArrayList<>();
  private final Map<String, Sample> samples = new HashMap<>();
  private final Set<Integer> held = new HashSet<>();
  private int linesRead;
  private long nowMs = STARTED_MS;
  private List<Units.Living> living = List.of();
  private final CompilerUnits units = new CompilerUnits(new Scripted());

  @Test
  void aCompilerAndAllThatItStartedIsOneJob() {
    commands.put(20, "g++ -c x.cc -o x.o");
    commands.put(21, "cc1plus -quiet x.cc -o /tmp/x.s");
    look(process(MAKE, 1, 5), process(20, MAKE, 10), process(21, 20, 100));
    look(process(MAKE, 1, 5), process(21, 20, 300), process(20, MAKE, 10));
    assertThat(living).containsExactly(new Units.Living(RUN, 310));
    look(process(MAKE, 1, 5), process(20, MAKE, 10));
    assertThat(learned).isEmpty();
    look(process(MAKE, 1, 5));
    look(process(MAKE, 1, 5));
    assertThat(learned).containsExactly("g++/compile/x.o");
    assertThat(samples).containsEntry("g++/compile/x.o", new Sample(310, 3_000, Ending.DONE));
    assertThat(living).isEmpty();
    assertThat(held).isEmpty();
  }

  @Test
  void thePeakOfItsLargestProcessBetweenTwoLooksCounts() {
    commands.put(20, "gcc -c x.c");
    peaks.put(20, 400);
    lookTwice(process(20, MAKE, 30));
    look();
    assertThat(samples.get("gcc/compile/x.o")).extracting(Sample::peakMib).isEqualTo(400);
  }

  @Test
  void whatWasSeenAtItsBeginningOnlyTeachesNothing() {
    commands.put(20, "gcc -c x.c");
    look(process(20, MAKE, 10));
    nowMs += 10_000;
    look();
    assertThat(learned).isEmpty();
    assertThat(held).isEmpty();
  }

  @Test
  void oneThatFailedOrWasKilledNeedsAtLeastWhatWasSeen() {
    commands.put(20, "gcc -c x.c");
    endings.put(20, Ending.FAILED);
    look(process(20, MAKE, 10));
    nowMs += 10_000;
    look();
    assertThat(samples.get("gcc/compile/x.o"))
        .returns(10, Sample::peakMib)
        .returns(Ending.FAILED, Sample::ending);
  }

  @Test
  void aScriptThatBecomesTheCompilerOfItsNameIsOne() {
    commands.put(20, "/bin/sh /opt/bin/gcc -c x.c");
    look(named(20, MAKE, "gcc"));
    commands.put(20, "gcc -c x.c");
    lookTwice(named(20, MAKE, "gcc"));
    look();
    assertThat(learned).containsExactly("gcc/compile/x.o");
  }

  @Test
  void aShellThatBecomesACompilerIsOne() {
    commands.put(20, "/bin/sh -c gcc_-c_x.c");
    IntStream.range(0, 5).forEach(i -> look(named(20, MAKE, "sh")));
    commands.put(20, "gcc -c x.c");
    IntStream.range(0, 9).forEach(i -> look(named(20, MAKE, "gcc")));
    look();
    assertThat(learned).containsExactly("gcc/compile/x.o");
  }

  @Test
  void anotherProcessOfTheSameNumberIsAnotherJob() {
    commands.put(20, "gcc -c x.c");
    lookTwice(process(20, MAKE, 10));
    commands.put(20, "gcc -c y.c");
    long start = nowMs / 10;
    lookTwice(new CompilerUnits.Seen(RUN, 20, MAKE, "gcc", start, 10));
    look();
    assertThat(learned).containsExactly("gcc/compile/x.o", "gcc/compile/y.o");
  }

  @Test
  void commandLinesAreReadTwiceAtMostAndOfCompilersOnly() {
    commands.put(20, "gcc --version");
    IntStream.range(0, 50)
        .forEach(i -> look(named(MAKE, 1, "make"), named(20, MAKE, "gcc"), named(21, 1, "sh")));
    assertThat(linesRead).isEqualTo(2);
  }

  @Test
  void whatACompilerLeftBehindIsNoneOfIt() {
    commands.put(20, "gcc -c x.c");
    commands.put(21, "cc1 x.c");
    look(process(20, MAKE, 10), process(21, 20, 10));
    look(process(20, MAKE, 10), process(21, 20, 10));
    look(named(21, 1, "sleep"));
    assertThat(learned).containsExactly("gcc/compile/x.o");
    look();
    assertThat(learned).hasSize(1);
  }

  @Test
  void theCompilersOfARunThatIsOverAreOver() {
    commands.put(20, "ld -o app x.o");
    look(process(20, MAKE, 50));
    note(units.ended(nowMs, RUN + 1));
    assertThat(learned).isEmpty();
    note(units.ended(nowMs, RUN));
    assertThat(learned).containsExactly("ld/link/app");
    look();
    assertThat(learned).hasSize(1);
  }

  /** As ccache is, where the compiler behind it is a job. */
  @Test
  void whoHasItsWorkDoneByAJobSaysNothingOfItself() {
    commands.put(20, "ccache g++ -c x.cc");
    look(process(20, MAKE, 5));
    note(units.looked(nowMs += 1_000, List.of(process(20, MAKE, 5)), Set.of(20)).ended());
    look();
    assertThat(learned).isEmpty();
  }

  @Test
  void ofManyAtOnceSomeAreHeld() {
    CompilerUnits.Seen[] many =
        IntStream.range(100, 2_100)
            .peek(pid -> commands.put(pid, "gcc -c " + pid + ".c"))
            .mapToObj(pid -> process(pid, MAKE, 1))
            .toArray(CompilerUnits.Seen[]::new);
    lookTwice(many);
    assertThat(held).hasSize(256);
    look();
    assertThat(held).isEmpty();
  }

  @Test
  void circlesAndDeepTreesAreNoTrouble() {
    commands.put(20, "gcc -v");
    look(process(20, 21, 1), process(21, 20, 1), process(22, 22, 1));
    CompilerUnits.Seen[] deep =
        IntStream.range(100, 20_100)
            .mapToObj(pid -> process(pid, pid - 1, 1))
            .toArray(CompilerUnits.Seen[]::new);
    lookTwice(deep);
    assertThat(learned).isEmpty();
  }

  /** Of a name that the kernel may have cut: any may be a compiler's. */
  private static CompilerUnits.Seen process(int pid, int parent, int mib) {
    return new CompilerUnits.Seen(RUN, pid, parent, "x86_64-linux-gn", STARTED_MS / 10, mib);
  }

  private static CompilerUnits.Seen named(int pid, int parent, String name) {
    return new CompilerUnits.Seen(RUN, pid, parent, name, STARTED_MS / 10, 10);
  }

  private void lookTwice(CompilerUnits.Seen... processes) {
    look(processes);
    look(processes);
  }

  private void look(CompilerUnits.Seen... processes) {
    nowMs += 1_000;
    Units seen = units.looked(nowMs, List.of(processes), Set.of());
    living = seen.living();
    note(seen.ended());
  }

  private void note(List<Units.Ended> ended) {
    for (Units.Ended one : ended) {
      learned.add(one.key().toString());
      samples.put(one.key().toString(), one.sample());
    }
  }

  /** Processes that are as the test says. */
  private final class Scripted implements CompilerProcesses {
    @Override
    public List<String> commandLine(int pid) {
      linesRead++;
      String command = commands.get(pid);
      return command == null ? List.of() : List.of(command.split(" ", -1));
    }

    @Override
    public int peakMib(int pid) {
      return peaks.getOrDefault(pid, 0);
    }

    @Override
    public Hold hold(int pid) {
      held.add(pid);
      return new Hold() {
        @Override
        public Ending ending() {
          return endings.getOrDefault(pid, Ending.DONE);
        }

        @Override
        public void close() {
          held.remove(pid);
        }
      };
    }
  }
}

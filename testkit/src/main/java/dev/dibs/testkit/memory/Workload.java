package dev.dibs.testkit.memory;

import dev.dibs.testkit.Dice;
import java.util.ArrayList;
import java.util.List;

/** Builds made up from a seed. */
final class Workload {

  private Workload() {}

  /** Builds like those of a large C++ project: many compilations, then a few large links. */
  static List<Build> large(long seed, int builds, int width) {
    Dice dice = new Dice(seed);
    List<Build> all = new ArrayList<>();
    for (int i = 0; i < builds; i++) {
      Build build = new Build(i, width);
      build.add(phase(build, "compile", 220, 2_000, 18_000, 200, 1_600, dice));
      build.add(phase(build, "link", 8, 15_000, 40_000, 4_000, 9_000, dice));
      all.add(build);
    }
    return all;
  }

  /** A few small builds, of all kinds. */
  static List<Build> small(Dice dice, int memoryMib) {
    List<Build> all = new ArrayList<>();
    int builds = dice.between(1, 4);
    for (int i = 0; i < builds; i++) {
      Build build = new Build(i, dice.between(1, 6));
      int most = Math.max(20, memoryMib / dice.between(1, 8));
      for (int phase = dice.between(1, 2); phase > 0; phase--) {
        build.add(phase(build, "kind" + phase, dice.between(1, 10), 100, 4_000, 5, most, dice));
      }
      all.add(build);
    }
    return all;
  }

  /** Small ones are frequent: each is the lesser of two throws. */
  private static List<Job> phase(
      Build build,
      String kind,
      int count,
      int msMin,
      int msMax,
      int mibMin,
      int mibMax,
      Dice dice) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int ms = Math.min(dice.between(msMin, msMax), dice.between(msMin, msMax));
      int mib = Math.min(dice.between(mibMin, mibMax), dice.between(mibMin, mibMax));
      jobs.add(new Job(build, kind, kind + i + " of " + build.number, ms, mib));
    }
    return jobs;
  }
}

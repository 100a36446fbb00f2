package dev.dibs.testkit;

/**
 * How a simulated command behaves.
 *
 * @param style how it comes by slots beyond its first ones
 * @param tasks how many tasks it has, at least 1
 * @param parallel how many of them it starts at once
 * @param taskMs how long a task takes at most, ms
 * @param claims how many of 100 tasks claim a slot as jobs or nested runs
 * @param slots how many slots such a job asks for at most
 * @param retakes how often of 100 it takes a token that it just returned before anybody sees it
 * @param invents how often of 100 it returns a byte too many
 * @param loses how often of 100 a task dies with its token
 * @param kill when it is killed, ms after its start, or 0 for never
 * @param killsAll whether all below dies with it, or only its root
 * @param daemonises whether it leaves a sleeping child behind
 */
record Habits(
    Style style,
    int tasks,
    int parallel,
    int taskMs,
    int claims,
    int slots,
    int retakes,
    int invents,
    int loses,
    int kill,
    boolean killsAll,
    boolean daemonises) {

  enum Style {
    /** Reads a token whenever it has work, and blocks in the read: make. */
    EAGER,
    /** Reads tokens only when one of its own tasks ends: ninja. */
    POLLER,
    /** Reads all there is at its start, and returns it some time later: LLVM. */
    HOARDER,
    /** Reads no tokens; every task is a claim of its own, several at once. */
    SCRIPT,
    /** Reads no tokens; has as many tasks at once as it was granted slots. */
    WIDE
  }

  /** A command of any kind, at a given depth of nesting. */
  static Habits random(Dice dice, int depth) {
    Style style = Style.values()[dice.below(Style.values().length)];
    return new Habits(
        style,
        dice.between(1, depth == 0 ? 20 : 4),
        dice.between(1, 6),
        dice.percent(80) ? dice.between(1, 30) : dice.between(30, 400),
        depth >= 2 ? 0 : dice.percent(50) ? 0 : dice.between(10, 80),
        dice.percent(70) ? 1 : dice.between(1, 4),
        dice.between(0, 95),
        dice.percent(8) ? dice.between(1, 30) : 0,
        dice.percent(8) ? dice.between(1, 30) : 0,
        dice.percent(15) ? dice.between(1, 100) : 0,
        dice.percent(60),
        dice.percent(5));
  }

  /** Whether it is a client of the make protocol. */
  boolean takesTokens() {
    return switch (style) {
      case EAGER, POLLER, HOARDER -> true;
      case SCRIPT, WIDE -> false;
    };
  }

  /** A build that never ends, for measuring shares. */
  static Habits endless(Style style, int taskMs, int retakes) {
    return new Habits(
        style, Integer.MAX_VALUE, Integer.MAX_VALUE, taskMs, 0, 1, retakes, 0, 0, 0, true, false);
  }
}

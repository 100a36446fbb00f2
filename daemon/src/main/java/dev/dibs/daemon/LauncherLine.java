package dev.dibs.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The command line of a launcher that waits: {@code sh .../dibs run --name x -- make all}, or of a
 * shim: {@code sh .../shims/env-.../make all}. People want to see what it will become. For display
 * only: whatever looks different is shown whole.
 */
final class LauncherLine {

  /** {@code bash -p -c SCRIPT .../dibs run}: who waits among the next. */
  private static final int VERB_AT_MAX = 5;

  private static final String SHIMS = "/shims/";
  private static final Set<String> VERBS = Set.of("run", "job", "lock", "once");
  private static final Set<String> BY_NAME = Set.of("lock", "once");
  private static final Set<String> OPTIONS_WITH_VALUE =
      Set.of(
          "-j",
          "-w",
          "-E",
          "--name",
          "--weight",
          "--kind",
          "--target",
          "--slots",
          "--pool",
          "--mem",
          "--retry-on");

  private LauncherLine() {}

  /** The words of the command behind the launcher's own. */
  static List<String> command(List<String> words) {
    int verb = verb(words);
    if (verb < 0) {
      return ofShim(words);
    }
    int next = verb + 1;
    if (BY_NAME.contains(words.get(verb))) { // between names stand options, behind -- the command
      int end = words.indexOf("--");
      return end < 0 || end + 1 == words.size() ? words : words.subList(end + 1, words.size());
    }
    while (next < words.size() && words.get(next).startsWith("-")) {
      String option = words.get(next);
      if (option.equals("--")) {
        return words.subList(next + 1, words.size());
      }
      next += takesValue(words.get(verb), option) ? 2 : 1;
    }
    return next < words.size() ? words.subList(next, words.size()) : words;
  }

  private static boolean takesValue(String verb, String option) {
    return OPTIONS_WITH_VALUE.contains(option) || (verb.equals("run") && option.equals("--retry"));
  }

  /** A shim's interpreter and folder left out. */
  private static List<String> ofShim(List<String> words) {
    if (words.size() < 2 || !words.get(1).contains(SHIMS)) {
      return words;
    }
    List<String> command = new ArrayList<>(words.subList(1, words.size()));
    command.set(0, command.getFirst().substring(command.getFirst().lastIndexOf('/') + 1));
    return command;
  }

  /**
   * Where {@code run} or {@code job} stands, behind a word that ends in {@code dibs}; -1 if
   * nowhere.
   */
  private static int verb(List<String> words) {
    for (int i = 1; i < Math.min(words.size(), VERB_AT_MAX + 1); i++) {
      if (words.get(i - 1).endsWith("dibs") && VERBS.contains(words.get(i))) {
        return i;
      }
    }
    return -1;
  }
}

package dev.dibs.core;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A script of events; {@link #play} writes the effects below each of them, indented.
 *
 * <pre>
 * pool 4                         the first line; settled=MS and probe=MS may follow
 * 0 run 1 weight=200             TIME run|job CLAIM [in=RUN] [weight= cap= slots=A..B until=] [notokens]
 *                                [mib= lasts= repeatable alone]
 * 0 seen 1 0                     TIME seen RUN UNREAD; wanted RUN; drained RUN COUNT
 * 5 end 1                        TIME end|idle|wedged CLAIM; size SLOTS; tick
 * 9 adopt job 2 in=1 own=1       as run and job, and has= own= issued= unread=
 * 9 memory 500 full=120 2=300 3=10:idle   MiB that are left, and what claims have in use
 * 9 view                         writes down who holds what
 * </pre>
 */
@NullMarked
final class Scenario {

  private final StringBuilder played = new StringBuilder();
  private @Nullable Coordinator coordinator;

  static String play(String script) {
    Scenario scenario = new Scenario();
    script.lines().filter(line -> !line.startsWith("  ")).forEach(scenario::playLine);
    return scenario.played.toString();
  }

  private void playLine(String line) {
    played.append(line).append('\n');
    List<String> words = Arrays.asList(line.strip().split(" +", -1));
    if (words.get(0).equals("pool")) {
      coordinator = pool(Integer.parseInt(words.get(1)), options(words));
    } else if (!line.isBlank() && !line.startsWith("#")) {
      play(words);
    }
  }

  private void play(List<String> words) {
    Coordinator played = coordinator;
    if (played == null) {
      throw new IllegalArgumentException("a script starts with: pool SIZE");
    }
    if (words.get(1).equals("view")) {
      write(played.view());
    } else {
      apply(played, words);
    }
  }

  private void apply(Coordinator to, List<String> words) {
    try {
      to.apply(event(words)).forEach(this::write);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("after\n" + played, e);
    }
  }

  private static Coordinator pool(int size, Map<String, String> options) {
    return new Coordinator(
        size,
        new Settings(
            Duration.ofMillis(Long.parseLong(options.getOrDefault("settled", "20"))),
            Duration.ofMillis(Long.parseLong(options.getOrDefault("probe", "250")))));
  }

  private static Event event(List<String> words) {
    long now = Long.parseLong(words.get(0));
    long id = words.size() > 2 && !words.get(1).equals("adopt") ? Long.parseLong(words.get(2)) : 0;
    Map<String, String> options = options(words);
    return switch (words.get(1)) {
      case "run", "job" ->
          new Event.ClaimRequested(
              now,
              id,
              within(options),
              !options.containsKey("direct"),
              terms(words.get(1), options));
      case "end" -> new Event.ClaimEnded(now, id);
      case "idle" -> new Event.RootIdle(now, id);
      case "wedged" -> new Event.RunWedged(now, id);
      case "seen" -> new Event.TokensSeen(now, id, Integer.parseInt(words.get(3)));
      case "wanted" -> new Event.TokensWanted(now, id);
      case "drained" -> new Event.TokensDrained(now, id, Integer.parseInt(words.get(3)));
      case "size" -> new Event.PoolResized(now, (int) id);
      case "suspend" ->
          new Event.Suspended(now, Long.parseLong(words.get(3)), id, number(options, "slots", 1));
      case "resume" -> new Event.Resumed(now, id);
      case "tick" -> new Event.Ticked(now);
      case "memory" ->
          new Event.MemorySeen(now, (int) id, number(options, "full", 0), usages(options));
      case "adopt" ->
          new Event.ClaimAdopted(
              now,
              within(options),
              !options.containsKey("bare"),
              terms(words.get(2), options),
              new Holding(
                  Long.parseLong(words.get(3)),
                  number(options, "has", 1),
                  number(options, "own", 1),
                  number(options, "issued", 0)),
              number(options, "unread", 0));
      default -> throw new IllegalArgumentException("what is " + words.get(1) + "?");
    };
  }

  private static List<Event.Usage> usages(Map<String, String> options) {
    return options.entrySet().stream()
        .filter(
            option -> Character.isDigit(option.getKey().charAt(0)) && !option.getValue().isEmpty())
        .filter(option -> !option.getValue().equals(option.getKey()))
        .map(option -> usage(Long.parseLong(option.getKey()), option.getValue()))
        .toList();
  }

  private static Event.Usage usage(long claim, String value) {
    String mib = value.replace(":idle", "");
    return new Event.Usage(claim, Integer.parseInt(mib), mib.equals(value));
  }

  private static @Nullable Long within(Map<String, String> options) {
    String run = options.get("in");
    return run == null ? null : Long.valueOf(run);
  }

  private static Terms terms(String kind, Map<String, String> options) {
    String slots = options.getOrDefault("slots", "1");
    int dots = slots.indexOf("..");
    int min = Integer.parseInt(dots < 0 ? slots : slots.substring(0, dots));
    int max = dots < 0 ? min : Integer.parseInt(slots.substring(dots + 2));
    Terms terms = kind.equals("run") ? Terms.run() : Terms.job();
    return terms
        .withWeight(number(options, "weight", Terms.WEIGHT_USUAL))
        .withCap(number(options, "cap", Integer.MAX_VALUE))
        .withSlots(min, max)
        .withDeadlineMs(Long.parseLong(options.getOrDefault("until", "" + Long.MAX_VALUE)))
        .withTokens(terms.tokens() && !options.containsKey("notokens"))
        .withNeed(
            new Need(
                number(options, "mib", 0),
                number(options, "lasts", 0),
                options.containsKey("repeatable"),
                options.containsKey("alone")));
  }

  private static int number(Map<String, String> options, String name, int usual) {
    return Integer.parseInt(options.getOrDefault(name, "" + usual));
  }

  private static Map<String, String> options(List<String> words) {
    Map<String, String> options = new HashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      options.put(equals < 0 ? word : word.substring(0, equals), word.substring(equals + 1));
    }
    return options;
  }

  private void write(Effect effect) {
    String text =
        switch (effect) {
          case Effect.Grant e ->
              "grant %d slots=%d own=%d".formatted(e.claim(), e.slots(), e.own());
          case Effect.Refuse e -> "refuse %d".formatted(e.claim());
          case Effect.Resume e -> "resume %d".formatted(e.waiter());
          case Effect.Rescue e -> "rescue %d".formatted(e.claim());
          case Effect.Put e -> "put %d %d".formatted(e.run(), e.count());
          case Effect.Drain e -> "drain %d %d".formatted(e.run(), e.count());
        };
    played.append("  ").append(text).append('\n');
  }

  private void write(PoolView view) {
    played.append(
        "  size=%d held=%d free=%d owed=%d%n"
            .formatted(view.size(), view.held(), view.free(), view.owed()));
    for (PoolView.PartyView p : view.parties()) {
      played.append(
          "  %s %d%s implicit=%d issued=%d unread=%d leased=%d%s%n"
              .formatted(
                  p.kind().name().toLowerCase(Locale.ROOT),
                  p.id(),
                  p.waiting() ? " waits" : p.ended() ? " ended" : "",
                  p.implicit(),
                  p.issued(),
                  p.unread(),
                  p.leased(),
                  p.hungry() ? " hungry" : ""));
    }
    for (PoolView.MemberView m : view.members()) {
      played.append(
          "    %s %d in %d%s%s own=%d slots=%d%n"
              .formatted(
                  m.terms().kind().name().toLowerCase(Locale.ROOT),
                  m.id(),
                  m.within(),
                  m.waiting() ? " waits" : "",
                  m.covered() ? " covered" : "",
                  m.own(),
                  m.slots()));
    }
  }
}

package dev.dibs.protocol.lines;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link LockAsk} as a line and back. */
final class LockAskLine {

  private LockAskLine() {}

  /** A release as we write it; else null. */
  static @Nullable LockAsk plain(PlainLine line) {
    long id = line.skips("{\"release\":") ? line.number() : PlainLine.NONE;
    return id != PlainLine.NONE && line.endsWith("}") ? new LockAsk.Release(id) : null;
  }

  static LockAsk read(Members members) throws MalformedLineException {
    LockAsk ask = ask(members);
    members.expectNoMore();
    return ask;
  }

  private static LockAsk ask(Members members) throws MalformedLineException {
    if (members.has("release")) {
      return new LockAsk.Release(members.number("release"));
    }
    if (members.has("downgrade")) {
      return new LockAsk.Downgrade(members.number("downgrade"));
    }
    if (members.has("withdraw")) {
      return new LockAsk.Withdraw(members.number("withdraw"));
    }
    if (members.has("holder")) {
      return new LockAsk.Holder(members.number("id"), members.text("holder"));
    }
    return acquire(members);
  }

  private static LockAsk acquire(Members members) throws MalformedLineException {
    List<String> exclusive = members.texts("lock");
    List<String> shared = members.texts("share");
    if (exclusive.isEmpty() && shared.isEmpty()) {
      throw new MalformedLineException(
          "The line asks for nothing. \"lock\" or \"share\" and a list of names ask for locks");
    }
    return new LockAsk.Acquire(
        members.number("id"),
        exclusive,
        shared,
        members.decimal("wait").map(d -> Duration.ofSeconds(d.whole(), d.nanos())),
        priority(members.optionalText("priority")),
        members.optionalNumber("within"));
  }

  private static LockAsk.Priority priority(Optional<String> word) throws MalformedLineException {
    for (LockAsk.Priority priority : LockAsk.Priority.values()) {
      if (word.orElse("normal").equals(word(priority))) {
        return priority;
      }
    }
    throw new MalformedLineException(
        "\"priority\" is to be \"interactive\", \"normal\" or \"background\"");
  }

  private static String word(LockAsk.Priority priority) {
    return priority.name().toLowerCase(Locale.ROOT);
  }

  static String of(LockAsk.Acquire ask) {
    JsonWriter line = new JsonWriter().with("id", ask.id());
    if (!ask.exclusive().isEmpty()) {
      line.with("lock", ask.exclusive());
    }
    if (!ask.shared().isEmpty()) {
      line.with("share", ask.shared());
    }
    ask.timeout().ifPresent(timeout -> line.withNumber("wait", seconds(timeout)));
    if (ask.priority() != LockAsk.Priority.NORMAL) {
      line.with("priority", word(ask.priority()));
    }
    ask.within().ifPresent(within -> line.with("within", within));
    return line.line();
  }

  private static String seconds(Duration timeout) {
    return timeout.getNano() == 0
        ? Long.toString(timeout.getSeconds())
        : String.format(Locale.ROOT, "%d.%09d", timeout.getSeconds(), timeout.getNano());
  }
}

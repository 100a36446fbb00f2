package dev.dibs.protocol;

import dev.dibs.core.Terms;
import dev.dibs.core.locks.Priority;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of the control FIFO: the verb, the protocol's number, then {@code key=value} fields,
 * joined by the byte 0x1F (docs/control.md).
 */
public final class RequestLine {

  /** The number of the protocol that this code speaks. */
  public static final int PROTOCOL = 1;

  /**
   * Longest request in bytes, newlines included: less than {@code PIPE_BUF}, so that a write is
   * atomic.
   */
  public static final int BYTES_MAX = 512;

  /** What stands between fields; no field has it in it. */
  public static final String SEPARATOR = "\u001f";

  private static final String VARIABLES = "[A-Za-z_][A-Za-z0-9_]*(:[A-Za-z_][A-Za-z0-9_]*)*";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final int WEIGHT_IN_BACKGROUND = 10;
  private static final int SLOTS_MAX = 1_000_000;
  private static final BigDecimal WAIT_SECONDS_MAX = BigDecimal.valueOf(1_000_000_000);

  private final Map<String, String> fields = new HashMap<>();

  private RequestLine(String[] words) {
    for (int i = 2; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals > 0) {
        fields.put(words[i].substring(0, equals), words[i].substring(equals + 1));
      }
    }
  }

  /**
   * Parses a line without its newline.
   *
   * @throws MalformedRequestException if it is not a request of this protocol; the message says
   *     why, for a person
   */
  public static Request parse(String line) throws MalformedRequestException {
    String[] words = line.split(SEPARATOR, -1);
    RequestLine fields = new RequestLine(words);
    if (words.length < 2 || !words[1].equals(Integer.toString(PROTOCOL))) {
      throw fields.malformed("the daemon speaks protocol " + PROTOCOL + " only");
    }
    int pid = fields.number("pid", 0, Integer.MAX_VALUE);
    if (pid == 0) {
      throw fields.malformed("no pid");
    }
    return switch (words[0]) {
      case "run" -> fields.claim(Request.Kind.RUN, pid);
      case "job" -> fields.claim(Request.Kind.JOB, pid);
      case "once" -> fields.once(pid);
      case "status" -> new Request.Status(pid, fields.form());
      case "pool" -> fields.ofPools(pid);
      case "history" -> fields.history(pid);
      case "lock" -> fields.lock(pid);
      case "locks" -> new Request.ListLocks(pid, fields.form());
      case "kill-holders" -> fields.killHolders(pid);
      case "ended" -> new Request.Ended(pid, fields.attempt());
      case "stop" -> new Request.Stop(pid, fields.flag("force"));
      default -> throw fields.malformed("unknown verb");
    };
  }

  /** What a field of a well-formed line says, also one that {@link #parse} takes no notice of. */
  public static Optional<String> field(String line, String key) {
    return Optional.ofNullable(new RequestLine(line.split(SEPARATOR, -1)).text(key));
  }

  private Request.Claim claim(Request.Kind kind, int pid) throws MalformedRequestException {
    int slotsMin = Math.max(1, number("min", 1, SLOTS_MAX));
    int slotsMax = number("max", flag("width") ? SLOTS_MAX : slotsMin, SLOTS_MAX);
    int weight =
        number(
            "weight",
            flag("background") ? WEIGHT_IN_BACKGROUND : Terms.WEIGHT_USUAL,
            Terms.WEIGHT_MAX);
    if (weight == 0 || slotsMax < slotsMin) {
      throw malformed(weight == 0 ? "weight is 0" : "max is below min");
    }
    if (kind == Request.Kind.RUN && text("pool") != null) {
      throw malformed("a run is of the pool cpu");
    }
    return new Request.Claim(
        kind,
        pid,
        text("within"),
        Math.max(1, number("cap", SLOTS_MAX, SLOTS_MAX)),
        weight,
        slotsMin,
        slotsMax,
        waitMs(),
        flag("again"),
        flag("width"),
        new Request.Machine(flag("cpus"), text("learn"), flag("background")),
        flag("tcp"),
        text("name"),
        text("kind"),
        text("target"),
        text("pool"),
        text("after"),
        flag("live"),
        wants());
  }

  private Request.Wants wants() throws MalformedRequestException {
    String memory = text("mem");
    try {
      return new Request.Wants(
          memory == null ? 0 : MemorySize.mib(memory), flag("retry"), attempt());
    } catch (MalformedRequestException refusal) {
      throw malformed(refusal.why());
    }
  }

  private int attempt() throws MalformedRequestException {
    return Math.max(1, number("attempt", 1, Request.Wants.ATTEMPTS_MAX));
  }

  private Request.History history(int pid) throws MalformedRequestException {
    String key = text("key");
    boolean forget = flag("forget");
    if (forget && key == null) {
      throw malformed("forget without a key");
    }
    return new Request.History(pid, key, forget, form());
  }

  private Request.Lock lock(int pid) throws MalformedRequestException {
    List<String> names = flag("namesfile") ? List.of() : names();
    return new Request.Lock(
        pid,
        text("within"),
        names,
        flag("shared"),
        priority(),
        waitMs(),
        !"0".equals(fields.get("tree")),
        flag("again"),
        flag("live"));
  }

  private Request.Once once(int pid) throws MalformedRequestException {
    int words = number("words", 0, Integer.MAX_VALUE);
    if (words == 0) {
      throw malformed("no words");
    }
    String names = text("env");
    if (names != null && !names.matches(VARIABLES)) {
      throw malformed("env is not names of variables with colons between them");
    }
    return new Request.Once(
        pid,
        words,
        names == null ? List.of() : List.of(names.split(":")),
        milliseconds("ttl").orElse(0),
        waitMs(),
        flag("again"));
  }

  private List<String> names() throws MalformedRequestException {
    try {
      String field = text("names");
      return List.copyOf(LockNames.checked(field == null ? List.of() : LockNames.split(field)));
    } catch (MalformedRequestException refusal) {
      throw malformed(refusal.why());
    }
  }

  private Request.KillHolders killHolders(int pid) throws MalformedRequestException {
    return new Request.KillHolders(pid, names().get(0), text("claims"));
  }

  private Priority priority() throws MalformedRequestException {
    return switch (fields.getOrDefault("priority", "normal")) {
      case "interactive" -> Priority.INTERACTIVE;
      case "normal" -> Priority.NORMAL;
      case "background" -> Priority.BACKGROUND;
      default -> throw malformed("priority is interactive, normal or background");
    };
  }

  private Request.Form form() {
    return switch (fields.getOrDefault("json", "")) {
      case "1" -> Request.Form.JSON;
      case "line" -> Request.Form.JSON_LINE;
      default -> Request.Form.TEXT;
    };
  }

  private Request.OfPools ofPools(int pid) throws MalformedRequestException {
    String pool = text("pool");
    String size = text("size");
    boolean remove = flag("remove");
    if (size == null && !remove) {
      return new Request.ListPools(pid, pool);
    }
    if (pool == null || (size != null && remove)) {
      throw malformed(pool == null ? "no pool" : "size and remove at once");
    }
    if (size == null) {
      return new Request.RemovePool(pid, pool);
    }
    boolean auto = size.equals("auto");
    return new Request.ResizePool(
        pid, pool, auto ? OptionalInt.empty() : OptionalInt.of(number("size", 0, SLOTS_MAX)));
  }

  private boolean flag(String key) {
    return "1".equals(fields.get(key));
  }

  private @Nullable String text(String key) {
    String value = fields.get(key);
    return value == null || value.isEmpty() ? null : value;
  }

  private int number(String key, int absent, int max) throws MalformedRequestException {
    String value = fields.get(key);
    if (value == null) {
      return absent;
    }
    if (!NUMBER.matcher(value).matches() || Long.parseLong(value) > max) {
      throw malformed(key + " is not a number from 0 to " + max);
    }
    return Integer.parseInt(value);
  }

  private OptionalLong waitMs() throws MalformedRequestException {
    return milliseconds("wait");
  }

  private OptionalLong milliseconds(String key) throws MalformedRequestException {
    String value = fields.get(key);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!value.matches("[0-9]{0,10}(\\.[0-9]{0,9})?") || !value.matches(".*[0-9].*")) {
      throw malformed(key + " is not a number of seconds");
    }
    BigDecimal seconds = new BigDecimal(value.startsWith(".") ? "0" + value : value);
    return OptionalLong.of(seconds.min(WAIT_SECONDS_MAX).movePointRight(3).longValue());
  }

  private MalformedRequestException malformed(String why) {
    String pid = fields.getOrDefault("pid", "");
    boolean known = pid.matches("[1-9][0-9]{0,8}");
    return new MalformedRequestException(
        why, known ? OptionalInt.of(Integer.parseInt(pid)) : OptionalInt.empty());
  }
}

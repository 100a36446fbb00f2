package dev.dibs.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the name of a file says of the claim that opening it makes (docs/filesystem.md): how many
 * slots, and {@code key=value}, with commas between.
 *
 * <pre>{@code 1    2..4,weight=50    kind=link,mem=4G}</pre>
 */
public final class ClaimName {

  private static final Pattern SLOTS =
      Pattern.compile("([1-9][0-9]{0,6})(?:\\.\\.([1-9][0-9]{0,6}))?");
  private static final Set<String> OF_RUNS = Set.of("slots", "weight", "wait", "name");
  private static final Set<String> OF_JOBS =
      Set.of("slots", "pool", "kind", "target", "mem", "wait");

  private final Request.Kind kind;
  private final Map<String, String> fields = new LinkedHashMap<>();

  private ClaimName(Request.Kind kind) {
    this.kind = kind;
  }

  /**
   * Reads a name.
   *
   * @param name one char for each byte
   * @throws MalformedRequestException if it says nothing that can be claimed; the message says why,
   *     for a person
   */
  public static ClaimName parse(Request.Kind kind, String name) throws MalformedRequestException {
    ClaimName parsed = new ClaimName(kind);
    for (String field : name.split(",", -1)) {
      parsed.add(field);
    }
    Request checked = RequestLine.parse(parsed.line(1, Map.of()));
    if (!(checked instanceof Request.Claim)) {
      throw new IllegalStateException("BUG: a claim's name makes " + checked);
    }
    return parsed;
  }

  /** The claim of a name that says nothing but what it is: of one slot. */
  public static ClaimName bare(Request.Kind kind) {
    return new ClaimName(kind);
  }

  private void add(String field) throws MalformedRequestException {
    int equals = field.indexOf('=');
    String key = equals < 0 ? "slots" : field.substring(0, equals);
    String value = NamedRequest.text(field.substring(equals + 1));
    Set<String> known = kind == Request.Kind.RUN ? OF_RUNS : OF_JOBS;
    if (!known.contains(key)) {
      String all = known.stream().sorted().collect(Collectors.joining(", "));
      throw malformed("'" + key + "' is none of " + all);
    }
    if (value.isEmpty()) {
      throw malformed(key + " has no value");
    }
    switch (key) {
      case "slots" -> addSlots(value);
      default -> put(key, value);
    }
  }

  private void addSlots(String value) throws MalformedRequestException {
    Matcher range = SLOTS.matcher(value);
    if (!range.matches()) {
      throw malformed("slots is a number from 1, or two with .. between, not '" + value + "'");
    }
    put("min", range.group(1));
    put("max", range.group(2) == null ? range.group(1) : range.group(2));
  }

  private void put(String key, String value) throws MalformedRequestException {
    if (fields.put(key, value) != null) {
      throw malformed((key.equals("min") || key.equals("max") ? "slots" : key) + " is said twice");
    }
  }

  /** The kind of claim. */
  public Request.Kind kind() {
    return kind;
  }

  /**
   * The control line that asks for the same.
   *
   * @param more fields of the line besides, which count if the name says them too
   */
  public String line(int pid, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(Map.of("pid", Integer.toString(pid)));
    all.putAll(fields);
    all.putAll(more);
    List<String> start =
        List.of(kind == Request.Kind.RUN ? "run" : "job", Integer.toString(RequestLine.PROTOCOL));
    return Stream.concat(start.stream(), all.entrySet().stream().map(ClaimName::field))
        .collect(Collectors.joining(RequestLine.SEPARATOR));
  }

  private static String field(Map.Entry<String, String> field) {
    return field.getKey() + "=" + field.getValue();
  }

  private static MalformedRequestException malformed(String why) {
    return new MalformedRequestException(why, OptionalInt.empty());
  }
}

package dev.dibs.systemtests;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the wrapper {@code counted} saw: how many jobs started and ended, how many at once at most,
 * and over the window in question the wall time, the jobs' wall times added up, and the processor
 * time of those that ended in it.
 */
record Count(long started, long ended, long peak, long wallMs, long busyMs, long cpuMs) {
  private static final Pattern FIELD = Pattern.compile("(\\w+)=(\\d+)");

  /** Reads the wrapper's report. */
  static Count of(String report) {
    Map<String, Long> fields =
        FIELD
            .matcher(report)
            .results()
            .collect(Collectors.toMap(m -> m.group(1), m -> Long.parseLong(m.group(2))));
    return new Count(
        number(fields, "started"),
        number(fields, "ended"),
        number(fields, "peak"),
        number(fields, "wall_ms"),
        number(fields, "busy_ms"),
        number(fields, "cpu_ms"));
  }

  private static long number(Map<String, Long> fields, String name) {
    Long value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is not in the report " + fields);
    }
    return value;
  }

  /** How many jobs run now, or were killed. */
  long running() {
    return started - ended;
  }

  /** How many jobs ran on average. */
  double average() {
    return (double) busyMs / wallMs;
  }
}

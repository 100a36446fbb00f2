package dev.dibs.daemon;

import dev.dibs.daemon.tools.MakeVersions;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a later daemon has to know of a granted claim besides what it holds.
 *
 * @param id its number
 * @param pid its holder
 * @param startTicks when the holder started, in clock ticks since boot: with the pid it names one
 *     process for good
 * @param sinceEpochMs when it was granted, ms since 1970
 * @param within the innermost run in which it was made, or null
 * @param run the outermost one, or null
 * @param belowClient whether a client of that run's tokens started the holder
 * @param style how the run's make wants its jobserver named, or null
 * @param pool the pool's name
 * @param request the line by which it was asked for (docs/control.md)
 */
record ClaimRecord(
    long id,
    int pid,
    long startTicks,
    long sinceEpochMs,
    @Nullable Long within,
    @Nullable Long run,
    boolean belowClient,
    MakeVersions.@Nullable Style style,
    String pool,
    String request) {

  private static final int FIELDS = 9;
  private static final String NONE = "-";

  /** One line of fields, one of the request. */
  byte[] encode() {
    String fields =
        String.join(
            " ",
            ClaimIds.name(id),
            Integer.toString(pid),
            Long.toString(startTicks),
            Long.toString(sinceEpochMs),
            name(within),
            name(run),
            belowClient ? "c" : NONE,
            style == null ? NONE : style.name(),
            pool);
    return (fields + "\n" + request).getBytes(StandardCharsets.UTF_8);
  }

  private static String name(@Nullable Long claim) {
    return claim == null ? NONE : ClaimIds.name(claim);
  }

  /** Reads what {@link #encode} made; nothing if it is something else. */
  static Optional<ClaimRecord> decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    String[] fields = end < 0 ? new String[0] : text.substring(0, end).split(" ", -1);
    if (fields.length != FIELDS) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ClaimRecord(
              Long.parseLong(fields[0], Character.MAX_RADIX),
              Integer.parseInt(fields[1]),
              Long.parseLong(fields[2]),
              Long.parseLong(fields[3]),
              number(fields[4]),
              number(fields[5]),
              !fields[6].equals(NONE),
              fields[7].equals(NONE) ? null : MakeVersions.Style.valueOf(fields[7]),
              fields[8],
              text.substring(end + 1)));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  private static @Nullable Long number(String name) {
    return name.equals(NONE) ? null : Long.valueOf(name, Character.MAX_RADIX);
  }
}

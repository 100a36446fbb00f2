package dev.dibs.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a MAKEFLAGS says that its jobserver is: {@code fifo:PATH} or {@code R,W}. GNU make,
 * "Sharing job slots"; before 4.2 the option was called {@code --jobserver-fds}. The last one
 * counts, as in make.
 *
 * @param location what stands behind the equals sign
 */
public record JobserverAuth(String location) {

  private static final Pattern OPTION = Pattern.compile("--jobserver-(?:auth|fds)=(\\S+)");

  /** The jobserver that a MAKEFLAGS names, if it names one. */
  public static Optional<JobserverAuth> in(String makeflags) {
    Matcher matcher = OPTION.matcher(makeflags);
    Optional<JobserverAuth> last = Optional.empty();
    while (matcher.find()) {
      last = Optional.of(new JobserverAuth(matcher.group(1)));
    }
    return last;
  }

  /** Whether it is the FIFO at this path. */
  public boolean isFifo(String path) {
    return location.equals("fifo:" + path);
  }
}

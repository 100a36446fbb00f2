package dev.dibs.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory as people write it: bytes, or with K, M, G or T for powers of 1024, such as
 * {@code 500M} or {@code 1.5G}.
 */
final class MemorySize {

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,3})?)([KMGT]?)");
  private static final String UNITS = "KMGT";
  private static final BigDecimal MIB = BigDecimal.valueOf(1 << 20);
  private static final BigDecimal MIB_MAX = BigDecimal.valueOf(1 << 30);

  private MemorySize() {}

  /**
   * How many MiB that is, rounded up; more than any machine has counts as 2^30.
   *
   * @throws MalformedRequestException if it is none, or nothing
   */
  static int mib(String text) throws MalformedRequestException {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw malformed("mem is a number of bytes, such as 500M or 1.5G, not '" + text + "'");
    }
    BigDecimal number = new BigDecimal(size.group(1));
    if (number.signum() == 0) {
      throw malformed("mem is 0; leave it out if nothing is known");
    }
    int power = size.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(size.group(2)) + 1);
    return number
        .multiply(BigDecimal.valueOf(1L << power))
        .divide(MIB, 0, RoundingMode.CEILING)
        .min(MIB_MAX)
        .intValueExact();
  }

  private static MalformedRequestException malformed(String why) {
    return new MalformedRequestException(why, OptionalInt.empty());
  }
}

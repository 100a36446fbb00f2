package dev.dibs.daemon;

import java.util.regex.Pattern;

/** What pools may be called: it fits into a request, a file and a column. */
final class PoolName {

  /** The pool that every build shares, and that always exists. */
  static final String CPU = "cpu";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

  private PoolName() {}

  static boolean isOne(String text) {
    return NAME.matcher(text).matches();
  }
}

package dev.dibs.host;

import java.nio.file.Path;

/** A process with a lock: {@code FILE START shared|exclusive process|description}. */
final class RangeHolder {

  private RangeHolder() {}

  /** Says {@code held} when it has the lock; ends with its input. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    boolean process = arguments[3].equals("process");
    try (OfdLocks locks = process ? OfdLocks.ofProcess(file) : OfdLocks.open(file)) {
      locks.lock(Long.parseLong(arguments[1]), 2, arguments[2].equals("shared"));
      System.out.println("held");
      System.in.read();
    }
  }
}

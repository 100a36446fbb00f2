package dev.dibs.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;

/** The last things that happened, for the message of a failure. */
public final class Trace {

  private static final int LENGTH = 80;

  private final Deque<Object> last = new ArrayDeque<>();
  private long count;

  /** Something happened. */
  public void add(Object happening) {
    count++;
    last.add(happening);
    if (last.size() > LENGTH) {
      last.remove();
    }
  }

  /** How many things happened. */
  public long count() {
    return count;
  }

  @Override
  public String toString() {
    return last.stream().map(h -> "  " + h).collect(Collectors.joining("\n"));
  }
}

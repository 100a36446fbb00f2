package dev.dibs.locks;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is asked for: all of the names or none.
 *
 * @param names each lock's name and how it is to be held; at least one, at most {@value
 *     #NAMES_MAX}. A name has 1 to {@value #NAME_BYTES_MAX} bytes in UTF-8 and no control
 *     characters. Kept as a sorted copy that can't be changed
 * @param priority who goes first, where a daemon decides
 */
public record LockRequest(Map<String, LockMode> names, Priority priority) {

  /** Most names of a request. */
  public static final int NAMES_MAX = 10_000;

  /** Most bytes of a name, in UTF-8. */
  public static final int NAME_BYTES_MAX = 4096;

  private static final int SHOWN_CHARS_MAX = 60;

  /**
   * A checked request.
   *
   * @throws IllegalArgumentException if there are no names or too many, or one can't be a name
   */
  public LockRequest {
    SortedMap<String, LockMode> sorted = new TreeMap<>(names);
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("No lock is named. Name at least one.");
    }
    if (sorted.size() > NAMES_MAX) {
      throw new IllegalArgumentException(
          sorted.size()
              + " locks in one request; at most "
              + NAMES_MAX
              + " go. Take one lock for many things, such as the directory they are in.");
    }
    sorted.keySet().forEach(LockRequest::check);
    names = Collections.unmodifiableSortedMap(sorted);
  }

  /** All of {@code names} for itself, of normal priority. */
  public static LockRequest exclusive(String... names) {
    return of(LockMode.EXCLUSIVE, names);
  }

  /** All of {@code names} together with others who share them, of normal priority. */
  public static LockRequest shared(String... names) {
    return of(LockMode.SHARED, names);
  }

  private static LockRequest of(LockMode mode, String... names) {
    Map<String, LockMode> all = new TreeMap<>();
    for (String name : names) {
      all.put(name, mode);
    }
    return new LockRequest(all, Priority.NORMAL);
  }

  /** The same with another priority. */
  public LockRequest with(Priority other) {
    return new LockRequest(names, other);
  }

  private static void check(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "A lock's name is empty. Name it by one character or more.");
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "The lock's name '"
              + name.substring(0, SHOWN_CHARS_MAX)
              + "...' has "
              + bytes
              + " bytes; at most "
              + NAME_BYTES_MAX
              + " go. Use a hash of what it stands for.");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The lock's name '"
              + name.replaceAll("\\p{Cntrl}", "?")
              + "' has control characters. Leave them out, or use a hash.");
    }
  }
}

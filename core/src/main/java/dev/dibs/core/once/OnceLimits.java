package dev.dibs.core.once;

/**
 * What is kept at most of results that nobody is reading.
 *
 * @param count how many
 * @param bytes how large they are together
 * @param ms for how long, ms
 */
public record OnceLimits(int count, long bytes, long ms) {

  public OnceLimits {
    if (count < 0 || bytes < 0 || ms < 0) {
      throw new IllegalArgumentException(
          "BUG: a limit below 0: " + count + ", " + bytes + ", " + ms);
    }
  }
}

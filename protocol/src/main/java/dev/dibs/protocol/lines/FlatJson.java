package dev.dibs.protocol.lines;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one line of flat JSON: an object whose values are texts, numbers, true, false, or lists of
 * texts. Nothing deeper, so that nothing is recursive; no key twice; numbers are decimals without
 * sign and exponent, of at most 18 digits before the point and 9 behind it. The grammar is that of
 * RFC 8259 otherwise. Memory: the texts, and some sixty bytes for each.
 */
final class FlatJson {

  /** What stands behind a key. */
  sealed interface Value {}

  /** A string. */
  record Text(String text) implements Value {}

  /**
   * A decimal.
   *
   * @param nanos what stands behind the point, in 1/1,000,000,000
   */
  record Decimal(long whole, int nanos) implements Value {}

  /** True or false. */
  record Flag(boolean set) implements Value {}

  /** A list of strings. */
  record Texts(List<String> texts) implements Value {}

  private static final int KEYS_MAX = 16;
  private static final int TEXTS_MAX = 10_000;
  private static final int WHOLE_DIGITS_MAX = 18;
  private static final int NANO_DIGITS = 9;

  private final JsonCursor cursor;

  private FlatJson(JsonCursor cursor) {
    this.cursor = cursor;
  }

  /**
   * The keys of a line and their values, in its order.
   *
   * @param bytes UTF-8; the line is {@code length} of them, without a newline
   */
  static Map<String, Value> read(byte[] bytes, int from, int length) throws MalformedLineException {
    return new FlatJson(new JsonCursor(bytes, from, from + length)).object();
  }

  private Map<String, Value> object() throws MalformedLineException {
    Map<String, Value> members = new LinkedHashMap<>();
    cursor.expect('{', "an object, that is, {");
    if (!cursor.skips('}')) {
      do {
        member(members);
      } while (cursor.skips(','));
      cursor.expect('}', "a comma or }");
    }
    cursor.expectEnd();
    return members;
  }

  private void member(Map<String, Value> members) throws MalformedLineException {
    String key = cursor.string("a key in quotes");
    cursor.expect(':', "a colon");
    if (members.put(key, value()) != null) {
      throw new MalformedLineException("A key stands twice in the line");
    }
    if (members.size() > KEYS_MAX) {
      throw cursor.malformed("at most " + KEYS_MAX + " keys");
    }
  }

  private Value value() throws MalformedLineException {
    return switch (cursor.peek()) {
      case '"' -> new Text(cursor.string("a string"));
      case '[' -> new Texts(strings());
      case 't' -> flag("true");
      case 'f' -> flag("false");
      case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> decimal();
      default ->
          throw cursor.malformed(
              "a string, a number without sign, true, false or a list of strings");
    };
  }

  private List<String> strings() throws MalformedLineException {
    List<String> texts = new ArrayList<>();
    cursor.expect('[', "[");
    if (!cursor.skips(']')) {
      do {
        texts.add(cursor.string("a string, for lists hold nothing else"));
        if (texts.size() > TEXTS_MAX) {
          throw cursor.malformed("at most " + TEXTS_MAX + " strings in a list");
        }
      } while (cursor.skips(','));
      cursor.expect(']', "a comma or ]");
    }
    return texts;
  }

  private Flag flag(String word) throws MalformedLineException {
    for (int i = 0; i < word.length(); i++) {
      if (cursor.next() != word.charAt(i)) {
        throw cursor.malformed("true or false");
      }
    }
    return new Flag(word.equals("true"));
  }

  private Decimal decimal() throws MalformedLineException {
    boolean zero = cursor.peek() == '0';
    int before = cursor.at();
    long whole = cursor.digits(WHOLE_DIGITS_MAX);
    if (zero && cursor.at() - before > 1) {
      throw cursor.malformed("a number that doesn't begin with 0");
    }
    return new Decimal(whole, cursor.skipsAtOnce('.') ? nanos() : 0);
  }

  private int nanos() throws MalformedLineException {
    int begin = cursor.at();
    int nanos = (int) cursor.digits(NANO_DIGITS);
    for (int digits = cursor.at() - begin; digits < NANO_DIGITS; digits++) {
      nanos *= 10;
    }
    return nanos;
  }
}

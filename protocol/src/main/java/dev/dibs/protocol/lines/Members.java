package dev.dibs.protocol.lines;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The members of a line, taken one after the other; what nobody took is not understood. */
final class Members {

  private final Map<String, FlatJson.Value> left;

  Members(Map<String, FlatJson.Value> all) {
    this.left = all;
  }

  boolean has(String key) {
    return left.containsKey(key);
  }

  /** A whole number. */
  long number(String key) throws MalformedLineException {
    if (left.remove(key) instanceof FlatJson.Decimal decimal && decimal.nanos() == 0) {
      return decimal.whole();
    }
    throw wrong(key, "a whole number");
  }

  Optional<Long> optionalNumber(String key) throws MalformedLineException {
    return has(key) ? Optional.of(number(key)) : Optional.empty();
  }

  Optional<FlatJson.Decimal> decimal(String key) throws MalformedLineException {
    if (!has(key)) {
      return Optional.empty();
    }
    if (left.remove(key) instanceof FlatJson.Decimal decimal) {
      return Optional.of(decimal);
    }
    throw wrong(key, "a number");
  }

  String text(String key) throws MalformedLineException {
    if (left.remove(key) instanceof FlatJson.Text text) {
      return text.text();
    }
    throw wrong(key, "a string");
  }

  Optional<String> optionalText(String key) throws MalformedLineException {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  boolean flag(String key) throws MalformedLineException {
    if (left.remove(key) instanceof FlatJson.Flag flag) {
      return flag.set();
    }
    throw wrong(key, "true or false");
  }

  /** A list of strings; none if it is absent. */
  List<String> texts(String key) throws MalformedLineException {
    if (!has(key)) {
      return List.of();
    }
    if (left.remove(key) instanceof FlatJson.Texts texts) {
      return texts.texts();
    }
    throw wrong(key, "a list of strings");
  }

  /** Whoever writes a key that is not understood means something by it. */
  void expectNoMore() throws MalformedLineException {
    if (!left.isEmpty()) {
      throw new MalformedLineException("What a key of the line means is not known here");
    }
  }

  private static MalformedLineException wrong(String key, String what) {
    return new MalformedLineException("\"" + key + "\" is to be " + what);
  }
}

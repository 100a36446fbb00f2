package dev.dibs.protocol.lines;

import java.util.Collection;

/** Writes one line of flat JSON; a line is begun, given its members, and ended. */
final class JsonWriter {

  private static final String HEXADECIMAL = "0123456789abcdef";

  private final StringBuilder line = new StringBuilder(96).append('{');

  JsonWriter with(String key, long number) {
    key(key).append(number);
    return this;
  }

  JsonWriter with(String key, boolean flag) {
    key(key).append(flag);
    return this;
  }

  JsonWriter with(String key, String text) {
    quote(key(key), text);
    return this;
  }

  /** A number that is written already. */
  JsonWriter withNumber(String key, String number) {
    key(key).append(number);
    return this;
  }

  JsonWriter with(String key, Collection<String> texts) {
    key(key).append('[');
    String separator = "";
    for (String text : texts) {
      quote(line.append(separator), text);
      separator = ",";
    }
    line.append(']');
    return this;
  }

  /** The line with its newline. */
  String line() {
    return line.append("}\n").toString();
  }

  private StringBuilder key(String key) {
    return line.append(line.length() > 1 ? ",\"" : "\"").append(key).append("\":");
  }

  private static void quote(StringBuilder into, String text) {
    into.append('"');
    for (int at = 0; at < text.length(); at++) {
      append(into, text.charAt(at));
    }
    into.append('"');
  }

  /** DEL, too, so that no line does anything to a terminal. */
  private static void append(StringBuilder into, char next) {
    if (next == '"' || next == '\\') {
      into.append('\\').append(next);
    } else if (next < ' ' || next == 0x7f) {
      into.append("\\u00")
          .append(HEXADECIMAL.charAt(next >> 4))
          .append(HEXADECIMAL.charAt(next & 15));
    } else {
      into.append(next);
    }
  }
}

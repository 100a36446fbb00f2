package dev.dibs.systemtests;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON as a map from pointers ({@code /runs/0/pid}) to the texts of the scalars there. */
final class Json {
  private Json() {}

  /**
   * Reads one document.
   *
   * @throws UncheckedIOException if it is not well-formed
   */
  static Map<String, String> scalars(String document) {
    Map<String, String> scalars = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()) {
          scalars.put(parser.getParsingContext().pathAsPointer().toString(), parser.getText());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(document, e);
    }
    return scalars;
  }
}

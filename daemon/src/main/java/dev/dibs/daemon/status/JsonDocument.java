package dev.dibs.daemon.status;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** A JSON text for programs: one object, that begins with the version of its form. */
public final class JsonDocument {

  /** Writes fields of a document. */
  public interface Part {
    /** Into an object that is open. */
    void write(JsonGenerator json) throws IOException;
  }

  private JsonDocument() {}

  /**
   * One document, and a newline.
   *
   * @param version raised when a field goes or changes its meaning, not when one is added
   * @param inLine whether it is to be one line
   */
  public static String render(int version, boolean inLine, Part fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      if (!inLine) {
        json.useDefaultPrettyPrinter();
      }
      json.writeStartObject();
      json.writeNumberField("version", version);
      fields.write(json);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text + "\n";
  }
}

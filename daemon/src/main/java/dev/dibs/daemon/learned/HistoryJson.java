package dev.dibs.daemon.learned;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.History;
import dev.dibs.core.history.JobRecord;
import dev.dibs.daemon.status.JsonDocument;
import java.io.IOException;
import java.util.Locale;

/** {@code dibs history --json}: the stable form, described in docs/history.md. */
public final class HistoryJson {

  /** Raised when a field goes or changes its meaning, not when one is added. */
  private static final int VERSION = 1;

  private HistoryJson() {}

  /**
   * One document.
   *
   * @param inLine whether it is to be one line
   */
  public static String render(HistoryView view, boolean inLine) {
    return JsonDocument.render(VERSION, inLine, json -> write(json, view));
  }

  private static void write(JsonGenerator json, HistoryView view) throws IOException {
    json.writeArrayFieldStart("jobs");
    for (HistoryView.Job job : view.jobs()) {
      job(json, job);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("classes");
    for (History.ClassEstimate one : view.classes()) {
      ofClass(json, one);
    }
    json.writeEndArray();
  }

  private static void job(JsonGenerator json, HistoryView.Job job) throws IOException {
    JobRecord known = job.known();
    json.writeStartObject();
    json.writeStringField("tool", known.key().tool());
    json.writeStringField("kind", known.key().kind());
    json.writeStringField("target", known.key().target());
    json.writeNumberField("seen", known.seen());
    json.writeArrayFieldStart("last");
    for (JobRecord.Measure measure : known.last()) {
      json.writeStartObject();
      json.writeNumberField("peak_mib", measure.mib());
      json.writeNumberField("duration_ms", measure.ms());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("at_least_mib", known.floorMib());
    estimate(json, job.estimate());
    json.writeEndObject();
  }

  private static void ofClass(JsonGenerator json, History.ClassEstimate one) throws IOException {
    json.writeStartObject();
    json.writeStringField("tool", one.jobClass().tool());
    json.writeStringField("kind", one.jobClass().kind());
    json.writeNumberField("jobs", one.jobs());
    estimate(json, one.estimate());
    json.writeEndObject();
  }

  private static void estimate(JsonGenerator json, Estimate estimate) throws IOException {
    json.writeNumberField("expected_mib", estimate.mib());
    json.writeNumberField("expected_ms", estimate.durationMs());
    json.writeStringField("basis", estimate.basis().name().toLowerCase(Locale.ROOT));
  }
}

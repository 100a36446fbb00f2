package dev.dibs.daemon.status;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code dibs status --json}: the stable form, described in docs/status.md. */
public final class StatusJson {

  /** Raised when a field goes or changes its meaning, not when one is added. */
  private static final int VERSION = 1;

  private StatusJson() {}

  /**
   * One document.
   *
   * @param locks writes who holds locks and who waits
   * @param inLine whether it is to be one line
   */
  public static String render(StatusSnapshot snapshot, JsonDocument.Part locks, boolean inLine) {
    return JsonDocument.render(VERSION, inLine, json -> write(json, snapshot, locks));
  }

  private static void write(JsonGenerator json, StatusSnapshot snapshot, JsonDocument.Part locks)
      throws IOException {
    daemon(json, snapshot.daemon());
    pools(json, snapshot);
    memory(json, snapshot.memory());
    json.writeArrayFieldStart("claims");
    for (StatusSnapshot.Claim claim : snapshot.claims()) {
      claim(json, claim, snapshot.mib(claim));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("once");
    for (SharedWork work : snapshot.once()) {
      once(json, work);
    }
    json.writeEndArray();
    locks.write(json);
  }

  private static void daemon(JsonGenerator json, StatusSnapshot.Daemon daemon) throws IOException {
    json.writeObjectFieldStart("daemon");
    json.writeNumberField("pid", daemon.pid());
    json.writeStringField("version", daemon.version());
    json.writeStringField("directory", daemon.directory());
    json.writeNumberField("age_ms", daemon.ageMs());
    text(json, "files", daemon.files());
    text(json, "files_missing", daemon.filesMissing());
    json.writeEndObject();
  }

  private static void pools(JsonGenerator json, StatusSnapshot snapshot) throws IOException {
    json.writeArrayFieldStart("pools");
    for (StatusSnapshot.Pool pool : snapshot.pools()) {
      pool(json, pool, snapshot.waiting(pool));
    }
    json.writeEndArray();
  }

  private static void pool(JsonGenerator json, StatusSnapshot.Pool pool, long waiting)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", pool.name());
    json.writeNumberField("size", pool.size());
    json.writeNumberField("used", pool.used());
    json.writeNumberField("owed", pool.owed());
    json.writeNumberField("waiting", waiting);
    json.writeArrayFieldStart("reasons");
    for (String reason : pool.reasons()) {
      json.writeString(reason);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void memory(JsonGenerator json, StatusSnapshot.@Nullable Memory memory)
      throws IOException {
    if (memory == null) {
      json.writeNullField("memory");
      return;
    }
    json.writeObjectFieldStart("memory");
    StatusSnapshot.Budget budget = memory.budget();
    number(json, "budget_mib", budget == null ? null : budget.budgetMib());
    number(json, "room_mib", budget == null ? null : budget.roomMib());
    text(json, "bound", budget == null ? null : budget.bound());
    json.writeNumberField("claimed_mib", memory.claimedMib());
    number(json, "full_permille", memory.fullPermille() < 0 ? null : memory.fullPermille());
    json.writeArrayFieldStart("burners");
    for (StatusSnapshot.Burner burner : memory.burners()) {
      json.writeStartObject();
      json.writeNumberField("pid", burner.pid());
      json.writeStringField("name", burner.name());
      json.writeNumberField("cpus", burner.cpus());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void claim(JsonGenerator json, StatusSnapshot.Claim claim, @Nullable Integer mib)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", claim.id());
    json.writeStringField("pool", claim.pool());
    json.writeStringField("type", claim.run() ? "run" : "job");
    json.writeStringField("state", claim.state().name().toLowerCase(Locale.ROOT));
    text(json, "within", claim.within());
    text(json, "name", claim.name());
    text(json, "kind", claim.kind());
    text(json, "target", claim.target());
    json.writeNumberField("pid", claim.pid());
    json.writeStringField("command", claim.command());
    json.writeStringField("directory", claim.directory());
    json.writeNumberField("age_ms", claim.ageMs());
    json.writeNumberField("slots", claim.slots());
    json.writeNumberField("ready", claim.ready());
    number(json, "memory_mib", mib);
    json.writeBooleanField("covered", claim.covered());
    json.writeNumberField("weight", claim.weight());
    cap(json, claim.cap());
    json.writeStringField("connection", claim.connection());
    cpus(json, claim);
    json.writeBooleanField("background", claim.background());
    foreign(json, claim);
    tokens(json, claim);
    json.writeEndObject();
  }

  private static void cap(JsonGenerator json, int cap) throws IOException {
    if (cap == Integer.MAX_VALUE) {
      json.writeNullField("cap");
    } else {
      json.writeNumberField("cap", cap);
    }
  }

  private static void cpus(JsonGenerator json, StatusSnapshot.Claim claim) throws IOException {
    json.writeArrayFieldStart("cpus");
    for (int cpu : claim.cpus()) {
      json.writeNumber(cpu);
    }
    json.writeEndArray();
  }

  private static void foreign(JsonGenerator json, StatusSnapshot.Claim claim) throws IOException {
    json.writeArrayFieldStart("foreign_jobservers");
    for (StatusSnapshot.Foreign foreign : claim.foreign()) {
      json.writeStartObject();
      json.writeNumberField("pid", foreign.pid());
      json.writeStringField("command", foreign.command());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void tokens(JsonGenerator json, StatusSnapshot.Claim claim) throws IOException {
    json.writeArrayFieldStart("tokens");
    for (StatusSnapshot.Holding holding : claim.tokens()) {
      json.writeStartObject();
      json.writeNumberField("pid", holding.pid());
      json.writeStringField("command", holding.command());
      json.writeNumberField("tokens", holding.tokens());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void once(JsonGenerator json, SharedWork work) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", work.id());
    json.writeStringField("key", work.key());
    json.writeStringField("state", work.state());
    json.writeNumberField("pid", work.pid());
    json.writeStringField("command", work.command());
    json.writeStringField("directory", work.directory());
    json.writeNumberField("age_ms", work.ageMs());
    json.writeNumberField("waiting", work.waiters().size());
    json.writeArrayFieldStart("waiters");
    for (SharedWork.Waiter waiter : work.listed()) {
      json.writeStartObject();
      json.writeNumberField("pid", waiter.pid());
      json.writeNumberField("age_ms", waiter.ageMs());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, @Nullable Integer value)
      throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }
}

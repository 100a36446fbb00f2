package dev.dibs.daemon;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.locks.LockFacts;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.locks.People;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.status.Ages;
import dev.dibs.daemon.status.JsonDocument;
import dev.dibs.daemon.status.TextTable;
import dev.dibs.protocol.Printable;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code dibs lock --list}: who holds locks, and who waits (docs/locks.md). */
final class LockList {

  /** Raised when a field goes or changes its meaning, not when one is added. */
  private static final int VERSION = 1;

  private static final int NAMED_MAX = 3;
  private static final int NAME_CHARACTERS_MAX = 80;
  private static final int SUMMED_MAX = 4;

  private final LockService locks;
  private final People people;
  private final EventLoop loop;

  LockList(LockService locks, People people, EventLoop loop) {
    this.locks = locks;
    this.people = people;
    this.loop = loop;
  }

  String render(Request.Form form) {
    return switch (form) {
      case TEXT -> text();
      case JSON -> json(false);
      case JSON_LINE -> json(true);
    };
  }

  private String text() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("LOCK", "", "SINCE", "FENCE", "PID", "DIRECTORY", "COMMAND"));
    for (LockFacts claim : locks.facts()) {
      rows.add(row(claim));
    }
    if (rows.size() == 1) {
      return "Nobody holds a lock.\n";
    }
    StringBuilder text = new StringBuilder();
    new TextTable(rows).appendTo(text);
    return text.toString();
  }

  private List<String> row(LockFacts claim) {
    People.Person person = person(claim);
    return List.of(
        claim.held() || claim.waitsFor() == null ? names(claim) : quoted(claim.waitsFor()),
        state(claim),
        Ages.of(ageMs(claim)),
        claim.held() ? Long.toString(claim.fence()) : "-",
        Integer.toString(person.pid()),
        Printable.of(person.directory()),
        Printable.of(person.command()));
  }

  private static String state(LockFacts claim) {
    if (!claim.held()) {
      return "waits";
    }
    return claim.names().containsValue(LockMode.EXCLUSIVE) ? "held" : "shared";
  }

  private static String names(LockFacts claim) {
    String some =
        claim.names().keySet().stream()
            .limit(NAMED_MAX)
            .map(LockList::quoted)
            .collect(Collectors.joining(" "));
    int more = claim.names().size() - NAMED_MAX;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private static String quoted(String name) {
    return Printable.of(name, NAME_CHARACTERS_MAX);
  }

  /** Of one whose process ended the first of those that hold on. */
  private People.Person person(LockFacts claim) {
    int[] left = claim.rootEnded() ? claim.holder().processes() : new int[0];
    return people.of(left.length == 0 ? claim.holder().pid() : left[0]);
  }

  private long ageMs(LockFacts claim) {
    long nowMs = claim.held() ? Instant.now().toEpochMilli() : loop.nowMs();
    return Math.max(0, nowMs - claim.since());
  }

  private String json(boolean inLine) {
    return JsonDocument.render(VERSION, inLine, this::write);
  }

  /** The field {@code locks}: all who hold or wait. */
  void write(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("locks");
    for (LockFacts claim : locks.facts()) {
      claim(json, claim);
    }
    json.writeEndArray();
  }

  private void claim(JsonGenerator json, LockFacts claim) throws IOException {
    People.Person person = person(claim);
    json.writeStartObject();
    json.writeStringField("id", ClaimIds.name(claim.claim()));
    json.writeStringField("state", claim.held() ? "held" : "waiting");
    json.writeObjectFieldStart("names");
    for (var name : claim.names().entrySet()) {
      json.writeStringField(name.getKey(), name.getValue().name().toLowerCase(Locale.ROOT));
    }
    json.writeEndObject();
    json.writeStringField("holder", claim.holder().kind().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("pid", person.pid());
    json.writeStringField("command", person.command());
    json.writeStringField("directory", person.directory());
    json.writeNumberField("age_ms", ageMs(claim));
    json.writeBooleanField("leftover", claim.rootEnded());
    if (claim.held()) {
      json.writeNumberField("fence", claim.fence());
    } else {
      json.writeStringField("waits_for", claim.waitsFor() == null ? "" : claim.waitsFor());
      json.writeArrayFieldStart("blocked_by");
      for (long blocker : claim.blockers()) {
        json.writeString(ClaimIds.name(blocker));
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  /** Who holds locks, in half a line; empty if nobody does. */
  String summary() {
    List<LockFacts> held = locks.facts().stream().filter(LockFacts::held).toList();
    String some =
        held.stream()
            .limit(SUMMED_MAX)
            .map(
                claim ->
                    names(claim)
                        + " by pid "
                        + person(claim).pid()
                        + " ("
                        + Printable.of(person(claim).command(), NAME_CHARACTERS_MAX)
                        + ")")
            .collect(Collectors.joining(", "));
    int more = held.size() - SUMMED_MAX;
    return more > 0 ? some + " and " + more + " more" : some;
  }
}

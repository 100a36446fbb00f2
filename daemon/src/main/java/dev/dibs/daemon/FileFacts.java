package dev.dibs.daemon;

import dev.dibs.daemon.files.Facts;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.status.StatusSnapshot;
import dev.dibs.host.OsException;
import dev.dibs.protocol.Printable;
import dev.dibs.protocol.Request;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the files for reading tell of pools and runs. For the loop's thread only. */
final class FileFacts implements Facts {

  private static final String HOME = System.getProperty("user.home", "");
  private static final long SECOND_MS = 1_000;

  private final Broker broker;
  private final Pools pools;
  private final StatusReport report;
  private final EventLoop loop;

  FileFacts(Broker broker, Pools pools, StatusReport report, EventLoop loop) {
    this.broker = broker;
    this.pools = pools;
    this.report = report;
    this.loop = loop;
  }

  @Override
  public String status(Request.Form form) {
    try {
      return report.render(form, HOME);
    } catch (OsException failure) {
      return "not known: " + Printable.of(String.valueOf(failure.getMessage())) + "\n";
    }
  }

  @Override
  public Collection<String> pools() {
    return pools.all().stream().map(Pool::name).toList();
  }

  @Override
  public @Nullable Map<String, String> pool(String name) {
    for (Pool pool : pools.all()) {
      if (pool.name().equals(name)) {
        return facts(pool);
      }
    }
    return null;
  }

  private Map<String, String> facts(Pool pool) {
    long waiting =
        broker.claimants().stream()
            .filter(claimant -> claimant.pool() == pool)
            .filter(claimant -> StatusReport.state(claimant) == StatusSnapshot.State.WAITING)
            .count();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("size", Integer.toString(pool.size()));
    facts.put("used", Integer.toString(pool.view().held()));
    facts.put("waiting", Long.toString(waiting));
    return facts;
  }

  @Override
  public Map<String, Long> runs() {
    Map<String, Long> runs = new LinkedHashMap<>();
    for (Claimant claimant : broker.claimants()) {
      if (claimant.isRun()) {
        runs.put(claimant.name(), claimant.id());
      }
    }
    return runs;
  }

  @Override
  public @Nullable Map<String, String> run(long claim) {
    Claimant claimant = broker.claimant(claim);
    return claimant != null && claimant.isRun() ? facts(claimant) : null;
  }

  private Map<String, String> facts(Claimant run) {
    ProcessLabel label = ProcessLabel.of(run);
    String name = run.request().name();
    long ageMs = loop.nowMs() - run.sinceMs();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("pid", Integer.toString(label.pid()));
    facts.put("command", Printable.of(label.command()));
    facts.put("directory", Printable.of(label.directory()));
    facts.put("name", name == null ? "" : Printable.of(name));
    facts.put("state", StatusReport.state(run).name().toLowerCase(Locale.ROOT));
    facts.put("slots", Integer.toString(run.slots()));
    facts.put("weight", Integer.toString(run.request().weight()));
    facts.put("since", Long.toString(Instant.now().toEpochMilli() / SECOND_MS - ageMs / SECOND_MS));
    return facts;
  }
}

package dev.dibs.daemon.status;

import dev.dibs.protocol.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code dibs status} for people. */
public final class StatusText {

  private static final int COMMAND_CHARACTERS_MAX = 200;
  private static final int KEY_CHARACTERS_MAX = 60;
  private static final int WAITERS_NAMED_MAX = 3;
  private static final int MEMORY_COLUMN = 3;

  private final StatusSnapshot snapshot;
  private final String home;

  /**
   * @param home the reader's home folder, shown as {@code ~}
   */
  public StatusText(StatusSnapshot snapshot, String home) {
    this.snapshot = snapshot;
    this.home = home;
  }

  /** The whole text. */
  public String render() {
    StringBuilder text = new StringBuilder();
    snapshot.pools().forEach(pool -> pool(text, pool));
    StatusSnapshot.Memory memory = snapshot.memory();
    if (memory != null) {
      memory(text, memory);
    }
    if (snapshot.claims().isEmpty() && snapshot.once().isEmpty()) {
      text.append("Nothing runs.\n");
    }
    if (!snapshot.claims().isEmpty()) {
      table(text);
      snapshot.claims().forEach(claim -> foreign(text, claim));
    }
    if (!snapshot.once().isEmpty()) {
      once(text);
    }
    return text.toString();
  }

  private void pool(StringBuilder text, StatusSnapshot.Pool pool) {
    text.append("Pool %s: %d of %d slots in use".formatted(pool.name(), pool.used(), pool.size()));
    if (pool.owed() > 0) {
      text.append(", %d of them owed".formatted(pool.owed()));
    }
    text.append(
        ", %d waiting (%s)\n".formatted(snapshot.waiting(pool), String.join("; ", pool.reasons())));
  }

  private static void memory(StringBuilder text, StatusSnapshot.Memory memory) {
    StatusSnapshot.Budget budget = memory.budget();
    String claimed = Sizes.ofMib(memory.claimedMib());
    if (budget == null) {
      text.append(
          "Memory: %s in use by builds (how much there is, nobody knows)".formatted(claimed));
    } else {
      int used = budget.budgetMib() - budget.roomMib();
      text.append(
          "Memory: %s of %s in use, %s of it by builds (%s)"
              .formatted(
                  Sizes.ofMib(used),
                  Sizes.ofMib(budget.budgetMib()),
                  claimed,
                  Printable.of(budget.bound())));
    }
    if (memory.fullPermille() > 0) {
      text.append(", too little in %.1f %% of the time".formatted(memory.fullPermille() / 10.0));
    }
    text.append('\n');
    for (StatusSnapshot.Burner burner : memory.burners()) {
      text.append(
          "! pid %d (%s) keeps %.1f CPUs busy outside of the pool.\n"
              .formatted(burner.pid(), Printable.of(burner.name()), burner.cpus()));
    }
  }

  private void table(StringBuilder text) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        columns(
            "ID", "STATE", "SLOTS", "MEMORY", "AGE", "PID", "CONNECTED", "DIRECTORY", "COMMAND"));
    snapshot.claims().forEach(claim -> rows.add(row(claim)));
    new TextTable(rows).appendTo(text);
  }

  private List<String> row(StatusSnapshot.Claim claim) {
    Integer mib = snapshot.mib(claim);
    return columns(
        (claim.within() == null ? "" : "- ") + claim.id(),
        claim.state().name().toLowerCase(java.util.Locale.ROOT),
        slots(claim),
        mib == null ? "" : Sizes.ofMib(mib),
        Ages.of(claim.ageMs()),
        Integer.toString(claim.pid()),
        connection(claim),
        Printable.of(tilde(claim.directory())),
        Printable.of(label(claim), COMMAND_CHARACTERS_MAX));
  }

  /** Without that of memory as long as nobody has looked at it. */
  private List<String> columns(String... cells) {
    List<String> row = new ArrayList<>(List.of(cells));
    if (snapshot.memory() == null) {
      row.remove(MEMORY_COLUMN);
    }
    return row;
  }

  private String slots(StatusSnapshot.Claim claim) {
    if (claim.covered()) {
      return claim.slots() == 0 ? "covered" : "covered +" + claim.slots();
    }
    String cap = claim.cap() == Integer.MAX_VALUE ? "" : " of " + claim.cap();
    String ready = claim.ready() == 0 ? "" : " +" + claim.ready() + " ready";
    String pool = snapshot.isOfCpu(claim) ? "" : " " + claim.pool();
    return claim.slots() + cap + ready + pool;
  }

  private static String connection(StatusSnapshot.Claim claim) {
    String cpus =
        claim.cpus().isEmpty() ? claim.connection() : "CPU " + NumberRanges.of(claim.cpus());
    return cpus + (claim.background() ? ", background" : "");
  }

  private static String label(StatusSnapshot.Claim claim) {
    StringBuilder label = new StringBuilder();
    if (claim.name() != null) {
      label.append(claim.name()).append(": ");
    }
    label.append(claim.command());
    if (claim.kind() != null || claim.target() != null) {
      label.append(" [");
      label.append(claim.kind() == null ? "" : claim.kind());
      label.append(claim.target() == null ? "" : " " + claim.target());
      label.append("]");
    }
    return label.toString();
  }

  private void foreign(StringBuilder text, StatusSnapshot.Claim claim) {
    for (StatusSnapshot.Foreign foreign : claim.foreign()) {
      text.append(
          "! %s: pid %d (%s) opened a jobserver of its own, outside the pool: it was given -j past the shims.\n"
              .formatted(
                  claim.id(),
                  foreign.pid(),
                  Printable.of(foreign.command(), COMMAND_CHARACTERS_MAX)));
    }
  }

  private void once(StringBuilder text) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("ONCE", "STATE", "WAITING", "AGE", "PID", "DIRECTORY", "COMMAND"));
    snapshot.once().forEach(work -> rows.add(row(work)));
    new TextTable(rows).appendTo(text);
  }

  private List<String> row(SharedWork work) {
    return List.of(
        Printable.of(work.key(), KEY_CHARACTERS_MAX),
        work.state(),
        waiting(work),
        Ages.of(work.ageMs()),
        Integer.toString(work.pid()),
        tilde(work.directory()),
        work.command());
  }

  /** How many, and the first of them. */
  private static String waiting(SharedWork work) {
    if (work.waiters().isEmpty()) {
      return "0";
    }
    int more = work.waiters().size() - WAITERS_NAMED_MAX;
    return work.waiters().size()
        + " (pid "
        + work.waiters().stream()
            .limit(WAITERS_NAMED_MAX)
            .map(waiter -> Integer.toString(waiter.pid()))
            .collect(Collectors.joining(" "))
        + (more > 0 ? " ...)" : ")");
  }

  private String tilde(String directory) {
    return Homes.shorten(directory, home);
  }
}

package dev.dibs.daemon;

import dev.dibs.core.PoolView;
import dev.dibs.core.history.CompilerCall;
import dev.dibs.daemon.files.Mount;
import dev.dibs.daemon.files.RunTokens;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.memory.Look;
import dev.dibs.daemon.memory.Room;
import dev.dibs.daemon.memory.Use;
import dev.dibs.daemon.once.OnceFacts;
import dev.dibs.daemon.status.JsonDocument;
import dev.dibs.daemon.status.SharedWork;
import dev.dibs.daemon.status.StatusJson;
import dev.dibs.daemon.status.StatusSnapshot;
import dev.dibs.daemon.status.StatusText;
import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.host.OsException;
import dev.dibs.host.ProcessStat;
import dev.dibs.host.Self;
import dev.dibs.protocol.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code dibs status} says: the core's view, joined with what the operating system knows of
 * the processes.
 */
final class StatusReport {

  private final Broker broker;
  private final Pools pools;
  private final Placement placement;
  private final OnceCommands once;
  private final Memory memory;
  private final Mount mount;
  private final Layout layout;
  private final JsonDocument.Part locks;
  private final EventLoop loop;
  private final long startedMs;

  StatusReport(
      Broker broker,
      Pools pools,
      Placement placement,
      OnceCommands once,
      Memory memory,
      Mount mount,
      Layout layout,
      JsonDocument.Part locks,
      EventLoop loop) {
    this.broker = broker;
    this.pools = pools;
    this.placement = placement;
    this.once = once;
    this.memory = memory;
    this.mount = mount;
    this.layout = layout;
    this.locks = locks;
    this.loop = loop;
    this.startedMs = loop.nowMs();
  }

  /**
   * The state now; for programs as docs/status.md has it.
   *
   * @param home the reader's home folder
   */
  String render(Request.Form form, String home) throws OsException {
    return switch (form) {
      case TEXT -> new StatusText(snapshot(), home).render();
      case JSON -> StatusJson.render(snapshot(), locks, false);
      case JSON_LINE -> StatusJson.render(snapshot(), locks, true);
    };
  }

  private StatusSnapshot snapshot() throws OsException {
    List<StatusSnapshot.Pool> sizes = new ArrayList<>();
    List<StatusSnapshot.Claim> claims = new ArrayList<>();
    RunProcesses processes = RunProcesses.now();
    for (Pool pool : pools.all()) {
      PoolView view = pool.view();
      sizes.add(
          new StatusSnapshot.Pool(
              pool.name(), view.size(), view.held(), view.owed(), pool.sizeReasons()));
      addClaims(claims, view, processes);
    }
    return new StatusSnapshot(
        new StatusSnapshot.Daemon(
            Self.pid(),
            Version.TEXT,
            layout.directory().toString(),
            loop.nowMs() - startedMs,
            mount.isServed() ? mount.point().toString() : null,
            mount.missing().orElse(null)),
        sizes,
        claims,
        once.facts().stream().map(this::shared).toList(),
        memory.last().map(this::memory).orElse(null));
  }

  private SharedWork shared(OnceFacts work) {
    long ageMs =
        work.state() == OnceFacts.State.STARTING
            ? 0
            : Math.max(0, Instant.now().toEpochMilli() - work.sinceEpochMs());
    return new SharedWork(
        work.name(),
        work.task().key(),
        work.state().name().toLowerCase(Locale.ROOT),
        work.pid(),
        work.task().command(),
        work.task().directory(),
        ageMs,
        work.waiters().stream()
            .map(waiter -> new SharedWork.Waiter(waiter.pid(), loop.nowMs() - waiter.sinceMs()))
            .toList());
  }

  private StatusSnapshot.Memory memory(Look look) {
    Map<String, Integer> mib = new HashMap<>();
    for (Use use : look.uses()) {
      Claimant claimant = broker.claimant(use.claim());
      if (claimant != null) {
        mib.put(claimant.name(), use.mib());
      }
    }
    Room room = look.room().orElse(null);
    return new StatusSnapshot.Memory(
        room == null
            ? null
            : new StatusSnapshot.Budget(room.budgetMib(), room.roomMib(), room.bound()),
        look.claimedMib(),
        look.fullPermille(),
        mib,
        look.burners().stream()
            .map(b -> new StatusSnapshot.Burner(b.pid(), b.name(), b.cpus()))
            .toList());
  }

  private void addClaims(List<StatusSnapshot.Claim> claims, PoolView view, RunProcesses processes) {
    for (PoolView.PartyView party : view.parties()) {
      Claimant claimant = broker.claimant(party.id());
      if (claimant != null) {
        List<ProcessStat> own = own(claimant, processes);
        ProcessLabel label = ProcessLabel.of(claimant, own);
        claims.add(party(party, claimant, label, foreign(claimant, own)));
      }
      view.members().stream()
          .filter(member -> member.party() == party.id())
          .forEach(member -> addMember(claims, member, view));
    }
  }

  private void addMember(
      List<StatusSnapshot.Claim> claims, PoolView.MemberView member, PoolView view) {
    Claimant claimant = broker.claimant(member.id());
    if (claimant == null) {
      return; // one slot of a connection, which has a line of its own
    }
    boolean covered = member.covered();
    int slots = member.own();
    if (claimant.holder() instanceof PoolSlots connection) {
      Set<Long> ids = connection.heldClaims();
      List<PoolView.MemberView> held =
          view.members().stream().filter(m -> ids.contains(m.id())).toList();
      slots = held.stream().mapToInt(PoolView.MemberView::own).sum();
      covered = slots == 0 && !held.isEmpty();
    }
    ProcessLabel label = ProcessLabel.of(claimant);
    claims.add(claim(claimant, label, slots, 0, covered, Integer.MAX_VALUE, List.of()));
  }

  private StatusSnapshot.Claim party(
      PoolView.PartyView party,
      Claimant claimant,
      ProcessLabel label,
      List<StatusSnapshot.Foreign> foreign) {
    int slots =
        claimant.isRun() ? party.implicit() + party.issued() - party.unread() : party.leased();
    int cap =
        party.terms().cap() > claimant.pool().size() ? Integer.MAX_VALUE : party.terms().cap();
    return claim(claimant, label, slots, party.unread(), false, cap, foreign);
  }

  private StatusSnapshot.Claim claim(
      Claimant claimant,
      ProcessLabel label,
      int slots,
      int ready,
      boolean covered,
      int cap,
      List<StatusSnapshot.Foreign> foreign) {
    Work work = Work.of(claimant);
    return new StatusSnapshot.Claim(
        claimant.name(),
        claimant.isRun(),
        state(claimant),
        claimant.run() == null ? null : claimant.run().name(),
        claimant.request().name(),
        work.kind,
        work.target,
        label.pid(),
        label.command(),
        label.directory(),
        loop.nowMs() - claimant.sinceMs(),
        slots,
        ready,
        covered,
        claimant.request().weight(),
        cap,
        connection(claimant),
        placement.cpus(claimant),
        claimant.request().machine().background(),
        foreign,
        tokens(claimant),
        claimant.pool().name());
  }

  /** What a job says of its work; of a compiler that says nothing, what its command line does. */
  private record Work(@Nullable String kind, @Nullable String target) {
    private static Work of(Claimant claimant) {
      Work said = new Work(claimant.request().jobKind(), claimant.request().target());
      if (claimant.isRun() || said.kind != null || said.target != null) {
        return said;
      }
      List<String> command = LauncherLine.command(ProcessLabel.commandLine(claimant.pid()));
      return CompilerCall.of(command).map(key -> new Work(key.kind(), key.target())).orElse(said);
    }
  }

  static StatusSnapshot.State state(Claimant claimant) {
    if (claimant.holder() instanceof PoolSlots slots && slots.isWaiting()) {
      return StatusSnapshot.State.WAITING;
    }
    return switch (claimant.phase()) {
      case WAITING -> StatusSnapshot.State.WAITING;
      case HOLDING -> StatusSnapshot.State.RUNNING;
      case LEFTOVER -> StatusSnapshot.State.LEFTOVER;
    };
  }

  private static List<StatusSnapshot.Holding> tokens(Claimant claimant) {
    RunEndpoint endpoint = claimant.endpoint();
    Optional<RunTokens> exact = endpoint == null ? Optional.empty() : endpoint.exact();
    return exact.map(RunTokens::shares).orElse(List.of()).stream()
        .map(
            share ->
                new StatusSnapshot.Holding(
                    share.pid(),
                    String.join(" ", ProcessLabel.commandLine(share.pid())),
                    share.held()))
        .toList();
  }

  private static String connection(Claimant claimant) {
    if (claimant.holder() instanceof PoolSlots slots) {
      return slots.transport();
    }
    if (claimant.holder() instanceof FileHolder) {
      return "file";
    }
    Toolbox.Equipment equipment = claimant.equipment();
    if (claimant.request().machine().sized()) {
      return "slots";
    }
    if (claimant.request().width()) {
      return "width";
    }
    if (equipment == null || claimant.request().cap() == 1) {
      return "none";
    }
    return switch (equipment.style()) {
      case DESCRIPTORS -> "descriptors";
      case FIFO -> "fifo";
    };
  }

  /** The processes of a run that runs. */
  private static List<ProcessStat> own(Claimant claimant, RunProcesses processes) {
    return claimant.isRun() && claimant.phase() != Claimant.Phase.WAITING
        ? processes.of(claimant)
        : List.of();
  }

  private static List<StatusSnapshot.Foreign> foreign(Claimant claimant, List<ProcessStat> own) {
    Optional<String> fifo = Optional.ofNullable(claimant.endpoint()).map(RunEndpoint::jobserver);
    return own.isEmpty() ? List.of() : new ForeignJobservers(own, fifo).find();
  }
}

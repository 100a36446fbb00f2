package dev.dibs.daemon;

import dev.dibs.core.Event;
import dev.dibs.core.PoolView;
import dev.dibs.daemon.learned.PeakListener;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.memory.Burner;
import dev.dibs.daemon.memory.IdleSlots;
import dev.dibs.daemon.memory.Look;
import dev.dibs.daemon.memory.Places;
import dev.dibs.daemon.memory.Rescuer;
import dev.dibs.daemon.memory.Rescues;
import dev.dibs.daemon.memory.Watch;
import dev.dibs.daemon.memory.WatchSettings;
import dev.dibs.daemon.memory.Watched;
import dev.dibs.host.OsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Between those who watch what claims use and the claims: tells the pool of memory, carries out
 * whom it kills, lends what lies idle, and counts what works outside of it. For the loop's thread
 * only.
 */
final class Memory implements AutoCloseable {

  private final Broker broker;
  private final Pools pools;
  private final EventLoop loop;
  private final Log log;
  private final Watch watch;
  private final Rescuer rescuer;
  private final boolean ignored;
  private final Places places;

  /** When somebody began where nobody had looked; what looks that began before say is too much. */
  private long enteredMs = Long.MIN_VALUE;

  private final IdleSlots idle;

  /**
   * @param settings with {@value DaemonOptions#MEMORY_IGNORED} MiB declared nobody looks
   */
  Memory(
      Broker broker,
      Pools pools,
      PeakListener listener,
      WatchSettings settings,
      EventLoop loop,
      Log log) {
    this.broker = broker;
    this.pools = pools;
    this.loop = loop;
    this.log = log;
    ignored = settings.declaredMib().equals(OptionalInt.of(DaemonOptions.MEMORY_IGNORED));
    places = new Places(settings.declaredMib());
    watch = new Watch(new World(), listener, settings, loop, log);
    idle = new IdleSlots(new CpuSlots(), settings.lendAfter());
    rescuer = new Rescuer(watch, this::claims, this::rescued, loop, log);
    broker.whenRescued(rescuer::rescue);
  }

  /** Why jobs were killed. */
  Rescues rescues() {
    return rescuer;
  }

  /** What was seen last, while anybody holds anything. */
  Optional<Look> last() {
    return broker.claimants().isEmpty() ? Optional.empty() : watch.last();
  }

  /** A claim was granted, or taken over. */
  void granted(Claimant claimant) {
    if (ignored) {
      return;
    }
    rescuer.granted(claimant.id());
    watch.granted();
    if (claimant.run() == null) {
      loop.after(0, () -> lookAtPlace(claimant)); // its holder hears first
    }
  }

  /**
   * Before a claim elsewhere is decided on, what bounds it is known, for the next one may come at
   * once. Where we are ourselves that can wait until its holder has heard.
   */
  void asked(Claimant claimant) {
    int pid = claimant.pid();
    if (!ignored && claimant.run() == null && places.isElsewhere(pid) && places.isNew(pid)) {
      tellBounds(pid);
    }
  }

  private void lookAtPlace(Claimant outermost) {
    if (outermost.phase() != Claimant.Phase.HOLDING) {
      return;
    }
    int pid = outermost.pid();
    // What our own cgroups leave sets the pace of looks, so that a job there is seen soon enough.
    boolean unseen = places.isNew(pid) && (outermost.isRun() || places.isElsewhere(pid));
    places.enter(outermost.id(), pid);
    if (unseen) {
      tellBounds(pid);
      watch.grantedElsewhere();
    }
  }

  /** A look takes longer than a make needs to start two compilers. */
  private void tellBounds(int newcomer) {
    enteredMs = loop.nowMs();
    try {
      long usedMib = watch.last().map(Look::claimedMib).orElse(0L);
      int fullPermille = watch.last().map(Look::fullPermille).orElse(0);
      places
          .room(usedMib, newcomer)
          .ifPresent(room -> tell(room.roomMib(), fullPermille, List.of()));
    } catch (OsException failure) {
      log.warn("What bounds a claim is not known: " + failure);
    }
  }

  void ended(Claimant claimant) {
    places.leave(claimant.id());
    if (claimant.phase() != Claimant.Phase.WAITING) {
      rescuer.ended(claimant.id(), claimant.pid());
      watch.ended(claimant.id(), loop.nowMs() - claimant.sinceMs(), claimant.ending());
    }
  }

  private void rescued(long claim) {
    Claimant claimant = broker.claimant(claim);
    if (claimant != null) {
      broker.end(claimant);
    }
  }

  private Collection<Watched> claims() {
    List<Watched> claims = new ArrayList<>();
    for (Claimant claimant : broker.claimants()) {
      if (claimant.phase() != Claimant.Phase.WAITING) {
        claims.add(watched(claimant));
      }
    }
    return claims;
  }

  private static Watched watched(Claimant claimant) {
    Claimant run = claimant.run();
    boolean known = claimant.phase() == Claimant.Phase.HOLDING && !isRunsOwn(claimant);
    return new Watched(
        claimant.id(),
        run == null ? claimant.id() : run.id(),
        known ? claimant.pid() : 0,
        claimant.name(),
        claimant.isRun());
  }

  /** Of a TCP connection nobody knows the process; it goes by its run's. */
  private static boolean isRunsOwn(Claimant claimant) {
    return claimant.holder() instanceof PoolSlots slots && slots.transport().equals("tcp");
  }

  @Override
  public void close() {
    watch.close();
  }

  private final class World implements Watch.World {
    @Override
    public Collection<Watched> claims() {
      return Memory.this.claims();
    }

    @Override
    public int slots() {
      return pools.cpu().size();
    }

    @Override
    public boolean isContended() {
      return pools.cpu().isContended();
    }

    @Override
    public void seen(Look look) {
      rescuer.looked();
      if (look.atMs() >= enteredMs) {
        look.room().ifPresent(room -> tell(room.roomMib(), look.fullPermille(), look.usages()));
      }
      idle.looked(look);
      follow(look);
    }
  }

  private void tell(int roomMib, int fullPermille, List<Event.Usage> usages) {
    List<Event.Usage> ours = usages.stream().filter(usage -> isOfCpu(usage.claim())).toList();
    pools.cpu().apply(new Event.MemorySeen(loop.nowMs(), roomMib, fullPermille, ours));
  }

  /** Claims may have ended since they were looked at. */
  private boolean isOfCpu(long claim) {
    Claimant claimant = broker.claimant(claim);
    return claimant != null && claimant.pool() == pools.cpu();
  }

  private void follow(Look look) {
    List<String> why = look.burners().stream().map(Memory::text).toList();
    try {
      pools.follow(look.burnerSlots(), why);
    } catch (IOException failure) {
      log.warn("How many CPUs there are is not known: " + failure);
    }
  }

  private static String text(Burner burner) {
    return "less pid %d (%s), which works outside of the pool"
        .formatted(burner.pid(), burner.name());
  }

  /** The slots of the pool that every build shares. */
  private final class CpuSlots implements IdleSlots.Slots {
    @Override
    public boolean areWanted() {
      return pools.cpu().isContended();
    }

    @Override
    public int inUse(long party) {
      PoolView view = pools.cpu().view();
      boolean waits =
          view.members().stream().anyMatch(member -> member.party() == party && member.waiting());
      return waits
          ? 0
          : view.parties().stream()
              .filter(p -> p.id() == party && !p.waiting())
              .mapToInt(p -> p.held() - p.unread())
              .sum();
    }

    @Override
    public long lend(long party, int slots) {
      long loan = broker.newId();
      log.info("Claim " + ClaimIds.name(party) + " is idle: " + slots + " slots of it are lent");
      pools.cpu().apply(new Event.Suspended(loop.nowMs(), loan, party, slots));
      return loan;
    }

    @Override
    public void callBack(long loan) {
      pools.cpu().apply(new Event.Resumed(loop.nowMs(), loan));
    }
  }
}

package dev.dibs.daemon.memory;

import dev.dibs.host.MemoryBounds;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.Self;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** In which cgroups those are who hold something, and what is left to them. For one thread. */
public final class Places {

  private record Inhabitant(int pid, String cgroups) {}

  private final Map<Long, Inhabitant> inhabitants = new HashMap<>();
  private final Budget budget;
  private Optional<String> ours = cgroups(Self.pid());

  /**
   * @param declaredMib what claims may use together; empty: what the machine has
   */
  public Places(OptionalInt declaredMib) {
    budget = new Budget(declaredMib, new MemoryBounds());
  }

  /**
   * Whether a process is in cgroups in which nobody holds anything, so that nobody has looked
   * lately what they leave; false if that can't be seen.
   */
  public boolean isNew(int pid) {
    Optional<String> here = cgroups(pid);
    return here.isPresent()
        && inhabitants.values().stream().noneMatch(i -> i.cgroups.equals(here.get()));
  }

  /** Whether it is in other cgroups than we were when somebody began last. */
  public boolean isElsewhere(int pid) {
    Optional<String> here = cgroups(pid);
    return here.isPresent() && !here.equals(ours);
  }

  private static Optional<String> cgroups(int pid) {
    try {
      return Proc.cgroups(pid);
    } catch (OsException unreadable) {
      return Optional.empty();
    }
  }

  /** A claim holds something from now on. */
  public void enter(long claim, int pid) {
    ours = cgroups(Self.pid());
    cgroups(pid).ifPresent(here -> inhabitants.put(claim, new Inhabitant(pid, here)));
  }

  /** A claim is over. */
  public void leave(long claim) {
    inhabitants.remove(claim);
  }

  /**
   * What is left to all of them now, and to one who is new; takes some tenths of a millisecond.
   *
   * @param usedMib what all claims' processes were seen to use
   */
  public Optional<Room> room(long usedMib, int newcomer) throws OsException {
    List<Integer> pids = new ArrayList<>(List.of(Self.pid(), newcomer));
    inhabitants.values().forEach(inhabitant -> pids.add(inhabitant.pid));
    return budget.room(usedMib, budget.cgroups(pids));
  }
}

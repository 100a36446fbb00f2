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

  /**
   * @param declaredMib what claims may use together; empty: what the machine has
   */
  public Places(OptionalInt declaredMib) {
    budget = new Budget(declaredMib, new MemoryBounds());
  }

  /**
   * A claim holds something from now on.
   *
   * @return whether it is in cgroups in which nobody else holds anything, so that nobody has looked
   *     lately what they leave; false if that can't be seen
   */
  public boolean enter(long claim, int pid) {
    try {
      Optional<String> cgroups = Proc.cgroups(pid);
      boolean isNew =
          cgroups.isPresent()
              && inhabitants.values().stream().noneMatch(i -> i.cgroups.equals(cgroups.get()));
      cgroups.ifPresent(here -> inhabitants.put(claim, new Inhabitant(pid, here)));
      return isNew;
    } catch (OsException unreadable) {
      return false;
    }
  }

  /** Whether a claim that entered is in other cgroups than we are. */
  public boolean isElsewhere(long claim) {
    try {
      Inhabitant inhabitant = inhabitants.get(claim);
      return inhabitant != null
          && !Proc.cgroups(Self.pid()).equals(Optional.of(inhabitant.cgroups));
    } catch (OsException unreadable) {
      return false;
    }
  }

  /** A claim is over. */
  public void leave(long claim) {
    inhabitants.remove(claim);
  }

  /**
   * What is left to all of them now; takes some tenths of a millisecond.
   *
   * @param usedMib what all claims' processes were seen to use
   */
  public Optional<Room> room(long usedMib) throws OsException {
    List<Integer> pids = new ArrayList<>(List.of(Self.pid()));
    inhabitants.values().forEach(inhabitant -> pids.add(inhabitant.pid));
    return budget.room(usedMib, budget.cgroups(pids));
  }
}

package dev.dibs.daemon.memory;

import dev.dibs.host.CgroupMemory;
import dev.dibs.host.MemoryBounds;
import dev.dibs.host.MemoryInfo;
import dev.dibs.host.OsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How much memory builds may use: the least of what the machine has available, what every cgroup
 * around us and around them leaves, and what somebody declared. Of the first two a reserve stays
 * free, for what is not watched and for what grows between two looks. One thread uses it.
 */
final class Budget {

  private static final long MIB = 1024 * 1024;

  /** Part of the machine's memory, or of a cgroup's limit, that stays free: 1 of 25. */
  private static final int RESERVED_PART = 25;

  /** Least that stays free of a machine; of small ones a quarter. */
  private static final long RESERVE_BYTES_MIN = 256 * MIB;

  private final OptionalInt declaredMib;
  private final MemoryBounds bounds;

  /**
   * @param declaredMib what claims may use together; empty: nobody said
   */
  Budget(OptionalInt declaredMib, MemoryBounds bounds) {
    this.declaredMib = declaredMib;
    this.bounds = bounds;
  }

  /**
   * What it is now; empty where nothing is known of memory and nothing was declared.
   *
   * @param usedMib what all claims' processes use
   * @param cgroups bounds around us and them
   */
  Optional<Room> room(long usedMib, Collection<CgroupMemory> cgroups) throws OsException {
    List<Room> rooms = new ArrayList<>();
    declaredMib.ifPresent(
        mib -> rooms.add(new Room(mib, mib - (int) Math.min(usedMib, 1 << 30), "DIBS_MEMORY")));
    MemoryInfo.now().ifPresent(machine -> rooms.add(ofMachine(machine)));
    cgroups.forEach(cgroup -> rooms.add(ofCgroup(cgroup)));
    return rooms.stream().min(Comparator.comparingInt(Room::roomMib));
  }

  /** The bounds of our own cgroups and of those of these processes. */
  List<CgroupMemory> cgroups(Collection<Integer> pids) throws OsException {
    return bounds.around(pids);
  }

  static Room ofMachine(MemoryInfo machine) {
    long total = machine.totalBytes();
    long reserve = Math.min(Math.max(RESERVE_BYTES_MIN, total / RESERVED_PART), total / 4);
    return new Room(
        Usages.mib(total - reserve),
        Usages.mib(machine.availableBytes() - reserve),
        "memory of the machine");
  }

  static Room ofCgroup(CgroupMemory cgroup) {
    long reserve = cgroup.limitBytes() / RESERVED_PART;
    return new Room(
        Usages.mib(cgroup.limitBytes() - reserve),
        Usages.mib(cgroup.roomBytes() - reserve),
        "cgroup " + cgroup.cgroup() + " (" + cgroup.file() + ")");
  }
}

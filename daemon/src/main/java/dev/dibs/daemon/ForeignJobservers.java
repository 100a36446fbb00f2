package dev.dibs.daemon;

import dev.dibs.daemon.status.StatusSnapshot;
import dev.dibs.host.EnvironmentBlock;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.protocol.JobserverAuth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Processes of a run that opened a jobserver of their own, or run jobs without any: a make that was
 * given -j past the shims (by an absolute path), known by its own command line or by the MAKEFLAGS
 * of its children.
 */
final class ForeignJobservers {

  private static final Set<String> JOBSERVER_MAKERS = Set.of("make", "gmake", "ninja", "samu");
  private static final Pattern PARALLEL =
      Pattern.compile("-[a-zA-Z]*j([2-9]|[1-9][0-9]+)?|--jobs(=([2-9]|[1-9][0-9]+))?");

  private final List<ProcessStat> processes;
  private final Optional<String> fifo;
  private final Optional<String> descriptors;

  /**
   * @param processes those of the run
   * @param fifo the path of its token FIFO
   */
  ForeignJobservers(List<ProcessStat> processes, Optional<String> fifo) {
    this.processes = processes;
    this.fifo = fifo;
    this.descriptors =
        processes.stream()
            .flatMap(process -> environment(process.pid()).stream())
            .flatMap(environment -> environment.get("DIBS_FDS").stream())
            .findFirst();
  }

  List<StatusSnapshot.Foreign> find() {
    Map<Integer, StatusSnapshot.Foreign> found = new TreeMap<>();
    for (ProcessStat process : processes) {
      if (wasGivenJobs(process)) {
        add(found, process.pid());
      }
      if (inheritsForeign(process.pid())) {
        add(found, process.parent());
      }
    }
    return new ArrayList<>(found.values());
  }

  private static void add(Map<Integer, StatusSnapshot.Foreign> found, int pid) {
    List<String> words = ProcessLabel.commandLine(pid);
    if (!words.isEmpty()) {
      found.put(pid, new StatusSnapshot.Foreign(pid, String.join(" ", words)));
    }
  }

  /**
   * A ninja that can't share a pool is given as many jobs as it has slots: that is no foreign one.
   */
  private static boolean wasGivenJobs(ProcessStat process) {
    if (!JOBSERVER_MAKERS.contains(process.name())) {
      return false;
    }
    Optional<String> slots =
        environment(process.pid()).flatMap(environment -> environment.get("DIBS_SLOTS"));
    return ProcessLabel.commandLine(process.pid()).stream()
        .skip(1)
        .takeWhile(word -> !word.equals("--"))
        .anyMatch(
            word -> PARALLEL.matcher(word).matches() && !word.equals("-j" + slots.orElse("")));
  }

  private boolean inheritsForeign(int pid) {
    Optional<JobserverAuth> auth =
        environment(pid)
            .flatMap(environment -> environment.get("MAKEFLAGS"))
            .flatMap(JobserverAuth::in);
    return auth.isPresent() && !isOurs(auth.get());
  }

  private boolean isOurs(JobserverAuth auth) {
    return fifo.filter(auth::isFifo).isPresent()
        || descriptors.filter(auth.location()::equals).isPresent();
  }

  private static Optional<EnvironmentBlock> environment(int pid) {
    try {
      return Proc.environment(pid);
    } catch (OsException notOurs) {
      return Optional.empty();
    }
  }
}

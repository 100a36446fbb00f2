package dev.dibs.daemon.once;

import dev.dibs.host.Boot;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What {@code /proc} tells of a process that asks. */
record OnceAsker(int pid, OnceNames names) {

  private static final long TICK_MS = 10;

  /** The runs that it is in. */
  Set<Long> within() throws IOException {
    Set<Long> runs = new HashSet<>();
    String within =
        Proc.environment(pid).flatMap(environment -> environment.get(Remains.VARIABLE)).orElse("");
    for (String name : within.split(":", -1)) {
      names.parse(name).ifPresent(runs::add);
    }
    return runs;
  }

  /**
   * How long ago it began, ms; rather too little: what ended before it began is not what it asked
   * for.
   */
  long askingMs() throws IOException {
    Optional<ProcessStat> process = Proc.stat(pid);
    return process.isEmpty()
        ? 0
        : Math.max(0, Boot.uptimeMs() - TICK_MS * (process.get().startTicks() + 1));
  }
}

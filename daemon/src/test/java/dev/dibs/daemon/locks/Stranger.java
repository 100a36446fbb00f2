package dev.dibs.daemon.locks;

import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Locks;
import dev.dibs.locks.ProcessLocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** A process that locks a name without the daemon: {@code DIRECTORY NAME}. */
final class Stranger implements AutoCloseable {

  private final Process process;
  private final BufferedReader out;

  private Stranger(Process process) {
    this.process = process;
    this.out = process.inputReader();
  }

  /** Says {@code held} when it has the lock; ends with its input. */
  public static void main(String[] arguments) throws Exception {
    try (Locks locks = ProcessLocks.in(Path.of(arguments[0]));
        HeldLocks held = locks.acquire(LockRequest.exclusive(arguments[1]))) {
      System.out.println("held " + held.fence());
      System.in.read();
    }
  }

  /** One that waits for the name, or has it. */
  static Stranger start(Path directory, String name) throws IOException {
    return new Stranger(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Stranger.class.getName(),
                directory.toString(),
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Blocks until it has the name. */
  void awaitHolding() throws IOException {
    String said = out.readLine();
    if (said == null || !said.startsWith("held")) {
      throw new IOException("not held, but: " + said);
    }
  }

  int pid() {
    return Math.toIntExact(process.pid());
  }

  /** SIGKILL; back when it is gone. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}

package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Locks by sockets in a directory that is taken to have no kernel locks, with short times, so that
 * whoever stops is stopped for longer than all of them.
 */
public class SocketLocksFactory implements LocksFactory {

  static final SocketSettings SHORT =
      new SocketSettings(
          Duration.ofMillis(20),
          Duration.ofMillis(20),
          Duration.ofMillis(10),
          Duration.ofSeconds(2));

  @Override
  public Locks open(String where) throws IOException {
    Path directory = directory(Path.of(where));
    Mechanism mechanism = SocketMechanism.open(directory, SHORT, steps(directory));
    return new DirectoryLocks(new JvmLocks(LockDirectory.open(directory), mechanism, null));
  }

  ClaimSteps steps(Path directory) {
    return ClaimSteps.NONE;
  }

  /** Made with that mechanism, if it isn't there. */
  static Path directory(Path directory) throws IOException {
    if (!Files.exists(directory.resolve("mechanism"))) {
      Path aside = Files.createTempDirectory(directory.getParent(), "new");
      Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwx------"));
      Files.writeString(aside.resolve("mechanism"), "dibs locks 1 socket\n");
      try {
        Files.move(aside, directory);
      } catch (IOException another) {
        Files.delete(aside.resolve("mechanism"));
        Files.delete(aside);
      }
    }
    return directory;
  }

  /** All that can be done to a lock, between what is asked for. */
  static final class Varied extends SocketLocksFactory {

    @Override
    public Locks open(String where) throws IOException {
      return new VariedLocks(super.open(where));
    }
  }

  /** Kills itself at a step; {@code where} is the directory, a colon, and which step. */
  static final class Dying extends SocketLocksFactory {

    private int stepsLeft;

    @Override
    public Locks open(String where) throws IOException {
      int colon = where.lastIndexOf(':');
      stepsLeft = Integer.parseInt(where.substring(colon + 1));
      return super.open(where.substring(0, colon));
    }

    @Override
    ClaimSteps steps(Path directory) {
      return step -> {
        if (--stepsLeft == 0) {
          killThisProcess();
        }
      };
    }

    private static void killThisProcess() {
      try {
        String self = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-KILL", self).start().waitFor();
      } catch (IOException | InterruptedException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }

  /** A fault: who holds it for longer than usual is taken for dead. */
  static final class Impatient extends SocketLocksFactory {

    @Override
    public Locks open(String where) throws IOException {
      Path directory = directory(Path.of(where));
      Mechanism right = SocketMechanism.open(directory, SHORT, ClaimSteps.NONE);
      Mechanism wrong =
          (name, mode, deadline) -> {
            Mechanism.Hold hold = right.take(name, mode, Deadline.after(Duration.ofMillis(30)));
            while (hold == null) {
              clear(directory);
              hold = right.take(name, mode, Deadline.after(Duration.ofMillis(30)));
            }
            return hold;
          };
      return new DirectoryLocks(new JvmLocks(LockDirectory.open(directory), wrong, null));
    }
  }

  /** Removes all records, whoever they are of. */
  static void clear(Path directory) {
    Path claims = directory.resolve("claims");
    try {
      for (String place : ClaimGate.names(claims)) {
        if (!place.equals("aside")) {
          for (String record : ClaimGate.names(claims.resolve(place))) {
            Files.deleteIfExists(claims.resolve(place).resolve(record));
          }
        }
      }
    } catch (IOException gone) {
      // it is clear
    }
  }

  /** Takes what is asked for only after it tried without waiting, shared it, or both. */
  private static final class VariedLocks extends ForwardingLocks {

    VariedLocks(Locks real) {
      super(real);
    }

    @Override
    public HeldLocks acquire(LockRequest request)
        throws IOException, InterruptedException, LockRefusedException {
      int way = ThreadLocalRandom.current().nextInt(4);
      if (way < 2) {
        Optional<HeldLocks> held = real.tryAcquire(request, Duration.ofMillis(way));
        if (held.isPresent()) {
          return held.get();
        }
      } else if (way == 2) {
        String[] names = request.names().keySet().toArray(String[]::new);
        real.acquire(LockRequest.shared(names)).close();
        HeldLocks held = real.acquire(request);
        held.downgrade();
        held.close();
      }
      return real.acquire(request);
    }
  }
}

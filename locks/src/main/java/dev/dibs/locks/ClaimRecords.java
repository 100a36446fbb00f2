package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;

/**
 * The records of a lock directory, in {@code claims}: empty files whose names say all.
 *
 * <pre>
 *   aside/RECORD/RECORD        being made, or waiting to be renamed
 *   POSITION-lock/RECORD       who owns the lock, or is only passing
 *   POSITION-turn/RECORD       who is next
 *   POSITION-readers/RECORD... who share it
 * </pre>
 *
 * <p>POSITION is the name's, in 16 hexadecimal digits. Directories that get empty are removed. The
 * lock directory lets nobody but its owner in, so none of these needs to.
 */
final class ClaimRecords {

  private static final int TRIES_MAX = 1000;

  private final Path claims;
  private final Path asides;
  private final ClaimSteps steps;

  private ClaimRecords(Path claims, ClaimSteps steps) {
    this.claims = claims;
    this.asides = claims.resolve("aside");
    this.steps = steps;
  }

  static ClaimRecords in(Path lockDirectory, ClaimSteps steps) throws IOException {
    ClaimRecords records = new ClaimRecords(lockDirectory.resolve("claims"), steps);
    makeDirectory(records.claims);
    makeDirectory(records.asides);
    return records;
  }

  ClaimGate lock(LockName name) {
    return new ClaimGate(place(name, "lock"), steps);
  }

  ClaimGate turn(LockName name) {
    return new ClaimGate(place(name, "turn"), steps);
  }

  Path readers(LockName name) {
    return place(name, "readers");
  }

  private Path place(LockName name, String what) {
    return claims.resolve(HexFormat.of().toHexDigits(name.position()) + "-" + what);
  }

  /** Where a record is made aside. */
  Path aside(ClaimRecord record) {
    return asides.resolve(record.fileName());
  }

  /** Makes a record aside, in a directory of its own. */
  void makeAside(ClaimRecord record) throws IOException {
    Path directory = aside(record);
    try {
      Files.createDirectory(directory);
      steps.done(ClaimSteps.Step.DIRECTORY_MADE);
      Files.createFile(directory.resolve(record.fileName()));
      steps.done(ClaimSteps.Step.RECORD_MADE);
    } catch (FileSystemException cause) {
      throw unwritable(cause);
    }
  }

  void removeAside(ClaimRecord record) throws IOException {
    Files.deleteIfExists(aside(record).resolve(record.fileName()));
    Files.deleteIfExists(aside(record));
  }

  /** Makes a record among the readers of a name. */
  void addReader(LockName name, ClaimRecord record) throws IOException {
    Path readers = readers(name);
    NoSuchFileException cause = null;
    for (int i = 0; i < TRIES_MAX; i++) {
      try {
        makeDirectory(readers);
        Files.createFile(readers.resolve(record.fileName()));
        steps.done(ClaimSteps.Step.READER_MADE);
        return;
      } catch (NoSuchFileException removed) { // the last reader went, and the directory with it
        cause = removed;
      } catch (FileSystemException full) {
        throw unwritable(full);
      }
    }
    throw cause == null ? new IOException("BUG: never tried") : cause;
  }

  void removeReader(LockName name, ClaimRecord record) throws IOException {
    Files.deleteIfExists(readers(name).resolve(record.fileName()));
    steps.done(ClaimSteps.Step.RECORD_DELETED);
    try {
      Files.deleteIfExists(readers(name));
    } catch (IOException notEmpty) {
      // there are others
    }
  }

  /** Removes what dead processes left aside; nobody is hurt by what can't be. */
  void sweep(ProcessIdentity own) {
    try {
      for (String name : ClaimGate.names(asides)) {
        ClaimRecord.parse(name).filter(record -> isDead(record, own)).ifPresent(this::sweep);
      }
    } catch (IOException later) {
      // somebody else will
    }
  }

  private static boolean isDead(ClaimRecord record, ProcessIdentity own) {
    return own.kinshipOf(record.process()) == ProcessIdentity.Kinship.PAST
        || Pids.state(record.process(), own) == Pids.State.GONE;
  }

  private void sweep(ClaimRecord dead) {
    try {
      removeAside(dead);
    } catch (IOException later) {
      // another one sweeps too
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException there) {
      // One look, for it may be removed between two.
      if (!Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
        throw Unjudgeable.foreign(directory, "");
      }
    } catch (FileSystemException cause) {
      throw unwritable(cause);
    }
  }

  private static IOException unwritable(FileSystemException cause) {
    return new IOException(
        "The lock directory can't be written ("
            + cause.getMessage()
            + "), so no lock is held. Make room or give write permission there, or name another lock"
            + " directory.",
        cause);
  }
}

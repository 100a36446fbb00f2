package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A directory that holds the record of one claim, or none, or is not there, which is the same: the
 * next one to get past it. A record comes with its directory, which is renamed, so there is never
 * one too many; and goes by its own name, which no other ever has.
 */
final class ClaimGate {

  private static final int SEEN_MAX = 1000;
  private static final int TRIES_MAX = 1000;

  private final Path place;
  private final ClaimSteps steps;

  ClaimGate(Path place, ClaimSteps steps) {
    this.place = place;
    this.steps = steps;
  }

  /** Whether somebody is there, dead or alive; not for deciding who owns it. */
  boolean isThere() {
    return Files.exists(place, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Puts a record into it, with the directory in which it was made.
   *
   * @return false if there is one
   */
  boolean enter(ClaimRecord mine, Path aside) throws IOException {
    FileSystemException cause = null;
    for (int i = 0; i < TRIES_MAX; i++) {
      try {
        Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
        steps.done(ClaimSteps.Step.RENAMED);
        return true;
      } catch (NoSuchFileException gone) {
        if (has(mine)) {
          return true; // done, and a file system over a network asked twice
        }
        throw gone; // what is ours aside was taken away
      } catch (FileSystemException failed) {
        if (has(mine)) {
          return true;
        }
        if (!names().isEmpty()) {
          return false;
        }
        removeIfEmpty(); // some systems don't rename over an empty one
        cause = failed;
      }
    }
    throw cause == null ? new IOException("BUG: never tried") : cause;
  }

  /** Whose record it is. */
  Optional<ClaimRecord> occupant() throws IOException {
    List<String> names = names();
    Optional<ClaimRecord> record =
        names.stream().map(ClaimRecord::parse).flatMap(Optional::stream).findFirst();
    if (record.isEmpty() && !names.isEmpty()) {
      throw Unjudgeable.foreign(place, names.get(0));
    }
    return record;
  }

  boolean has(ClaimRecord record) {
    return Files.exists(place.resolve(record.fileName()), LinkOption.NOFOLLOW_LINKS);
  }

  /** Takes one record out, if it is there still, and no other. */
  void remove(ClaimRecord record) throws IOException {
    Files.deleteIfExists(place.resolve(record.fileName()));
    steps.done(ClaimSteps.Step.RECORD_DELETED);
    removeIfEmpty();
  }

  private void removeIfEmpty() {
    try {
      Files.deleteIfExists(place);
    } catch (IOException notEmpty) {
      // somebody came
    }
  }

  private List<String> names() throws IOException {
    return names(place);
  }

  /** What is in a directory; nothing if it is not there. */
  static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
        if (names.size() >= SEEN_MAX) {
          break;
        }
      }
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (NotDirectoryException file) {
      throw Unjudgeable.foreign(directory, "");
    } catch (DirectoryIteratorException broken) {
      throw broken.getCause();
    }
    return names;
  }
}

package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Whether locks can be held in a directory. */
final class DirectoryCheck {

  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private DirectoryCheck() {}

  /**
   * Makes a directory if it isn't there.
   *
   * @return its path without links
   */
  static Path prepare(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    try {
      Files.createDirectory(absolute, OwnFiles.directoryForOwnerOnly(existing(absolute)));
    } catch (FileAlreadyExistsException there) {
      return real(absolute);
    } catch (NoSuchFileException parent) {
      throw refused(directory, "its parent directory is not there", "Make that first", parent);
    } catch (IOException failure) {
      throw refused(directory, "it can't be made: " + why(failure), OTHER, failure);
    }
    return real(absolute);
  }

  private static final String OTHER = "Use another directory";

  private static Path existing(Path directory) {
    Path parent = directory.getParent();
    return parent == null ? directory : parent;
  }

  private static Path real(Path directory) throws IOException {
    try {
      return directory.toRealPath();
    } catch (IOException failure) {
      throw refused(directory, "it can't be reached: " + why(failure), OTHER, failure);
    }
  }

  /**
   * The mechanism of a directory, which is ours and can be written.
   *
   * @param directory without links
   * @param candidates which it may be, if none is fixed
   */
  static MechanismKind mechanism(Path directory, List<MechanismKind> candidates)
      throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(directory, "it is no directory", OTHER, null);
    }
    Path scratch = directory.resolve("new-" + UUID.randomUUID());
    try {
      Files.createFile(scratch, OwnFiles.forOwnerOnly(directory));
    } catch (IOException failure) {
      throw refused(directory, "nothing can be made in it: " + why(failure), OTHER, failure);
    }
    try {
      refuseForeign(directory, scratch);
      return MechanismFile.read(directory, candidates, kind -> kind.probe(scratch));
    } finally {
      Files.deleteIfExists(scratch);
    }
  }

  private static void refuseForeign(Path directory, Path ours) throws IOException {
    if (!OwnFiles.hasPermissions(directory)) {
      return;
    }
    if (!Files.getOwner(directory).equals(Files.getOwner(ours))) {
      String owner = "it belongs to " + Files.getOwner(directory).getName();
      throw refused(directory, owner, "Use one of your own", null);
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
    if (permissions.stream().anyMatch(OTHERS_WRITE::contains)) {
      throw refused(directory, "others can write it", "Do: chmod go-w '" + directory + "'", null);
    }
  }

  private static String why(IOException failure) {
    String message = failure.getMessage();
    boolean access = failure instanceof java.nio.file.AccessDeniedException;
    return access ? "permission denied" : String.valueOf(message);
  }

  private static IOException refused(
      Path directory, String why, String mend, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IOException(
        "Locks can't be held in " + directory + ": " + why + ". " + mend + ".", cause);
  }
}

package dev.dibs.locks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Files that many processes want to make, of whom one does: complete from the moment they have
 * their name, and never replaced.
 *
 * <p>A file gets its second name by a hard link, which fails if the name is taken. Where there are
 * no hard links it lies in a directory of its own, which is made aside and renamed: that fails if
 * there is one already, since it is not empty.
 */
final class Published {

  private static final String FOLDER_SUFFIX = ".d";

  private Published() {}

  /**
   * The file of this name, made with {@code content} if there is none.
   *
   * @return where it is
   */
  static Path file(Path directory, String name, byte[] content) throws IOException {
    Path known = find(directory, name);
    return known != null ? known : make(directory, name, content);
  }

  /** The file of this name; null if there is none. */
  static @Nullable Path find(Path directory, String name) {
    Path file = directory.resolve(name);
    Path inFolder = inFolder(directory, name);
    if (exists(file)) {
      return file;
    }
    return exists(inFolder) ? inFolder : null;
  }

  private static Path inFolder(Path directory, String name) {
    return directory.resolve(name + FOLDER_SUFFIX).resolve(name);
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path make(Path directory, String name, byte[] content) throws IOException {
    Path aside = directory.resolve("new-" + UUID.randomUUID());
    Path made = aside.resolve(name);
    Path second = aside.resolve("second");
    Files.createDirectory(aside, OwnFiles.directoryForOwnerOnly(directory));
    try {
      write(aside, made, content);
      return canLink(second, made)
          ? link(made, directory.resolve(name))
          : rename(aside, inFolder(directory, name));
    } finally {
      Files.deleteIfExists(second);
      Files.deleteIfExists(made);
      Files.deleteIfExists(aside);
    }
  }

  private static void write(Path aside, Path file, byte[] content) throws IOException {
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, fresh, OwnFiles.forOwnerOnly(aside))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(
          true); // the name must not outlive a crash of the machine that the content does not
    }
  }

  /** Tried aside, so that what fails afterwards fails for another reason. */
  private static boolean canLink(Path second, Path made) {
    try {
      Files.createLink(second, made);
      return true;
    } catch (UnsupportedOperationException | IOException none) {
      return false;
    }
  }

  private static Path link(Path made, Path file) throws IOException {
    try {
      Files.createLink(file, made);
    } catch (FileAlreadyExistsException earlier) {
      return file;
    }
    return file;
  }

  private static Path rename(Path aside, Path inFolder) throws IOException {
    Path folder = inFolder.getParent();
    try {
      Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException taken) {
      if (!exists(inFolder)) {
        throw taken;
      }
    }
    return inFolder;
  }
}

package dev.dibs.locks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and directories that are for their owner only, where the system knows such a thing. */
final class OwnFiles {

  private OwnFiles() {}

  /** What to make a file with, in {@code directory}. */
  static FileAttribute<?>[] forOwnerOnly(Path directory) {
    return attributes(directory, "rw-------");
  }

  /** What to make a directory with, in {@code parent}. */
  static FileAttribute<?>[] directoryForOwnerOnly(Path parent) {
    return attributes(parent, "rwx------");
  }

  /** Whether files there have owner, group and permissions as POSIX knows them. */
  static boolean hasPermissions(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  private static FileAttribute<?>[] attributes(Path where, String permissions) {
    return hasPermissions(where)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}

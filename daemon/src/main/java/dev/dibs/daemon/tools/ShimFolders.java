package dev.dibs.daemon.tools;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Folders that stand first on the PATH inside a run: one for each set of tools, so that a run finds
 * a shim only for a tool that it would find anyway (a shim for a missing {@code gmake} would
 * mislead every configure script).
 */
public final class ShimFolders {

  private final Path root;
  private final Path home;
  private final Map<Set<Tool>, Path> made = new HashMap<>();

  /**
   * @param root the folder below which they lie
   * @param home where dibs is installed
   */
  public ShimFolders(Path root, Path home) {
    this.root = root;
    this.home = home;
  }

  Path root() {
    return root;
  }

  /**
   * The folder with shims for these tools, made if need be.
   *
   * @throws IOException if it can't be made
   */
  Path of(Set<Tool> tools) throws IOException {
    Path known = made.get(tools);
    if (known == null || !Files.isDirectory(known)) {
      known = make(tools);
      made.put(Set.copyOf(tools), known);
    }
    return known;
  }

  private Path make(Set<Tool> tools) throws IOException {
    Path folder = root.resolve(name(tools));
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(root);
    Path aside = Files.createTempDirectory(root, ".new");
    Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Tool tool : tools) {
      write(aside.resolve(tool.command()), tool);
    }
    moveInPlace(aside, folder);
    return folder;
  }

  /**
   * Another daemon (of another directory) may have been faster: then its folder, which is the same,
   * stays.
   */
  private static void moveInPlace(Path aside, Path folder) throws IOException {
    try {
      Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException faster) {
      remove(aside);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private void write(Path file, Tool tool) throws IOException {
    String shim = home.resolve("launcher/shim.sh").toString().replace("'", "'\\''");
    Files.writeString(file, "#!/bin/sh\ndibs_tool=" + tool.command() + "\n. '" + shim + "'\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Says which tools and whose shims, so that two installations don't share one. */
  private String name(Set<Tool> tools) {
    String names = tools.stream().sorted().map(Tool::command).collect(Collectors.joining("+"));
    return names + "-" + Integer.toHexString(home.hashCode());
  }
}

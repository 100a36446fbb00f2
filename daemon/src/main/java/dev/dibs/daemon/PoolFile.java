package dev.dibs.daemon;

import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sizes that somebody gave to pools, as a file that outlives daemons and machines: {@code dibs
 * pools 1}, then lines of a name and a size. It is written aside, to the disk, and renamed, so
 * nobody sees half of it; one that is corrupt or of another version is ignored.
 */
final class PoolFile {

  private static final String HEAD = "dibs pools 1";
  private static final Pattern LINE = Pattern.compile("(\\S{1,32}) ([0-9]{1,4})");
  private static final long BYTES_MAX = 64 * 1024;

  private final Path file;
  private final Log log;

  PoolFile(Path file, Log log) {
    this.file = file;
    this.log = log;
  }

  /** Sizes by name; empty if none are remembered or they can't be understood. */
  SortedMap<String, Integer> read() {
    try {
      if (!Files.exists(file)) {
        return new TreeMap<>();
      }
      if (!Files.isRegularFile(file) || Files.size(file) > BYTES_MAX) {
        return ignored("it is no file of pools");
      }
      return parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    } catch (IOException unreadable) {
      return ignored(unreadable.toString());
    }
  }

  private SortedMap<String, Integer> parse(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
      return ignored("it does not begin with '" + HEAD + "'");
    }
    SortedMap<String, Integer> sizes = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches() || !isSize(matcher.group(1), Integer.parseInt(matcher.group(2)))) {
        return ignored("it has a line that is no pool and its size");
      }
      sizes.put(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
    return sizes.size() > Pools.POOLS_MAX ? ignored("it has too many pools") : sizes;
  }

  private static boolean isSize(String name, int slots) {
    return PoolName.isOne(name) && slots >= 1 && slots <= DaemonOptions.SLOTS_MAX;
  }

  private SortedMap<String, Integer> ignored(String why) {
    log.warn("Ignored " + file + ": " + why);
    return new TreeMap<>();
  }

  /**
   * Puts these sizes in the place of all that is remembered.
   *
   * @throws IOException if they can't be written; then the file is what it was
   */
  void write(SortedMap<String, Integer> sizes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path aside = Files.createTempFile(folder, ".pools", "");
    try {
      Files.write(aside, lines(sizes), StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      Files.deleteIfExists(aside);
      throw failure;
    }
  }

  private static List<String> lines(SortedMap<String, Integer> sizes) {
    return Stream.concat(
            Stream.of(HEAD),
            sizes.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue()))
        .toList();
  }
}

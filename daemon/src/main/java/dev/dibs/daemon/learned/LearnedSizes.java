package dev.dibs.daemon.learned;

import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of all commands, kept in a file: a line that names its form, then lines of {@code CORES
 * TRIED KEY}, the one that ran last at the end. The file is written aside and renamed, so that it
 * is whole whenever the daemon dies. One that can't be read is as good as none: numbers are learned
 * again.
 */
public final class LearnedSizes {

  static final int KEYS_MAX = 1_000;

  /** Longer ones are not learned: the file stays below some megabytes. */
  static final int KEY_CHARACTERS_MAX = 1_000;

  private static final String FORM = "dibs learned sizes 1";
  private static final long FILE_BYTES_MAX = 8L * 1024 * 1024;

  private final Path file;
  private final Log log;
  private @Nullable Map<String, LearnedSize> sizes;
  private boolean warned;

  /** Reads nothing yet. */
  public LearnedSizes(Path file, Log log) {
    this.file = file;
    this.log = log;
  }

  /** What is known of a command. */
  public Optional<LearnedSize> of(String key) {
    return Optional.ofNullable(sizes().get(key));
  }

  /** Notes what is known of a command now. */
  public void put(String key, LearnedSize size) {
    if (!isFit(key)) {
      return;
    }
    Map<String, LearnedSize> known = sizes();
    known.remove(key);
    known.put(key, size);
    if (known.size() > KEYS_MAX) {
      known.remove(known.keySet().iterator().next());
    }
    write(known);
  }

  private static boolean isFit(String key) {
    return key.length() <= KEY_CHARACTERS_MAX
        && key.chars().noneMatch(c -> c < ' ' || c == '\u007f' || c == '\u0085');
  }

  private Map<String, LearnedSize> sizes() {
    if (sizes == null) {
      sizes = read();
    }
    return sizes;
  }

  private Map<String, LearnedSize> read() {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IOException("larger than " + FILE_BYTES_MAX + " bytes");
      }
      return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList());
    } catch (NoSuchFileException none) {
      return new LinkedHashMap<>();
    } catch (IOException | IllegalArgumentException unreadable) {
      log.warn("Sizes are learned anew, for " + file + " is no use: " + unreadable.getMessage());
      return new LinkedHashMap<>();
    }
  }

  private static Map<String, LearnedSize> parse(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(FORM)) {
      throw new IllegalArgumentException("it does not begin with '" + FORM + "'");
    }
    Map<String, LearnedSize> found = new LinkedHashMap<>();
    for (String line : lines.subList(1, Math.min(lines.size(), 1 + KEYS_MAX))) {
      String[] words = line.split(" ", 3);
      if (words.length < 3 || !isFit(words[2])) {
        throw new IllegalArgumentException("a line is not 'CORES TRIED KEY'");
      }
      found.put(
          words[2], new LearnedSize(Double.parseDouble(words[0]), Integer.parseInt(words[1])));
    }
    return found;
  }

  private void write(Map<String, LearnedSize> known) {
    StringBuilder text = new StringBuilder(FORM).append('\n');
    known.forEach(
        (key, size) ->
            text.append(String.format(Locale.ROOT, "%.3f %d ", size.cores(), size.tried()))
                .append(key)
                .append('\n'));
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path aside = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(aside, text);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      if (!warned) {
        log.warn("Learned sizes are forgotten at the end, they can't be written: " + failure);
      }
      warned = true;
    }
  }
}

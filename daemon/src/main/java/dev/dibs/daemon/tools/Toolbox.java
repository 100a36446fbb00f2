package dev.dibs.daemon.tools;

import dev.dibs.daemon.loop.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** What the daemon knows of the tools on somebody's PATH. Called by the loop's thread only. */
public final class Toolbox {

  /**
   * What a run needs to know of its tools.
   *
   * @param style how the make on the PATH wants its jobserver named
   * @param shims folder to put first on the PATH; empty where there is no tool or no place for
   *     shims
   */
  public record Equipment(MakeVersions.Style style, Optional<Path> shims) {}

  private record Known(Toolset toolset, long sinceMs) {}

  /** How long a look at a PATH is good for: somebody may install a make meanwhile. */
  private static final long GOOD_FOR_MS = 5_000;

  private static final int PATHS_MAX = 64;

  private final Map<String, Known> knownPaths =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > PATHS_MAX;
        }
      };
  private final MakeVersions makeVersions = new MakeVersions();
  private final ShimFolders shimFolders;
  private final Path mount;
  private final LongSupplier clockMs;
  private final Log log;

  /**
   * @param mount where our own files are
   */
  public Toolbox(ShimFolders shimFolders, Path mount, LongSupplier clockMs, Log log) {
    this.shimFolders = shimFolders;
    this.mount = mount;
    this.clockMs = clockMs;
    this.log = log;
  }

  /** What is needed for this PATH; done at once when its make has been asked before. */
  public CompletableFuture<Equipment> equip(String searchPath) {
    Toolset toolset = toolset(searchPath);
    Optional<Path> shims = shims(toolset);
    return toolset
        .make()
        .map(makeVersions::styleOf)
        .orElse(CompletableFuture.completedFuture(MakeVersions.Style.FIFO))
        .thenApply(style -> new Equipment(style, shims));
  }

  private Toolset toolset(String searchPath) {
    long nowMs = clockMs.getAsLong();
    Known known = knownPaths.get(searchPath);
    if (known == null || nowMs - known.sinceMs > GOOD_FOR_MS) {
      known = new Known(Toolset.find(searchPath, shimFolders.root(), mount), nowMs);
      knownPaths.put(searchPath, known);
    }
    return known.toolset;
  }

  private Optional<Path> shims(Toolset toolset) {
    if (toolset.files().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(shimFolders.of(toolset.files().keySet()));
    } catch (IOException failure) {
      log.warn("No shims in " + shimFolders.root() + ": " + failure);
      return Optional.empty();
    }
  }
}

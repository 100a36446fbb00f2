package dev.dibs.daemon.tools;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which form of jobserver a make accepts: before 4.4 inherited descriptors only (it aborts on
 * {@code fifo:}), later both. Asked of the program itself, once for each version of the file, on a
 * thread of its own.
 */
public final class MakeVersions {

  /** How make wants its jobserver named. */
  public enum Style {
    DESCRIPTORS,
    FIFO
  }

  private static final Pattern VERSION = Pattern.compile("GNU Make (\\d+)\\.(\\d+)");
  private static final int ANSWER_BYTES_MAX = 4096;
  private static final long ANSWER_SECONDS_MAX = 2;

  private final Map<Toolset.Executable, CompletableFuture<Style>> known = new ConcurrentHashMap<>();

  /**
   * What this make accepts; done at once when it has been asked before. Never completes
   * exceptionally.
   */
  CompletableFuture<Style> styleOf(Toolset.Executable make) {
    return known.computeIfAbsent(make, MakeVersions::ask);
  }

  private static CompletableFuture<Style> ask(Toolset.Executable make) {
    CompletableFuture<Style> answer = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> answer.complete(styleByVersion(versionText(make))));
    return answer;
  }

  /** Descriptors work with every make: they are the answer where the version can't be told. */
  static Style styleByVersion(String versionText) {
    Matcher matcher = VERSION.matcher(versionText);
    if (!matcher.find()) {
      return Style.DESCRIPTORS;
    }
    int major = Integer.parseInt(matcher.group(1));
    int minor = Integer.parseInt(matcher.group(2));
    return major > 4 || (major == 4 && minor >= 4) ? Style.FIFO : Style.DESCRIPTORS;
  }

  private static String versionText(Toolset.Executable make) {
    try {
      ProcessBuilder builder = new ProcessBuilder(make.path().toString(), "--version");
      builder.environment().keySet().removeIf(name -> name.contains("MAKE"));
      builder.redirectErrorStream(true);
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture.delayedExecutor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      try (InputStream output = process.getInputStream()) {
        return new String(output.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.US_ASCII);
      }
    } catch (IOException unusable) {
      return "";
    }
  }
}

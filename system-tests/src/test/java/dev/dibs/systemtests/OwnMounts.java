package dev.dibs.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A script in a mount namespace of its own: what it mounts nobody else sees. */
final class OwnMounts {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private OwnMounts() {}

  /** Runs a script, which is to leave no daemon behind; the world's directory is there. */
  static Ended run(Dibs dibs, String script, String... arguments) {
    assumeTrue(
        dibs.plain("unshare", "-m", "true").end().status() == 0, "missing: mount namespaces");
    Texts.folder(dibs.directory());
    List<String> words = List.of("unshare", "-m", "sh", "-c", script, "sh");
    return dibs.command(Stream.concat(words.stream(), Stream.of(arguments)).toList())
        .start()
        .endWithin(BOUND);
  }
}

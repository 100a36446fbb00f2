package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.RuntimeDirectory;
import dev.dibs.host.Self;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateFolderTest {

  private static final Path USUAL = RuntimeDirectory.choose(Map.of(), Self.effectiveUid());

  @Test
  void theUsualDaemonKeepsItsStateByTheXdgRules() {
    assertThat(StateFolder.of(USUAL, Map.of("HOME", "/home/me")))
        .isEqualTo(Path.of("/home/me/.local/state/dibs"));
    assertThat(StateFolder.of(USUAL, Map.of("HOME", "/home/me", "XDG_STATE_HOME", "/s")))
        .isEqualTo(Path.of("/s/dibs"));
  }

  @Test
  void withoutAHomeOrInAPrivateWorldItStaysWithTheDirectory() {
    assertThat(StateFolder.of(USUAL, Map.of("XDG_STATE_HOME", "relative"))).isEqualTo(USUAL);
    assertThat(StateFolder.of(Path.of("/tmp/mine"), Map.of("HOME", "/home/me")))
        .isEqualTo(Path.of("/tmp/mine"));
  }
}

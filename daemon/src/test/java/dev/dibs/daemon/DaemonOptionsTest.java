package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonOptionsTest {

  private static DaemonOptions parse(Map<String, String> environment, String... more) {
    String[] arguments = new String[4 + more.length];
    System.arraycopy(new String[] {"--directory", "/d", "--home", "/h"}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return DaemonOptions.parse(arguments, environment);
  }

  @Test
  void theUsualDaemonTakesItsSizeFromTheMachineAndLeavesAfterTenIdleMinutes() {
    DaemonOptions options = parse(Map.of());
    assertThat(options.directory()).isEqualTo(Path.of("/d"));
    assertThat(options.size()).isEmpty();
    assertThat(options.disposable()).isFalse();
    assertThat(options.idleAfter()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void variablesSetTheSizeAndTheIdleTime() {
    DaemonOptions options = parse(Map.of("DIBS_POOL_SIZE", "3", "DIBS_IDLE_SECONDS", "2"));
    assertThat(options.size()).hasValue(3);
    assertThat(options.idleAfter()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aVariableSetsHowLongSlotsLieIdle() {
    assertThat(parse(Map.of("DIBS_LEND_SECONDS", "1")).lendAfter()).hasSeconds(1);
    assertThat(parse(Map.of()).lendAfter()).hasSeconds(30);
    assertThatThrownBy(() -> parse(Map.of("DIBS_LEND_SECONDS", "0")))
        .hasMessage("DIBS_LEND_SECONDS must be above 0.");
  }

  @Test
  void anOptionComesBeforeTheVariable() {
    assertThat(parse(Map.of("DIBS_POOL_SIZE", "3"), "--slots", "5", "--private").size())
        .hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "5000", "many", "99999999999"})
  void aPoolThatCannotBeIsRefused(String size) {
    assertThatThrownBy(() -> parse(Map.of("DIBS_POOL_SIZE", size)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"900M, 900", "900MB, 900", "24GiB, 24576", "1T, 1048576"})
  void aVariableSetsWhatBuildsMayUse(String text, int mib) {
    assertThat(parse(Map.of("DIBS_MEMORY", text)).memoryMib()).hasValue(mib);
    assertThat(parse(Map.of("DIBS_MEMORY", "")).memoryMib()).isEmpty();
    assertThat(parse(Map.of("DIBS_MEMORY", "off")).memoryMib()).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "900", "1M", "-1G", "lots", "1.5G", "9999999999G", "999999999T"})
  void aBudgetThatCannotBeIsRefused(String text) {
    assertThatThrownBy(() -> parse(Map.of("DIBS_MEMORY", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("900M")
        .hasMessageContaining(text);
  }

  @Test
  void unknownAndUnfinishedOptionsAreRefused() {
    assertThatThrownBy(() -> parse(Map.of(), "--fast")).hasMessageContaining("--fast");
    assertThatThrownBy(() -> parse(Map.of(), "--slots")).hasMessageContaining("--slots");
  }
}

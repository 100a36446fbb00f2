package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The algorithm in all its interleavings, by Spin, and faults in it that must be found. With {@code
 * -Dlocks.model=all} the larger ones too, which take minutes.
 */
class SocketModelTest {

  private static final Path MODEL = Path.of("src/test/model/socket-lock.pml").toAbsolutePath();
  private static final int RUN_S = 600;

  @TempDir Path directory;

  @BeforeAll
  static void hasTools() throws Exception {
    Needs.programs("spin", "gcc");
  }

  static List<String> worlds() {
    return withLarger(
        List.of("-DKILLS=1", "-DKILLS=1 -DNO_PIDS", "-DPROCESSES=2 -DKILLS=1 -DSHARED"),
        List.of(
            "-DKILLS=2",
            "-DKILLS=1 -DHOLDS=2",
            "-DKILLS=2 -DNO_PIDS",
            "-DKILLS=1 -DTURN",
            "-DPROCESSES=2 -DKILLS=2 -DSHARED",
            "-DPROCESSES=2 -DKILLS=1 -DSHARED -DTURN",
            "-DKILLS=0 -DSHARED"));
  }

  static List<String> worldsThatEnd() {
    return withLarger(
        List.of("-DPROCESSES=2 -DKILLS=1 -DTURN", "-DPROCESSES=2 -DKILLS=0 -DTURN -DSHARED"),
        List.of(
            "-DKILLS=1",
            "-DPROCESSES=2 -DKILLS=1 -DSHARED",
            "-DPROCESSES=2 -DKILLS=1 -DSHARED -DTURN"));
  }

  /** {@code -Dlocks.model=all}: minutes, and a gigabyte. */
  private static List<String> withLarger(List<String> small, List<String> large) {
    List<String> all = new ArrayList<>(small);
    if (System.getProperty("locks.model", "").equals("all")) {
      all.addAll(large);
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void thereIsOneOwnerAndNobodyIsForgotten(String options) throws Exception {
    assertThat(checked("-DSAFETY", options)).contains("errors: 0");
  }

  @ParameterizedTest
  @MethodSource("worldsThatEnd")
  void everybodyComesToAnEnd(String options) throws Exception {
    assertThat(checked("-DNP", options)).contains("errors: 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SILENCE", "PORT_AS_NAME", "DIRECTORY_CLEARED", "KNOWN_LATE", "SHARED_LATE"})
  void aFaultMakesTwoOwners(String fault) throws Exception {
    String shared = fault.equals("SHARED_LATE") ? " -DPROCESSES=2 -DSHARED" : "";
    assertThat(checked("-DSAFETY", "-DKILLS=1 -DFAULT_" + fault + shared))
        .contains("assertion violated ((owners==1)");
  }

  @Test
  void trustInAPortMakesSomebodyWaitForEver() throws Exception {
    assertThat(checked("-DSAFETY", "-DKILLS=1 -DFAULT_PORT_TRUSTED")).contains("invalid end state");
  }

  /** What Spin's verifier says. Never more than a gigabyte. */
  private String checked(String kind, String options) throws Exception {
    List<String> spin = new ArrayList<>(List.of("spin"));
    spin.addAll(Arrays.asList(options.split(" ")));
    spin.addAll(List.of("-a", MODEL.toString()));
    run(spin);
    String speed = options.contains("FAULT") ? "-O0" : "-O1"; // a fault is found soon
    run(List.of("gcc", "-w", speed, kind, "-DCOLLAPSE", "-DMEMLIM=1024", "-o", "pan", "pan.c"));
    List<String> pan = new ArrayList<>(List.of("./pan", "-m20000", "-w20"));
    if (kind.equals("-DNP")) {
      pan.add("-l");
    }
    String said = run(pan);
    assertThat(said).doesNotContain("max search depth too small", "pan: reached -DMEMLIM bound");
    return said;
  }

  private String run(List<String> command) throws Exception {
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    boolean ended = process.waitFor(RUN_S, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(ended).as(command + ": " + said).isTrue();
    assertThat(process.exitValue()).as(command + ": " + said).isZero();
    return said;
  }
}

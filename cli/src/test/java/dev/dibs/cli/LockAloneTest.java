package dev.dibs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.locks.HeldLocks;
import dev.dibs.locks.LockRequest;
import dev.dibs.locks.Locks;
import dev.dibs.locks.ProcessLocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockAloneTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();
  private Path directory = Path.of("");

  @BeforeEach
  void nameDirectory() {
    directory = folder.resolve("locks");
  }

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
    started.forEach(process -> process.onExit().join());
  }

  // --- what the command finds ---

  @Test
  void theCommandIsTheSameProcessAndKnowsItsFence() throws Exception {
    Process command = alone("a", "--", "sh", "-c", "echo $$ $DIBS_FENCE");
    String[] said = line(command).split(" ", -1);
    assertThat(Long.parseLong(said[0])).isEqualTo(command.pid());
    assertThat(Long.parseLong(said[1])).isPositive();
    assertThat(command.waitFor()).isZero();
  }

  @Test
  void theCommandFindsNothingOfTheJvm() throws Exception {
    String look =
        "for f in /proc/self/fd/*; do readlink $f; done; "
            + "grep SigBlk /proc/self/status; ulimit -n";
    List<String> plain = List.of(out(start("sh", "-c", look)).split("\n", -1));
    List<String> ours = List.of(out(alone("a", "--", "sh", "-c", look)).split("\n", -1));
    assertThat(ours).contains(directory.resolve("ranges").toString());
    assertThat(ours.stream().filter(LockAloneTest::isNoPipe).filter(s -> !s.endsWith("ranges")))
        .containsExactlyElementsOf(plain.stream().filter(LockAloneTest::isNoPipe).toList());
  }

  private static boolean isNoPipe(String line) {
    return !line.startsWith("pipe:") && !line.startsWith("/proc/");
  }

  @Test
  void ignoredSignalsAndVariablesAreGivenBack() throws Exception {
    Process command =
        alone(
            "--ignored",
            "1",
            "--set",
            "JAVA_TOOL_OPTIONS=-Dx=y",
            "a",
            "--",
            "sh",
            "-c",
            "grep SigIgn /proc/self/status; echo $JAVA_TOOL_OPTIONS");
    assertThat(out(command)).containsPattern("SigIgn:\\s[0-9a-f]{15}1\n").endsWith("-Dx=y\n");
  }

  @Test
  void argumentsArePassedByteForByte() throws Exception {
    String bytes = "exec \"$@\" a -- printf %s \"$(printf 'a\\377b')\"";
    List<String> words = new ArrayList<>(List.of("sh", "-c", bytes, "sh"));
    words.addAll(words());
    Process command = start(words.toArray(String[]::new));
    assertThat(command.getInputStream().readAllBytes()).containsExactly('a', 0xFF, 'b');
  }

  @Test
  void itsStatusIsTheCommands() throws Exception {
    assertThat(alone("a", "--", "sh", "-c", "exit 7").waitFor()).isEqualTo(7);
    assertThat(alone("a", "--", "/no/such/program").waitFor()).isEqualTo(127);
    assertThat(alone("a", "--", "/etc/passwd").waitFor()).isEqualTo(126);
    assertThat(alone("a", "--").waitFor()).isEqualTo(125);
    assertThat(alone("--unless", "true", "a", "--", "sh", "-c", "exit 7").waitFor()).isZero();
  }

  // --- who is kept out, and how long ---

  @Test
  void othersAreKeptOutWhileTheCommandLives() throws Exception {
    Process command = alone("a", "b", "--", "sh", "-c", "echo in; read x");
    line(command);
    assertThat(isFree("a")).isFalse();
    assertThat(alone("--wait", "0", "b", "--", "true").waitFor()).isEqualTo(75);
    assertThat(alone("--wait", "0.1", "--status", "3", "b", "--", "true").waitFor()).isEqualTo(3);
    assertThat(alone("--wait", "0", "c", "--", "true").waitFor()).isZero();
    try (Locks locks = ProcessLocks.in(directory)) {
      assertThat(locks.holder("a").orElseThrow().pid()).isEqualTo(command.pid());
    }
    command.destroyForcibly();
    assertThat(isFreeInTime("a")).isTrue();
  }

  @Test
  void itWaitsForLocksOfOtherJvms() throws Exception {
    Process command;
    try (Locks locks = ProcessLocks.in(directory);
        HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      command = alone("a", "--", "sh", "-c", "echo $DIBS_FENCE");
      assertThat(command.inputReader().ready()).isFalse();
      assertThat(alone("--wait", "0", "--shared", "a", "--", "true").waitFor()).isEqualTo(75);
      assertThat(held.names()).containsExactly("a");
    }
    assertThat(line(command)).isNotEmpty();
  }

  @Test
  void sharedLocksGoTogether() throws Exception {
    Process first = alone("--shared", "a", "--", "sh", "-c", "echo in; read x");
    line(first);
    assertThat(alone("--shared", "--wait", "0", "a", "--", "true").waitFor()).isZero();
    assertThat(alone("--wait", "0", "a", "--", "true").waitFor()).isEqualTo(75);
  }

  @Test
  void theLockLivesWhileTheCommandsTreeDoes() throws Exception {
    Process command = alone("a", "--", "sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!");
    long child = Long.parseLong(line(command));
    assertThat(command.waitFor()).isZero();
    assertThat(isFree("a")).isFalse();
    ProcessHandle.of(child).orElseThrow().destroyForcibly();
    assertThat(isFreeInTime("a")).isTrue();
  }

  @Test
  void withoutInheritingItLivesWhileTheCommandDoes() throws Exception {
    Process command =
        alone("--no-inherit", "a", "--", "sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!; read x");
    long child = Long.parseLong(line(command));
    assertThat(isFree("a")).isFalse();
    command.destroyForcibly();
    assertThat(isFreeInTime("a")).isTrue();
    ProcessHandle.of(child).orElseThrow().destroyForcibly();
  }

  // --- nesting ---

  @Test
  void belowItsHolderALockIsHeldAlready() throws Exception {
    List<String> inner = words("a", "b", "--", "sh", "-c", "echo inner");
    Process outer = alone(all(List.of("a", "--"), inner));
    assertThat(out(outer)).isEqualTo("inner\n");
    Process reader = alone(all(List.of("a", "--"), words("--shared", "a", "--", "echo", "read")));
    assertThat(out(reader)).isEqualTo("read\n");
  }

  @Test
  void belowASharedOneNobodyWaitsForMore() throws Exception {
    Process outer = alone(all(List.of("--shared", "a", "--"), words("a", "--", "echo", "inner")));
    assertThat(outer.waitFor()).isEqualTo(125);
  }

  // --- where it can't be ---

  @Test
  void aDirectoryWithoutKernelLocksIsRefused() throws Exception {
    Files.createDirectory(directory);
    Files.writeString(directory.resolve("mechanism"), "dibs locks 1 socket\n");
    assertThat(alone("a", "--", "echo", "ran").waitFor()).isEqualTo(125);
  }

  // --- helpers ---

  private Process alone(String... arguments) throws IOException {
    return start(words(arguments).toArray(String[]::new));
  }

  private static String[] all(List<String> first, List<String> then) {
    List<String> words = new ArrayList<>(first);
    words.addAll(then);
    return words.toArray(String[]::new);
  }

  private List<String> words(String... arguments) {
    String path = System.getProperty("java.class.path");
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:-MaxFDLimit",
                "-Xrs",
                "-XX:+DisableAttachMechanism",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", path),
                "dev.dibs.cli.LockAlone",
                "--directory",
                directory.toString()));
    words.addAll(List.of(arguments));
    return words;
  }

  private Process start(String... words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String out(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String line(Process process) throws IOException {
    BufferedReader out = process.inputReader();
    return Optional.ofNullable(out.readLine()).orElse("");
  }

  private boolean isFree(String name) throws Exception {
    return isFreeWithin(name, Duration.ZERO);
  }

  private boolean isFreeInTime(String name) throws Exception {
    return isFreeWithin(name, LONG);
  }

  private boolean isFreeWithin(String name, Duration time) throws Exception {
    try (Locks locks = ProcessLocks.in(directory)) {
      return locks.tryAcquire(LockRequest.exclusive(name), time).isPresent();
    }
  }
}

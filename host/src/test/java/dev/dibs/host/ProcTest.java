package dev.dibs.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTest {

  private final Path directory;
  private final Children children = new Children();

  ProcTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @AfterEach
  void endChildren() throws Exception {
    children.end();
  }

  @Test
  void tellsWhatAProcessIs() throws IOException {
    int pid = Children.pid(children.start("sleep", "1000"));
    ProcessStat stat = Proc.stat(pid).orElseThrow();
    assertThat(stat.pid()).isEqualTo(pid);
    assertThat(stat.name()).isEqualTo("sleep");
    assertThat(stat.parent()).isEqualTo(Self.pid());
    assertThat(stat.startTicks()).isGreaterThanOrEqualTo(self().startTicks());
    assertThat(stat.isOver()).isFalse();
    assertThat(stat.session()).isEqualTo(self().session());
    assertThat(self().cpuTicks()).isPositive();
  }

  @Test
  void countsTheTimeOfChildrenThatEnded() throws IOException {
    String busy = "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done";
    Process shell = children.start("sh", "-c", "(" + busy + "); echo; read x");
    assertThat(shell.getInputStream().read()).isEqualTo('\n');
    assertThat(Proc.stat(Children.pid(shell)).orElseThrow().endedTicks()).isPositive();
  }

  @Test
  void readsANameThatLooksLikeTheFieldsAfterIt() throws IOException {
    Path program = directory.resolve("a) R 1 (b\n");
    Files.copy(Path.of("/bin/sleep"), program);
    int pid = Children.pid(children.start(program.toString(), "1000"));
    ProcessStat stat = Proc.stat(pid).orElseThrow();
    assertThat(stat.name()).isEqualTo("a) R 1 (b\n");
    assertThat(stat.parent()).isEqualTo(Self.pid());
  }

  @Test
  void tellsAllThreadsApart() throws IOException {
    List<ProcessStat> tasks = Proc.tasks(Self.pid());
    assertThat(tasks).hasSizeGreaterThan(1).anyMatch(task -> task.pid() == Self.pid());
    assertThat(tasks).extracting(ProcessStat::pid).doesNotHaveDuplicates();
    assertThat(tasks).anyMatch(task -> task.state() == 'R').anyMatch(ProcessStat::isAsleep);
  }

  @Test
  void readsCommandLinesWithEmptyAndOddWords() throws IOException {
    String[] command = {"sleep", "1000", "0", "0.0"};
    assertThat(commandLine(children.start(command))).containsExactly(command);
    String[] odd = {"sh", "-c", "read x", "", "zwei Wörter", "a\nb", ""};
    assertThat(commandLine(children.start(odd))).containsExactly(odd);
  }

  @Test
  void cutsACommandLineOfMoreThanAMegabyte() throws IOException {
    String[] command = new String[15];
    Arrays.fill(command, "x".repeat(100_000));
    System.arraycopy(new String[] {"sh", "-c", "read x"}, 0, command, 0, 3);
    List<String> words = commandLine(children.start(command));
    int bytes = words.stream().mapToInt(String::length).sum() + words.size() - 1;
    assertThat(bytes).isEqualTo(Proc.BLOCK_BYTES_MAX);
    assertThat(words.get(3)).isEqualTo(command[3]);
  }

  @Test
  void readsAnEnvironmentWithNamesThatNoShellKeeps() throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
    builder.environment().put("DIBS_RUN", "7k2");
    builder.environment().put("a.b", "x y");
    builder.environment().put("BASH_FUNC_f%%", "() {  echo hi\n}");
    EnvironmentBlock environment =
        Proc.environment(Children.pid(children.start(builder))).orElseThrow();
    assertThat(environment.get("DIBS_RUN")).contains("7k2");
    assertThat(environment.get("a.b")).contains("x y");
    assertThat(environment.get("DIBS")).isEmpty();
    assertThat(environment.unfitForShell())
        .extracting(entry -> new String(entry, UTF_8))
        .contains("a.b=x y", "BASH_FUNC_f%%=() {  echo hi\n}");
  }

  @Test
  void readsAnEnvironmentOfManyPages() throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
    for (int i = 0; i < 5; i++) {
      builder.environment().put("BIG" + i, Integer.toString(i).repeat(100_000));
    }
    EnvironmentBlock environment =
        Proc.environment(Children.pid(children.start(builder))).orElseThrow();
    assertThat(environment.length()).isGreaterThan(500_000);
    assertThat(environment.get("BIG4")).contains("4".repeat(100_000));
  }

  @Test
  void followsLinks() throws IOException {
    Path input = Files.createFile(directory.resolve("input"));
    ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
    Process child =
        children.start(builder.directory(directory.toFile()).redirectInput(input.toFile()));
    int pid = Children.pid(child);
    assertThat(Proc.directory(pid)).contains(directory.toRealPath().toString());
    assertThat(Proc.descriptorTarget(pid, 0)).contains(input.toRealPath().toString());
    assertThat(Proc.descriptorTarget(pid, 1).orElseThrow()).startsWith("pipe:[");
    assertThat(Proc.descriptorTarget(pid, 9)).isEmpty();
    assertThat(Proc.executable(pid)).contains(Path.of("/bin/sleep").toRealPath().toString());
  }

  @Test
  void isEmptyForAProcessThatHasGone() throws Exception {
    for (int pid : new int[] {children.gone(), Integer.MAX_VALUE, 0, -1}) {
      assertThat(Proc.stat(pid)).isEmpty();
      assertThat(Proc.tasks(pid)).isEmpty();
      assertThat(Proc.commandLine(pid)).isEmpty();
      assertThat(Proc.environment(pid)).isEmpty();
      assertThat(Proc.directory(pid)).isEmpty();
      assertThat(Proc.executable(pid)).isEmpty();
      assertThat(Proc.descriptorTarget(pid, 0)).isEmpty();
    }
  }

  @Test
  void knowsAZombieByItsState() throws IOException {
    String script = "exec 3<&0; sh -c 'read x <&3' & echo $!; exec sleep 1000";
    Process parent = children.start("sh", "-c", script);
    int child = Integer.parseInt(parent.inputReader(UTF_8).readLine());
    Children.awaitName(Children.pid(parent), "sleep"); // the shell would reap it
    parent.outputWriter(UTF_8).close();
    Children.awaitEnd(child);
    assertThat(Proc.stat(child)).get().matches(ProcessStat::isOver);
    assertThat(Proc.commandLine(child)).contains(List.of());
    assertThat(Proc.environment(child).map(EnvironmentBlock::length).orElse(0)).isZero();
    assertThat(Proc.directory(child)).isEmpty();
  }

  @Test
  void listsProcesses() throws IOException {
    int pid = Children.pid(children.start("sleep", "1000"));
    assertThat(Proc.pids()).contains(pid, Self.pid(), 1).doesNotHaveDuplicates();
  }

  private static ProcessStat self() throws OsException {
    return Proc.stat(Self.pid()).orElseThrow();
  }

  private static List<String> commandLine(Process process) throws OsException {
    return Proc.commandLine(Children.pid(process)).orElseThrow();
  }

  @Test
  void theFilesThatAProcessHasOpenBelowAFolderAreFound(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path read = Files.createFile(folder.resolve("read"));
    Path folderBeside = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "2"));
    try (FileChannel both =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel reading = FileChannel.open(read, StandardOpenOption.READ);
        FileChannel beside =
            FileChannel.open(
                folderBeside.resolve("x"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long inode = (Long) Files.getAttribute(file, "unix:ino");
      long readInode = (Long) Files.getAttribute(read, "unix:ino");
      assertThat(List.of(both, reading, beside)).allMatch(FileChannel::isOpen);
      assertThat(Proc.inodesBelow(Self.pid(), folder.toString(), Proc.Access.ANY))
          .containsExactlyInAnyOrder(inode, readInode);
      assertThat(Proc.inodesBelow(Self.pid(), folder.toString(), Proc.Access.READ_WRITE))
          .containsExactly(inode);
    } finally {
      Files.delete(folderBeside.resolve("x"));
      Files.delete(folderBeside);
    }
    assertThat(Proc.inodesBelow(Self.pid(), folder.toString(), Proc.Access.ANY)).isEmpty();
  }
}

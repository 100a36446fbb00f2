package dev.dibs.daemon.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dibs.protocol.MalformedRequestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody asks for is what the kernel says of it. */
@NullMarked
class TaskTest {

  private static final List<String> NAMES = List.of("CC");

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  /** A process with these words at the end of its command line, once it is what it is to be. */
  private int asker(Path folder, Map<String, String> environment, String... words)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("sh", "-c", "echo; read x", "dibs", "once"));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().remove("CC");
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    assertThat(process.getInputStream().read()).isEqualTo('\n');
    return (int) process.pid();
  }

  private Task task(Path folder, Map<String, String> environment, String... words)
      throws IOException, MalformedRequestException {
    return Task.of(asker(folder, environment, words), words.length - 2, NAMES);
  }

  @Test
  void theSameIsTheSame(@TempDir Path folder) throws Exception {
    Task task = task(folder, Map.of("CC", "gcc"), "k", "--", "make", "docs");
    assertThat(task)
        .isEqualTo(task(folder, Map.of("CC", "gcc", "X", "1"), "k", "--", "make", "docs"))
        .returns("k", Task::key)
        .returns("make docs", Task::command)
        .returns(folder.toRealPath().toString(), Task::directory);
  }

  @Test
  void anythingElseIsSomethingElse(@TempDir Path folder, @TempDir Path other) throws Exception {
    List<Task> tasks =
        List.of(
            task(folder, Map.of(), "k", "--", "make", "a b"),
            task(folder, Map.of(), "k", "--", "make", "a", "b"),
            task(folder, Map.of(), "k", "--", "make a", "b"),
            task(folder, Map.of(), "k", "--", "make", "a b", ""),
            task(folder, Map.of("CC", ""), "k", "--", "make", "a b"),
            task(folder, Map.of("CC", "gcc"), "k", "--", "make", "a b"),
            task(other, Map.of(), "k", "--", "make", "a b"));
    assertThat(tasks.stream().map(Task::fingerprint)).doesNotHaveDuplicates();
  }

  @Test
  void whatIsNoKeyAndCommandIsRefused(@TempDir Path folder) throws Exception {
    int asker = asker(folder, Map.of(), "k", "--", "make");
    for (int words : new int[] {2, 3, 100}) {
      assertThatThrownBy(() -> Task.of(asker, words, NAMES))
          .isInstanceOf(MalformedRequestException.class)
          .hasMessageContaining("KEY -- COMMAND");
    }
    for (String key : List.of("", "a\nb", "x".repeat(Task.KEY_BYTES_MAX + 1))) {
      assertThatThrownBy(() -> task(folder, Map.of(), key, "--", "make"))
          .isInstanceOf(MalformedRequestException.class)
          .hasMessageContaining("key");
    }
  }
}

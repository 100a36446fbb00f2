package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs once}: what several ask for at the same time runs once. */
class OnceTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private static final int ASKERS = 60;

  /**
   * Notes who runs it and whether anything of an earlier run is left; then waits for the file
   * {@code go}. Of what it starts one has an environment of its own and one has no descriptors.
   */
  private static final Pattern WAITING =
      Pattern.compile("\"once\" .*?\"waiting\" : (\\d+)", Pattern.DOTALL);

  private static final String WORK =
      """
      for before in $(cat ran started 2>/dev/null); do
        if [ -e /proc/${before%%:*}/exe ]; then echo "$before beside $$" >>two; fi
      done
      env -i PATH="$PATH" sh -c 'while :; do sleep 0.02; done' &
      own=$!
      sh -c 'while :; do sleep 0.02; done' 9>&- 8>&- 7>&- 6>&- 5>&- 4>&- 3>&- &
      bare=$!
      echo $own $bare >>started
      echo $$:$PPID >>ran
      until [ -e go ]; do sleep 0.02; done
      kill $own $bare
      head -c 300000 /dev/urandom
      echo oops >&2
      exit 5
      """;

  private Command once(String... arguments) {
    List<String> words = new ArrayList<>(List.of("once"));
    words.addAll(List.of(arguments));
    return dibs.dibs(words.toArray(String[]::new));
  }

  private Command work() {
    return once("-q", "docs", "--", "sh", "-c", WORK);
  }

  private List<Running> askers(int count) {
    List<Running> askers = IntStream.range(0, count).mapToObj(i -> work().start()).toList();
    awaitWaiters(count - 1);
    return askers;
  }

  private void awaitWaiters(int count) {
    awaitRuns(1);
    Until.holds(count + " waiters", () -> waiters() == count);
  }

  /** Those of whom the daemon knows. */
  private int waiters() {
    Matcher waiting = WAITING.matcher(dibs.dibs("status", "--json").end().well().out());
    return waiting.find() ? Integer.parseInt(waiting.group(1)) : -1;
  }

  private List<String> runs() {
    Path ran = dibs.folder().resolve("ran");
    return Files.exists(ran) ? Texts.read(ran).lines().toList() : List.of();
  }

  private void awaitRuns(int count) {
    Until.holds(count + " runs", () -> runs().size() >= count);
  }

  /** The process that runs the work as the n-th. */
  private long runner(int n) {
    awaitRuns(n);
    return Long.parseLong(runs().get(n - 1).split(":", -1)[1]);
  }

  private void letGo() {
    Texts.write(dibs.folder().resolve("go"), "");
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void assertNeverTwo() {
    assertThat(dibs.folder().resolve("two")).doesNotExist();
  }

  @Test
  void manyWhoAskAtOnceAllHaveWhatOneRunGives() {
    List<Running> askers = askers(ASKERS);
    Running slow =
        dibs.plain(
                "sh",
                "-c",
                "dibs once -q docs -- sh -c \"$0\" | (until [ -e slow ]; do sleep 0.02; done; cat)",
                WORK)
            .start();
    awaitWaiters(ASKERS);
    letGo();
    byte[] first = null;
    for (Running asker : askers) {
      assertThat(asker.end().with(5).err()).isEqualTo("oops\n");
      first = first == null ? bytes(asker.out()) : first;
      assertThat(bytes(asker.out())).hasSize(300_000).isEqualTo(first);
    }
    Texts.write(dibs.folder().resolve("slow"), "");
    slow.end();
    assertThat(bytes(slow.out())).isEqualTo(first);
    assertThat(runs()).hasSize(1);
    Until.holds("nothing is kept", () -> kept().length == 0);
  }

  private String[] kept() {
    File folder = dibs.directory().resolve("once").toFile();
    String[] kept = folder.list();
    return kept == null ? new String[] {"no " + folder} : kept;
  }

  @Test
  void theWorkOfAKilledRunnerIsTakenOverAndNeverDoneByTwo() {
    List<Running> askers = askers(5);
    killRunner(askers, 1);
    awaitRuns(2);
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    killRunner(askers, 2);
    awaitRuns(3);
    killRunner(askers, 3);
    awaitRuns(4);
    letGo();
    List<Running> left = askers.stream().filter(asker -> asker.end().status() == 5).toList();
    assertThat(left).hasSize(2);
    assertThat(bytes(left.get(0).out())).hasSize(300_000).isEqualTo(bytes(left.get(1).out()));
    assertThat(runs()).hasSize(4);
    assertNeverTwo();
  }

  /** Without dibs there are two at once, and what the work notes says so. */
  @Test
  void theWorkSeesWhenItIsDoneByTwo() {
    List<Running> both =
        IntStream.range(0, 2)
            .mapToObj(
                i -> {
                  Running one = dibs.plain("sh", "-c", WORK).start();
                  awaitRuns(i + 1);
                  return one;
                })
            .toList();
    letGo();
    both.forEach(one -> one.end().with(5));
    assertThat(dibs.folder().resolve("two")).exists();
  }

  private void killRunner(List<Running> askers, int n) {
    long pid = runner(n);
    assertThat(askers).anyMatch(asker -> asker.pid() == pid);
    Processes.signal("KILL", pid);
  }

  @Test
  void aResultThatCameWhileThereWasNoDaemonReachesThoseWhoWait() {
    List<Running> askers = askers(3);
    long runner = runner(1);
    dibs.supervisor().ifPresent(pid -> Processes.signal("STOP", pid));
    dibs.keeper().ifPresent(pid -> Processes.signal("STOP", pid));
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    letGo();
    Running first =
        askers.stream().filter(asker -> asker.pid() == runner).findFirst().orElseThrow();
    first.end().with(5);
    dibs.keeper().ifPresent(pid -> Processes.signal("CONT", pid));
    dibs.supervisor().ifPresent(pid -> Processes.signal("CONT", pid));
    askers.forEach(asker -> asker.end().with(5));
    assertThat(askers).allMatch(asker -> Arrays.equals(bytes(asker.out()), bytes(first.out())));
    assertThat(runs()).hasSize(1);
  }

  @Test
  void whoDoesNotFitOrWaitIsToldWhoRunsIt() {
    Running first = work().start();
    awaitRuns(1);
    assertThat(once("docs", "--", "make", "all").end().with(125).err())
        .contains("'docs'", "(make all)", "(sh -c for before", "pid " + first.pid());
    assertThat(once("-n", "docs", "--", "sh", "-c", WORK).end().with(75).err())
        .contains("pid " + first.pid());
    assertThat(once("-w", "0.1", "-E", "9", "docs", "--", "sh", "-c", WORK).end().with(9).err())
        .contains("was not done in 0.1 s");
    assertThat(
            once("--env", "X", "docs", "--", "sh", "-c", WORK).with("X", "1").end().with(125).err())
        .contains("--env");
    assertThat(dibs.dibs("stop").end().with(1).out()).contains("dibs once: 1 running");
    Running waiter = once("docs", "--", "sh", "-c", WORK).start();
    Until.holds(
        "a word about the runner",
        () ->
            waiter
                .said()
                .matches(
                    "(?s)dibs: waiting for 'docs': run by pid "
                        + first.pid()
                        + " .* since ..:..:..\n"));
    letGo();
    waiter.end().with(5);
    first.end().with(5);
    assertThat(once("outer", "--", "dibs", "once", "inner", "--", "echo", "x").end().well().out())
        .isEqualTo("x\n");
    Texts.script(dibs.folder().resolve("self"), "#!/bin/sh\nexec dibs once a -- ./self\n");
    assertThat(once("a", "--", "./self").end().with(125).err()).contains("would never end");
  }

  @Test
  void aResultIsGoodEnoughForAsLongAsTheAskerSays() {
    String count = "echo x >>count; wc -l <count; test ! -e bad";
    String[] patient = {"--ttl", "100", "t", "--", "sh", "-c", count};
    assertThat(once(patient).end().well().out()).isEqualTo("1\n");
    assertThat(once(patient).end().well().out()).isEqualTo("1\n");
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    assertThat(once(patient).end().well().out()).isEqualTo("1\n");
    assertThat(once("t", "--", "sh", "-c", count).end().well().out()).isEqualTo("2\n");
    Until.holds("nothing is kept", () -> kept().length == 0);
    Texts.write(dibs.folder().resolve("bad"), "");
    assertThat(once("--ttl", "0.001", "t", "--", "sh", "-c", count).end().with(1).out())
        .isEqualTo("3\n");
    assertThat(once(patient).end().with(1).out()).isEqualTo("4\n");
  }
}

package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs once} where something is wrong: it fails closed. */
class OnceTroubleTest {
  private static final int NOBODY = 65534;
  private static final String WORK = "echo held; exec cat";

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private Running asker() {
    return dibs.dibs("once", "x", "--", "sh", "-c", WORK).piped().start();
  }

  private Running runner() {
    return asker().says("held");
  }

  private void awaitWaiter() {
    Until.holds(
        "a waiter", () -> dibs.dibs("status", "--json").end().out().contains("\"waiting\" : 1,"));
  }

  @Test
  void aDirectoryOfSomebodyElseIsNotAsked() throws IOException {
    Path foreign = Files.createDirectory(dibs.folder().resolve("foreign"));
    try {
      Files.setAttribute(foreign, "unix:uid", NOBODY);
    } catch (IOException refused) {
      assumeTrue(false, "missing: the right to give a folder away");
    }
    Ended ended =
        dibs.dibs("once", "x", "--", "touch", "ran").with("DIBS_DIR", foreign.toString()).end();
    assertThat(ended.with(125).err()).contains("not run:", foreign.toString());
    assertThat(dibs.folder().resolve("ran")).doesNotExist();
  }

  @Test
  void allOfTheDaemonMayBeKilledWhileSomebodyRunsAndSomebodyWaits() {
    Running runner = runner();
    Running waiter = asker();
    awaitWaiter();
    waiter.signalAll("STOP"); // it starts another daemon at once
    long killed = dibs.daemon().orElseThrow();
    long[] all = {dibs.supervisor().orElseThrow(), dibs.keeper().orElse(killed), killed};
    Processes.signalAll("STOP", all); // or one might do something about the end of another
    Processes.signalAll("KILL", all);
    String lock = dibs.directory().resolve("lock").toString();
    Until.holds("their end", () -> dibs.plain("flock", "-n", lock, "true").end().status() == 0);
    waiter.signalAll("CONT");
    Until.holds("another daemon", () -> dibs.daemon().orElse(killed) != killed);
    awaitWaiter();
    runner.closeInput();
    assertThat(runner.end().well().out()).isEqualTo("held\n");
    assertThat(waiter.end().well().out()).isEqualTo("held\n");
  }

  @Test
  void aRunnerThatIsStoppedIsWaitedForAsLongAsOneSays() {
    Running runner = runner();
    runner.signalAll("STOP");
    assertThat(dibs.dibs("once", "-w", "0.2", "x", "--", "sh", "-c", WORK).end().with(75).err())
        .contains("was not done in 0.2 s: run by pid " + runner.pid());
    Running waiter = asker();
    awaitWaiter();
    runner.signalAll("CONT");
    runner.closeInput();
    assertThat(waiter.end().well().out()).isEqualTo("held\n");
  }

  @Test
  void whoWaitsAndIsKilledIsForgotten() {
    Running runner = runner();
    Running waiter = asker();
    awaitWaiter();
    waiter.kill();
    Until.holds(
        "nobody waits",
        () ->
            dibs.dibs("status", "--json").end().out().contains("\"waiting\" : 0,\n    \"waiters"));
    runner.closeInput();
    runner.end().well();
  }

  @Test
  void onAFullDiskTheRunnerLosesNothingAndSaysThatOthersHaveToRunIt() {
    String script =
        """
        mount -t tmpfs -o size=400k,mode=700 tmpfs "$DIBS_DIR" || exit
        dibs once x -- sh -c 'head -c 1000000 /dev/zero; exit 3' | wc -c
        until [ -z "$(ls "$DIBS_DIR/once")" ]; do sleep 0.02; done
        dibs once x -- sh -c 'echo small; exit 4'
        echo $?
        dibs stop --force >&2
        """;
    Ended ended = OwnMounts.run(dibs, script);
    assertThat(ended.out()).isEqualTo("1000000\nsmall\n4\n");
    assertThat(ended.err()).contains("the output could not be kept");
  }

  @Test
  void timesAreBounded() {
    String[] count = {"--", "sh", "-c", "echo x >>count; wc -l <count"};
    for (String ttl : new String[] {"0", "0.0", "9999999999"}) {
      dibs.dibs("once", "--ttl", ttl, "x" + ttl, count[0], count[1], count[2], count[3])
          .end()
          .well();
    }
    for (String ttl : new String[] {"", "-1", "1e9", "1.2.3", "99999999999999"}) {
      assertThat(dibs.dibs("once", "--ttl", ttl, "x", "--", "touch", "ran").end().with(125).err())
          .contains("number of seconds");
    }
    assertThat(dibs.folder().resolve("ran")).doesNotExist();
  }
}

package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.locks.LockRange;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locks of the daemon, and locks of the same names without it. */
class BothKindsOfLocksTest {
  private static final String HOLDS = "echo held; exec cat";

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  private Running holder(String... options) {
    List<String> words = new ArrayList<>(List.of("lock"));
    words.addAll(List.of(options));
    words.addAll(List.of("--", "sh", "-c", HOLDS));
    return dibs.dibs(words.toArray(String[]::new)).piped().start().says("held");
  }

  private Running outside(String name) {
    return dibs.plain(
            "ranged",
            dibs.directory().resolve("locks").toString(),
            Long.toString(LockRange.of(name).position()),
            "sh",
            "-c",
            HOLDS)
        .piped()
        .start();
  }

  @Test
  void whatTheDaemonGrantedIsHeldForThoseWithoutItAndTheyAreToldByWhom() {
    Running holder = holder("x");
    Running waiter = dibs.dibs("lock", "--no-daemon", "x", "--", "echo", "ran").start();
    Until.holds("is told", () -> waiter.said().contains("held by pid " + holder.pid()));
    assertThat(dibs.dibs("lock", "--no-daemon", "-n", "x", "--", "true").end().status())
        .isEqualTo(75);
    holder.closeInput();
    assertThat(waiter.end().well().out()).contains("ran");
  }

  @Test
  void whatIsHeldWithoutTheDaemonItDoesNotGrantAndSaysByWhom() {
    Running holder = holder("--no-daemon", "x");
    Running waiter = dibs.dibs("lock", "x", "--", "echo", "ran").start();
    String whom = "without the daemon";
    Until.holds("is told", () -> waiter.said().contains(whom));
    assertThat(waiter.said()).contains("held by pid " + holder.pid());
    assertThat(dibs.dibs("lock", "-n", "x", "--", "true").end().status()).isEqualTo(75);
    assertThat(dibs.dibs("lock", "-w", "0.2", "x", "--", "true").end().status()).isEqualTo(75);
    assertThat(dibs.dibs("lock", "--list", "--json").end().out()).contains("\"outside\"");
    holder.closeInput();
    assertThat(waiter.end().well().out()).contains("ran");
  }

  @Test
  void whoWaitsForOneOfManyNamesKeepsNobodyFromTheOthers() {
    dibs.startedDaemon();
    Running holder = outside("b").says("held");
    Running waiter = dibs.dibs("lock", "a", "b", "c", "--", "echo", "ran").start();
    Until.holds("waits", () -> waiter.said().contains("without the daemon"));
    dibs.dibs("lock", "-n", "a", "c", "--", "true").end().well();
    dibs.dibs("lock", "--no-daemon", "-n", "c", "--", "true").end().well();
    holder.closeInput();
    assertThat(waiter.end().well().out()).contains("ran");
  }

  @Test
  void sharedOnesOfBothKindsHaveItTogether() {
    Running daemons = holder("-s", "x");
    Running without = holder("--no-daemon", "-s", "x");
    assertThat(dibs.dibs("lock", "-n", "x", "--", "true").end().status()).isEqualTo(75);
    daemons.closeInput();
    daemons.end().well();
    dibs.dibs("lock", "-n", "-s", "x", "--", "true").end().well();
    assertThat(dibs.dibs("lock", "-n", "x", "--", "true").end().status()).isEqualTo(75);
    without.closeInput();
    dibs.dibs("lock", "-w", "30", "x", "--", "true").end().well();
  }

  @Test
  void whoWaitsWithoutTheDaemonIsNotPassedForEver() {
    dibs.startedDaemon();
    String loop = "while [ ! -e over ]; do " + Programs.dibs() + " lock x -- true; done";
    Command worker = dibs.plain("sh", "-c", loop);
    List<Running> crowd = List.of(worker.start(), worker.start());
    Running outside = outside("x").says("held");
    Texts.write(dibs.folder().resolve("over"), "");
    outside.closeInput();
    outside.end().well();
    crowd.forEach(one -> one.end());
  }

  @Test
  void itIsHeldThoughDaemonOrSupervisorIsKilled() {
    Running holder = holder("x");
    Running outside = outside("x");
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    Processes.signal("KILL", dibs.supervisor().orElseThrow());
    dibs.dibs("lock", "y", "--", "true").end().well(); // a daemon is there again
    assertThat(dibs.dibs("lock", "-n", "x", "--", "true").end().status()).isEqualTo(75);
    assertThat(outside.said()).isEmpty();
    holder.closeInput();
    outside.says("held").closeInput();
  }

  @Test
  void whoHasItOneWayIsNotLeftWaitingForItselfTheOtherWay() {
    String dibsItself = Programs.dibs().toString();
    dibs.dibs("lock", "x", "--", dibsItself, "lock", "--no-daemon", "x", "--", "true").end().well();
    Ended other =
        dibs.dibs("lock", "--no-daemon", "x", "--", dibsItself, "lock", "x", "--", "true").end();
    assertThat(other.status()).isEqualTo(125);
    assertThat(other.err()).contains("held by this itself, without the daemon");
  }

  @Test
  void whereOthersLockBySocketsTheDaemonGrantsNothing() throws IOException {
    dibs.fresh();
    dibs.startedDaemon();
    dibs.dibs("stop").end().well();
    Files.writeString(dibs.directory().resolve("locks/mechanism"), "dibs locks 1 socket\n");
    Ended refused = dibs.dibs("lock", "x", "--", "true").end();
    assertThat(refused.status()).isEqualTo(125);
    assertThat(refused.err()).contains("held by sockets");
    dibs.dibs("run", "--", "true").end().well();
  }

  /** Whichever of the two comes last is refused. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCircleThroughBothKindsIsRefusedAndNamed(boolean outsideFirst) {
    Running outside = holdsAndWants("--no-daemon", "a", "-x", "b");
    Running inside = holdsAndWants("-x", "b", "--no-daemon", "a");
    Running first = outsideFirst ? outside : inside;
    Running last = outsideFirst ? inside : outside;
    first.say("go");
    Until.holds("a waiter", () -> dibs.dibs("lock", "--list").end().out().contains("waits"));
    last.say("go");
    assertThat(last.end().with(125).err())
        .contains("is refused, for waiting for it would never end", "without the daemon");
    assertThat(first.end().well().out()).contains("ran");
  }

  private Running holdsAndWants(String kind, String name, String other, String wanted) {
    String wants = Programs.dibs() + " lock " + other + " " + wanted + " -- echo ran";
    return dibs.dibs("lock", kind, name, "--", "sh", "-c", "echo held; read go; exec " + wants)
        .piped()
        .start()
        .says("held");
  }

  /** No circle: the one outside started nobody who waits. */
  @Test
  void whoWaitsForSomebodyOutsideWhoWaitsForNobodyIsNotRefused() {
    Running outside = holder("--no-daemon", "a");
    Running inside = holdsAndWants("-x", "b", "-x", "a");
    Running other = dibs.dibs("lock", "b", "--", "echo", "ran").start();
    inside.say("go");
    Until.holds("told", () -> inside.said().contains("without the daemon"));
    assertThat(inside.isOver()).isFalse();
    outside.closeInput();
    assertThat(inside.end().well().out()).contains("ran");
    other.end().well();
  }
}

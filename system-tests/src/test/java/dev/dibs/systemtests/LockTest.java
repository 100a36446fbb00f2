package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code dibs lock} does for one who holds and one who wants. */
class LockTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  /** Holds until its input is closed. */
  private Running holding(String... optionsAndNames) {
    return lock("echo held; exec cat", optionsAndNames).piped().start().says("held");
  }

  private Command lock(String script, String... optionsAndNames) {
    List<String> words = new ArrayList<>(List.of("lock"));
    words.addAll(List.of(optionsAndNames));
    words.addAll(List.of("--", "sh", "-c", script));
    return dibs.dibs(words.toArray(String[]::new));
  }

  private Ended tried(String... optionsAndNames) {
    return lock(
            "echo ran",
            Stream.concat(Stream.of("-n"), Stream.of(optionsAndNames)).toArray(String[]::new))
        .end();
  }

  @Test
  void oneHasItAndTheOtherWaitsAndIsToldForWhom() {
    Running holder = holding("x");
    Running waiter = lock("echo ran", "x").start();
    Until.holds("a notice", () -> Texts.read(waiter.err()).contains("waiting for lock on 'x'"));
    assertThat(Texts.read(waiter.err()))
        .contains("held by pid " + holder.pid() + " (cat) in " + dibs.folder() + " since ");
    assertThat(waiter.isOver()).isFalse();
    holder.closeInput();
    assertThat(waiter.end().well().out()).isEqualTo("ran\n");
  }

  @Test
  void aWaiterHearsOfTheNextHolder() {
    Running first = holding("x");
    Running second = lock("echo held; exec cat", "x").piped().start();
    Until.holds("a notice", () -> Texts.read(second.err()).contains("pid " + first.pid()));
    Running third = lock("echo ran", "--priority", "background", "x").start();
    Until.holds("a notice", () -> Texts.read(third.err()).contains("1 other waiting"));
    first.closeInput();
    second.says("held");
    Until.holds("another", () -> Texts.read(third.err()).contains("pid " + second.pid()));
    second.closeInput();
    third.end().well();
  }

  @Test
  void sharedOnesHaveItTogetherAndAnExclusiveOneAlone() {
    Running one = holding("-s", "x");
    Running other = holding("-s", "x");
    assertThat(tried("x").status()).isEqualTo(75);
    one.closeInput();
    other.closeInput();
    one.end().well();
    other.end().well();
    tried("x").well();
  }

  @Test
  void waitingHasBoundsAndAStatus() {
    Running holder = holding("x");
    assertThat(tried("x").with(75).err())
        .contains("lock on 'x' is not free", "pid " + holder.pid());
    assertThat(tried("-E", "3", "x").status()).isEqualTo(3);
    assertThat(lock("echo ran", "-w", "0.2", "x").end().with(75).err())
        .contains("did not get lock on 'x' in 0.2 s");
    holder.closeInput();
  }

  @Test
  void aBoundedWaitEndsThoughTheDaemonIsStopped() {
    Running holder = holding("x");
    Running waiter = lock("echo ran", "-w", "1", "x").start();
    awaitWaiters(1);
    Processes.signal("STOP", dibs.daemon().orElseThrow());
    assertThat(waiter.end().with(75).err()).contains("did not get lock on 'x'");
    holder.closeInput();
    holder.end().well();
  }

  @Test
  void whatIsUrgentComesFirstAndWhatIsInTheBackgroundLast() {
    Running holder = holding("x");
    List<Running> waiters = new ArrayList<>();
    for (String priority : List.of("background", "normal", "interactive")) {
      waiters.add(lock("echo " + priority + " >>order", "--priority", priority, "x").start());
      awaitWaiters(waiters.size());
    }
    holder.closeInput();
    waiters.forEach(waiter -> waiter.end().well());
    assertThat(Texts.read(dibs.folder().resolve("order")))
        .isEqualTo("interactive\nnormal\nbackground\n");
  }

  private void awaitWaiters(int number) {
    Until.holds(
        number + " who wait",
        () ->
            dibs.dibs("lock", "--list").end().out().lines().filter(l -> l.contains("waits")).count()
                == number);
  }

  @Test
  void manyNamesAreTakenTogetherOrNotAtAll() {
    Running holder = holding("b");
    assertThat(tried("a", "b", "c").status()).isEqualTo(75);
    Running waiter = lock("echo ran", "a", "b", "c").start();
    Until.holds("a notice", () -> Texts.read(waiter.err()).contains("'b'"));
    tried("a").well();
    holder.closeInput();
    waiter.end().well();
  }

  @Test
  void tenThousandNamesAreOneRequest() {
    String[] names = IntStream.range(0, 10_000).mapToObj(n -> "n" + n).toArray(String[]::new);
    long daemon = dibs.startedDaemon();
    int descriptors = Processes.descriptors(daemon);
    Running holder = holding(names);
    assertThat(Processes.descriptors(daemon)).isLessThan(descriptors + 10);
    assertThat(tried("n4711").status()).isEqualTo(75);
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    assertThat(tried("n4712").status()).isEqualTo(75);
    holder.closeInput();
    holder.end().well();
    lock("true", "n4711").end().well();
  }

  @Test
  void itLastsAsLongAsTheTree() throws IOException {
    Files.writeString(dibs.folder().resolve("left.sh"), "mkfifo go; cat go >/dev/null &\n");
    lock("sh left.sh", "x").end().well();
    assertThat(tried("x").status()).isEqualTo(75);
    assertThat(dibs.dibs("lock", "--list").end().well().out()).contains("cat go");
    dibs.plain("sh", "-c", "echo >go").end().well();
    lock("true", "x").end().well();
  }

  @Test
  void withNoInheritItLastsAsLongAsTheCommand() {
    lock("mkfifo go; cat go >/dev/null &", "--no-inherit", "x").end().well();
    lock("true", "x").end().well();
    dibs.plain("sh", "-c", "echo >go").end().well();
  }

  @Test
  void whoDiesFreesItAtOnce() {
    Running holder = holding("x");
    Running waiter = lock("echo ran", "x").start();
    Until.holds("a waiter", () -> dibs.dibs("lock", "--list").end().out().contains("waits"));
    holder.killAll();
    waiter.end().well();
  }

  @Test
  void whatAnotherDidMeanwhileIsNotDoneAgain() {
    Running first = lock("read go; touch done", "x").piped().start();
    Until.holds("a holder", () -> dibs.dibs("lock", "--list").end().out().contains("held"));
    Running second =
        dibs.dibs("lock", "x", "--unless", "test -e done", "--", "touch", "again").start();
    first.closeInput();
    second.end().well();
    assertThat(dibs.folder().resolve("done")).exists();
    assertThat(dibs.folder().resolve("again")).doesNotExist();
  }

  @Test
  void whoHasItMayTakeItAgainBelowButNotInAStrongerWay() {
    String again = Programs.dibs() + " lock -n ";
    assertThat(lock(again + "x -- echo ran", "x").end().well().out()).isEqualTo("ran\n");
    assertThat(lock(again + "-s x -- echo ran", "x").end().well().out()).isEqualTo("ran\n");
    assertThat(lock(again + "x -- echo ran", "-s", "x").end().with(125).err())
        .contains("held shared by", "can't become exclusive");
  }

  @Test
  void aCircleIsRefusedAndNamed() {
    String wait = "echo held; read go; exec " + Programs.dibs() + " lock ";
    Running one = lock(wait + "b -- echo ran", "a").piped().start().says("held");
    Running two = lock(wait + "a -- echo ran", "b").piped().start().says("held");
    one.say("go");
    Until.holds("a waiter", () -> dibs.dibs("lock", "--list").end().out().contains("waits"));
    two.say("go");
    assertThat(two.end().with(125).err())
        .contains(
            "lock on 'a' is refused", "pid " + one.pid(), "waits for 'b'", "Take all of them");
    assertThat(one.end().well().out()).contains("ran");
  }

  @Test
  void theNumberGrowsAlsoOverRestarts() {
    String script = "echo $DIBS_FENCE";
    long first = Long.parseLong(lock(script, "x").end().well().out().strip());
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    long second = Long.parseLong(lock(script, "x").end().well().out().strip());
    dibs.dibs("stop").end().well();
    long third = Long.parseLong(lock(script, "y").end().well().out().strip());
    assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void theHolderIsShownAndEndedWhenThatIsWanted() {
    Running holder = holding("x");
    Ended unasked = dibs.dibs("lock", "--kill-holder", "x").end();
    assertThat(unasked.with(125).out()).contains("pid " + holder.pid() + "  cat");
    assertThat(holder.isOver()).isFalse();
    Ended killed = dibs.dibs("lock", "--kill-holder", "x", "--yes").end().well();
    assertThat(killed.out()).contains("SIGTERM");
    assertThat(holder.end().status()).isEqualTo(128 + 15);
    assertThat(dibs.dibs("lock", "--kill-holder", "x", "--yes").end().with(1).out())
        .contains("Nobody holds 'x'");
  }

  @Test
  void whoDoesNotHearIsKilled() {
    Running holder = lock("trap '' TERM; echo held; read go; read go", "x").piped().start();
    holder.says("held");
    Ended killed = dibs.dibs("lock", "--kill-holder", "x", "--yes").end().well();
    assertThat(killed.out()).contains("SIGKILL");
    assertThat(holder.end().status()).isEqualTo(128 + 9);
  }

  @Test
  void aPathHasOneNameHoweverItIsWritten() throws IOException {
    Files.createDirectories(dibs.folder().resolve("app/deep"));
    Files.createSymbolicLink(dibs.folder().resolve("link"), dibs.folder().resolve("app"));
    Running holder = holding("app/_build");
    for (String same :
        List.of("./app/_build", "link/_build", "app/deep/../_build", "app//_build/")) {
      assertThat(tried(same).status()).as(same).isEqualTo(75);
    }
    tried("_build").well();
    tried("app/other").well();
    holder.closeInput();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''          | a name is empty",
        "nowhere/x/y | there is no folder",
        "nowhere/x   | there is no folder",
        "loop/x      | its links go in a circle",
      })
  void whatIsNoNameIsRefused(String name, String why) throws IOException {
    Files.createSymbolicLink(dibs.folder().resolve("loop"), dibs.folder().resolve("loop"));
    assertThat(tried(name).with(125).err()).contains(why);
  }

  @Test
  void hugeAndHostileNamesAreServedOrRefused() {
    tried("x".repeat(4096)).well();
    tried("ü".repeat(2048), "a,b%c", "%2C", "'\"$x`").well();
    assertThat(tried("x".repeat(4097)).with(125).err()).contains("4096 bytes");
    assertThat(tried("ü".repeat(2049)).with(125).err()).contains("4096 bytes");
    assertThat(tried("a\nb").with(125).err()).contains("control characters");
    String[] many = IntStream.range(0, 10_001).mapToObj(n -> "n" + n).toArray(String[]::new);
    assertThat(tried(many).with(125).err()).contains("10000");
  }

  @Test
  void filesAndCommandsLockTheSame() {
    lock("true", "x").end().well();
    Running holder = holding("ü x");
    String open = "exec 8<\"$DIBS_FS/lock/ü x\"";
    String files = dibs.directory().resolve("fs").toString();
    Running opener = dibs.plain("sh", "-c", open + "; echo open").with("DIBS_FS", files).start();
    Until.holds("a waiter", () -> dibs.dibs("lock", "--list").end().out().contains("waits"));
    holder.closeInput();
    assertThat(opener.end().well().out()).isEqualTo("open\n");
  }

  @Test
  void stoppingAsksAboutLocksToo() {
    Running holder = holding("x");
    assertThat(dibs.dibs("stop").end().with(1).out()).contains("locks are held: x by pid");
    holder.closeInput();
  }

  @Test
  void itIsListedForPrograms() {
    Running holder = holding("b", "a");
    assertThat(Json.scalars(dibs.dibs("lock", "--list", "--json").end().well().out()))
        .containsEntry("/locks/0/state", "held")
        .containsEntry("/locks/0/names/a", "exclusive")
        .containsEntry("/locks/0/pid", Long.toString(holder.pid()));
    assertThat(Json.scalars(dibs.dibs("status", "--json").end().well().out()))
        .containsEntry("/locks/0/state", "held")
        .containsEntry("/locks/0/names/b", "exclusive")
        .containsEntry("/locks/0/pid", Long.toString(holder.pid()));
    holder.closeInput();
  }

  @Test
  void theCommandFindsItsEnvironmentUnchanged() {
    Ended ended =
        dibs.dibs("lock", "x", "--", "env").with("a.b", "1").with("PS1", "mine").end().well();
    assertThat(ended.out()).contains("a.b=1\n", "PS1=mine\n").doesNotContain("dibs_");
  }
}

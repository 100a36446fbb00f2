package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/filesystem.md says, on a real mount. */
class FileSystemTest {

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @BeforeEach
  void mount() {
    dibs.startedDaemon();
    assumeTrue(
        Mounts.below(dibs.directory()).contains(files().toString()), "missing: a file system");
  }

  private Path files() {
    return dibs.directory().resolve("fs");
  }

  private String file(String name) {
    return files().resolve(name).toString();
  }

  private String text(String name) {
    return dibs.plain("cat", file(name)).end().well().out().strip();
  }

  private void used(int slots) {
    Until.holds(slots + " slots in use", () -> text("pool/cpu/used").equals("" + slots));
  }

  private void waiting(int claims) {
    Until.holds(claims + " claims wait", () -> text("pool/cpu/waiting").equals("" + claims));
  }

  private FileClient client() {
    return FileClient.in(dibs);
  }

  /** A client that has opened something. */
  private FileClient holding(String flags, String name) {
    FileClient client = client();
    assertThat(client.does("open a " + flags + " " + file(name))).isEqualTo("open");
    return client;
  }

  @Test
  void aJobIsOpenUntilItIsClosed() {
    try (FileClient client = holding("rw", "job/kind=link,mem=4G")) {
      assertThat(client.does("read a")).isEqualTo("ok 1 -");
      assertThat(client.does("read a")).isEqualTo("end");
      used(1);
      assertThat(text("status")).contains("file");
      assertThat(client.does("close a")).isEqualTo("closed");
      used(0);
    }
  }

  @Test
  void severalSlotsAreClaimedAtOnce() {
    try (FileClient client = holding("rw", "job/2");
        FileClient other = client()) {
      assertThat(client.does("read a")).isEqualTo("ok 2 -");
      assertThat(other.does("open a rwn " + file("job/1"))).isEqualTo("EAGAIN");
    }
  }

  @Test
  void whoWaitsHasTheSlotWhenItsHolderIsKilled() {
    try (FileClient holder = holding("rw", "job/2");
        FileClient waiter = client()) {
      waiter.tell("open a rw " + file("job/1"));
      waiting(1);
      holder.process().kill();
      assertThat(waiter.hears()).isEqualTo("open");
      used(1);
    }
  }

  @Test
  void aSlotIsHeldAsLongAsAnybodyHasTheFile() {
    Running script =
        dibs.plain("sh", "-c", "exec 9<>" + file("job/1") + "; sleep 1000 & echo $!")
            .start()
            .says("\n");
    script.end();
    used(1);
    Processes.signal("KILL", Long.parseLong(script.said().strip()));
    used(0);
  }

  @Test
  void aWaiterThatIsKilledIsForgotten() {
    try (FileClient holder = holding("rw", "job/2");
        FileClient waiter = client()) {
      waiter.tell("open a rw " + file("job/1"));
      waiting(1);
      waiter.process().kill();
      waiting(0);
      holder.does("close a");
      used(0);
    }
  }

  @Test
  void whoDoesNotWaitForLongIsToldSo() {
    try (FileClient holder = holding("rw", "job/2");
        FileClient waiter = client()) {
      assertThat(waiter.does("open a rw " + file("job/wait=0.05"))).isEqualTo("ETIMEDOUT");
      assertThat(waiter.does("open a rwn " + file("job/1"))).isEqualTo("EAGAIN");
      assertThat(holder.does("read a")).isEqualTo("ok 2 -");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash"})
  void aStoppedShellKeepsItsPlace(String shell) {
    Tool.valueOf(shell.toUpperCase(Locale.ROOT)).require();
    try (FileClient holder = holding("rw", "job/2")) {
      Running first = waitingShell(shell, "first");
      waiting(1);
      Running second = waitingShell(shell, "second");
      waiting(2);
      first.signalAll("STOP");
      first.signalAll("CONT");
      holder.does("close a");
      first.says("first");
      assertThat(second.said()).isEmpty();
      first.closeInput();
      second.says("second").closeInput();
      second.end().well();
      first.end().well();
    }
  }

  private Running waitingShell(String shell, String name) {
    String script = "exec 9<>" + file("job/2") + "; echo " + name + "; cat";
    return dibs.plain(shell, "-c", script).piped().start();
  }

  @Test
  void whoWouldWaitForItsOwnDescriptorIsTold() {
    try (FileClient client = holding("rw", "job/2")) {
      assertThat(client.does("open b rw " + file("job/1"))).isEqualTo("EDEADLK");
      assertThat(text("refused")).contains("job/1", "itself");
      waiting(0);
    }
    String child = "exec 8<>" + file("job/1");
    Ended ended =
        dibs.plain("sh", "-c", "exec 9<>" + file("job/2") + "; sh -c '" + child + "'").end();
    assertThat(ended.err()).contains("deadlock");
    used(0);
  }

  @Test
  void aRunIsWhatItsHolderStarts() {
    String script =
        """
        exec 9<>"$1/run/1,name=demo,weight=50" && read -r ok slots run <&9 && cat "$1/runs/$run/name" "$1/runs/$run/weight"
        exec 8<>"$1/job/1" && read -r ok slots within <&8 && [ "$run" = "$within" ] && grep -c covered "$1/status"
        """;
    Ended ended = dibs.plain("sh", "-c", script, "sh", files().toString()).end().well();
    assertThat(ended.out().lines()).containsExactly("demo", "50", "1");
    Until.holds("no run", () -> dibs.plain("ls", file("runs")).end().well().out().isEmpty());
    used(0);
  }

  @Test
  void belowADibsJobEverythingIsCovered() {
    String script = "exec 9<>" + file("job/2") + " && cat " + file("pool/cpu/used");
    Ended ended = dibs.dibs("job", "--slots", "2", "--", "sh", "-c", script).end().well();
    assertThat(ended.out()).isEqualTo("2\n");
  }

  @Test
  void aPoolOfTheUsersOwnIsThereByItsName() {
    dibs.dibs("pool", "gpu", "size", "1").end().well();
    assertThat(text("pool/gpu/size")).isEqualTo("1");
    try (FileClient client = holding("rw", "job/pool=gpu");
        FileClient other = client()) {
      assertThat(text("pool/gpu/used")).isEqualTo("1");
      assertThat(other.does("open a rwn " + file("job/pool=gpu"))).isEqualTo("EAGAIN");
      assertThat(other.does("open a rwn " + file("job/pool=cpu"))).isEqualTo("open");
      assertThat(client.does("close a")).isEqualTo("closed");
    }
    dibs.dibs("pool", "gpu", "remove").end().well();
    assertThat(dibs.plain("ls", file("pool")).end().well().out()).isEqualTo("cpu\n");
  }

  @Test
  void theFactsOfARunAreFiles() {
    Running run = dibs.holder("--name", "a b");
    String id = dibs.plain("ls", file("runs")).end().well().out().strip();
    assertThat(text("runs/" + id + "/pid")).isEqualTo("" + run.pid());
    assertThat(text("runs/" + id + "/name")).isEqualTo("a b");
    assertThat(text("runs/" + id + "/state")).isEqualTo("running");
    assertThat(text("runs/" + id + "/directory")).isEqualTo(dibs.folder().toString());
    run.closeInput();
    run.end().well();
    Until.holds("no run", () -> dibs.plain("ls", file("runs/" + id)).end().status() != 0);
  }

  @Test
  void aLockIsHeldByOneOrSharedByMany() {
    try (FileClient reader = holding("r", "lock/x");
        FileClient other = holding("r", "lock/x");
        FileClient writer = client()) {
      assertThat(writer.does("open a wn " + file("lock/x"))).isEqualTo("EAGAIN");
      assertThat(writer.does("open b w " + file("lock/y"))).isEqualTo("open");
      writer.tell("open a rw " + file("lock/x")).isHeldUp();
      assertThat(reader.does("close a")).isEqualTo("closed");
      other.process().kill();
      assertThat(writer.hears()).isEqualTo("open");
      assertThat(writer.does("read a")).isEqualTo("ok exclusive");
      assertThat(reader.does("open a rn " + file("lock/x"))).isEqualTo("EAGAIN");
    }
  }

  @Test
  void locksAreServedInTheOrderOfAsking() {
    try (FileClient first = holding("w", "lock/x");
        FileClient second = client();
        FileClient third = client()) {
      second.tell("open a w " + file("lock/x")).isHeldUp();
      third.tell("open a r " + file("lock/x")).isHeldUp();
      first.does("close a");
      assertThat(second.hears()).isEqualTo("open");
      third.isHeldUp();
      second.does("close a");
      assertThat(third.hears()).isEqualTo("open");
    }
  }

  @Test
  void whoHasALockIsNotLeftToWaitForIt() {
    try (FileClient client = holding("r", "lock/x")) {
      assertThat(client.does("open b w " + file("lock/x"))).isEqualTo("EDEADLK");
      assertThat(client.does("open b r " + file("lock/x"))).isEqualTo("open");
    }
  }

  @Test
  void whatIsHeldAndWhoWaitsOutliveTheDaemon() {
    try (FileClient holder = holding("rw", "job/2");
        FileClient locker = holding("w", "lock/x");
        FileClient waiter = client();
        FileClient lockWaiter = client()) {
      waiter.tell("open a rw " + file("job/1"));
      waiting(1);
      lockWaiter.tell("open a r " + file("lock/x")).isHeldUp();
      killDaemon();
      waiting(1);
      assertThat(holder.does("read a")).isEqualTo("ok 2 -");
      assertThat(client().does("open a rwn " + file("job/1"))).isEqualTo("EAGAIN");
      assertThat(client().does("open a rn " + file("lock/x"))).isEqualTo("EAGAIN");
      killDaemon();
      holder.does("close a");
      locker.process().kill();
      assertThat(waiter.hears()).isEqualTo("open");
      assertThat(lockWaiter.hears()).isEqualTo("open");
      used(1);
    }
    used(0);
  }

  private void killDaemon() {
    long pid = dibs.daemon().orElseThrow();
    Processes.signal("KILL", pid);
    Until.holds("another daemon", () -> dibs.daemon().orElse(pid) != pid);
  }

  @Test
  void whoWaitsIsToldWhenTheDaemonIsStopped() {
    try (FileClient holder = holding("rw", "job/2");
        FileClient waiter = client();
        FileClient lockWaiter = client()) {
      assertThat(holder.does("open l w " + file("lock/x"))).isEqualTo("open");
      waiter.tell("open a rw " + file("job/1"));
      lockWaiter.tell("open a w " + file("lock/x")).isHeldUp();
      waiting(1);
      dibs.dibs("stop", "--force").end().well();
      assertThat(waiter.hears()).isEqualTo("ENOTCONN");
      assertThat(lockWaiter.hears()).isEqualTo("ENOTCONN");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash"})
  void aLauncherAsksByOpeningAFile(String shell) {
    Tool.valueOf(shell.toUpperCase(Locale.ROOT)).require();
    String script =
        """
        ask() { command . "$1/ask/$2"; printf '%s\\n' "$dibs_answer"; }
        ask "$1" "job,1,pid=$$,kind=it%27s%2Cso"
        ask "$1" "job,1,pid=$$,min=2,max=2"
        ask "$1" "job,1,pid=$$,min=2,max=2,wait=0"
        ask "$1" "job,1,pid=1"
        ask "$1" "job,1,pid=$$,pool=it%27s"
        """;
    Ended ended = dibs.plain(shell, "-c", script, "sh", files().toString()).end().well();
    List<String> answers = ended.out().lines().toList();
    assertThat(answers.get(0)).matches("g [0-9a-z]+ 1 - 2 -");
    assertThat(answers.get(1)).isEqualTo("w");
    assertThat(answers.get(2)).startsWith("b did not get");
    assertThat(answers.get(3)).startsWith("x pid 1 is asked for by");
    assertThat(answers.get(4)).startsWith("x no pool 'it's'");
    used(0);
  }
}

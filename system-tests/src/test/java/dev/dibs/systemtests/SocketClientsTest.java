package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The clients that lie in {@code clients/}, as somebody would use them. */
class SocketClientsTest {
  private static final Path CLIENTS = Programs.ROOT.resolve("clients");
  private static final Duration SOON = Duration.ofSeconds(15);

  /** Eight threads with a job each. */
  private static final String PYTHON_JOBS =
      """
      import subprocess, sys, threading
      from dibs_slots import Slots
      slots = Slots()
      def job():
          with slots.one():
              subprocess.run(["counted"], check=True)
      threads = [threading.Thread(target=job) for _ in range(8)]
      for t in threads: t.start()
      for t in threads: t.join()
      print("connected", slots.connected)
      slots.close()
      """;

  private static final String SHELL_JOBS =
      """
      . "$CLIENTS/sh/dibs_slots.sh"
      for i in 1 2 3 4; do
        dibs_acquire && held=yes || held=no
        counted
        dibs_release
      done
      echo held=$held
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @BeforeEach
  void startDaemon() {
    dibs.startedDaemon();
  }

  @AfterEach
  void allSlotsAreFree() {
    if (dibs.daemon().isPresent()) {
      Until.holds("a free pool", () -> status("/pools/0/used").equals("0"));
    }
  }

  @Test
  void cClientsStayInThePool() {
    List<Running> jobs =
        IntStream.range(0, 6)
            .mapToObj(i -> slot("counted").meeting(2).with("COUNTED_WAIT_MS", "50").start())
            .toList();
    jobs.forEach(job -> job.end().well());
    assertThat(dibs.count()).returns(2L, Count::peak).returns(6L, Count::ended);
  }

  @Test
  void theStatusOfACommandComesThrough() {
    assertThat(slot("sh", "-c", "exit 7").end().status()).isEqualTo(7);
    assertThat(slot("no-such-program").end().status()).isEqualTo(127);
  }

  @Test
  void aKilledCClientReturnsItsSlotAtOnce() {
    Running first = slot("sh", "-c", "echo held; exec cat").piped().start().says("held");
    Running second = slot("sh", "-c", "echo held; exec cat").piped().start().says("held");
    Running waiter = dibs.dibs("job", "--", "true").start();
    first.kill();
    waiter.endWithin(SOON).well();
    second.kill();
    List.of(first, second).forEach(Running::closeInput);
  }

  @Test
  void cClientsComeInByTcp() {
    Ended run = dibs.dibs("run", "--tcp", "--", program(), "printenv", "DIBS_TCP").end().well();
    assertThat(run.out()).startsWith("127.0.0.1:");
    assertThat(runOf("dibs_slot dibs status --json").out()).contains("\"connection\" : \"tcp\"");
  }

  @Test
  void pythonThreadsStayInThePool() {
    Tool.PYTHON.require();
    Ended jobs = python(PYTHON_JOBS).meeting(2).with("COUNTED_WAIT_MS", "30").end().well();
    assertThat(jobs.out()).isEqualTo("connected True\n");
    assertThat(dibs.count()).returns(2L, Count::peak).returns(8L, Count::ended);
  }

  @Test
  void pythonInARunIsCoveredByIt() {
    Tool.PYTHON.require();
    Running other = dibs.holder();
    String oneSlot = "from dibs_slots import Slots\nprint(Slots().acquire())";
    Ended run =
        dibs.dibs("run", "--", "python3", "-c", oneSlot)
            .with("PYTHONPATH", CLIENTS.resolve("python").toString())
            .end()
            .well();
    assertThat(run.out()).isEqualTo("True\n");
    other.closeInput();
    other.end().well();
  }

  @Test
  void aConnectionMayOutliveItsRun() {
    Tool.PYTHON.require();
    String outlive =
        """
        import os, time
        from dibs_slots import Slots
        slots = Slots()
        slots.acquire()
        if os.fork() == 0:
            keep = slots._socket.fileno()
            os.closerange(3, keep)
            os.closerange(keep + 1, 1000)
            while not os.path.exists("go"):
                time.sleep(0.01)
            if slots.acquire():
                open("heard", "w").close()
            time.sleep(1000)
        """;
    dibs.dibs("run", "--", "python3", "-c", outlive)
        .with("PYTHONPATH", CLIENTS.resolve("python").toString())
        .with("PYTHONDONTWRITEBYTECODE", "1")
        .end()
        .well();
    Until.holds("the end of the run", () -> status("/claims/0/type").equals("job"));
    Texts.write(dibs.folder().resolve("go"), "");
    Until.holds("another slot", () -> dibs.folder().resolve("heard").toFile().exists());
    assertThat(status("/pools/0/used")).isEqualTo("2");
    dibs.inThisWorld().stream()
        .filter(p -> Processes.name(p.pid()).filter("python3"::equals).isPresent())
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void belowAJobThereAreTheSlotsOfTheJob() {
    Tool.PYTHON.require();
    String threeSlots =
        """
        import os, socket
        s = socket.socket(socket.AF_UNIX)
        s.connect(os.environ["DIBS"] + "/socket")
        s.sendall(b"+++")
        two = s.recv(1) + s.recv(1)
        s.settimeout(0.3)
        try:
            print("a third one", s.recv(1))
        except TimeoutError:
            s.settimeout(20)
            s.sendall(b"-")
            print(two, s.recv(1))
        """;
    Ended job = dibs.dibs("job", "--slots", "2", "--", "python3", "-c", threeSlots).end().well();
    assertThat(job.out()).isEqualTo("b'++' b'+'\n");
  }

  @Test
  void withoutDaemonAllRunOn() {
    dibs.dibs("stop", "--force").end().well();
    assertThat(slot("echo", "ran").end().well().out()).isEqualTo("ran\n");
    assertThat(shell("sh").end().well().out()).isEqualTo("held=no\n");
    Tool.PYTHON.require();
    assertThat(python(PYTHON_JOBS).end().well().out()).isEqualTo("connected False\n");
  }

  @Test
  void whoWaitsRunsOnWhenTheDaemonDies() {
    Running holder = dibs.holder("--name", "a");
    Running other = dibs.holder("--name", "b");
    Running waiter = slot("echo", "ran").start();
    Until.holds("a waiter", () -> status("/pools/0/waiting").equals("1"));
    Processes.signal("KILL", dibs.daemon().orElseThrow());
    assertThat(waiter.endWithin(SOON).well().out()).isEqualTo("ran\n");
    List.of(holder, other).forEach(Running::closeInput);
    List.of(holder, other).forEach(run -> run.end().well());
  }

  @Test
  void shellScriptsWithSocatStayInThePool() {
    Tool.SOCAT.require();
    List<Running> scripts = IntStream.range(0, 4).mapToObj(i -> shell("sh").start()).toList();
    scripts.forEach(s -> assertThat(s.end().well().out()).isEqualTo("held=yes\n"));
    assertThat(dibs.count().ended()).isEqualTo(16);
    assertThat(dibs.count().peak()).isLessThanOrEqualTo(2);
  }

  @Test
  void bashComesInByTcp() {
    Tool.BASH.require();
    Ended run =
        dibs.dibs("run", "--tcp", "--", "bash", "-c", SHELL_JOBS)
            .with("CLIENTS", CLIENTS.toString())
            .end()
            .well();
    assertThat(run.out()).isEqualTo("held=yes\n");
  }

  /** A command below the C client. */
  private Command slot(String... words) {
    List<String> all = new java.util.ArrayList<>(List.of(program()));
    all.addAll(List.of(words));
    return dibs.command(all);
  }

  private static String program() {
    return Programs.folder() + "/dibs_slot";
  }

  private Ended runOf(String script) {
    return dibs.dibs("run", "--tcp", "--", "sh", "-c", script).end().well();
  }

  private Command python(String script) {
    return dibs.plain("python3", "-c", script)
        .with("PYTHONPATH", CLIENTS.resolve("python").toString())
        .with("PYTHONDONTWRITEBYTECODE", "1");
  }

  private Command shell(String name) {
    return dibs.plain(name, "-c", SHELL_JOBS)
        .with("CLIENTS", CLIENTS.toString())
        .with("COUNTED_WAIT_MS", "20");
  }

  private String status(String pointer) {
    return Json.scalars(dibs.dibs("status", "--json").end().well().out())
        .getOrDefault(pointer, "absent");
  }
}

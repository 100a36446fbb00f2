package dev.dibs.host.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.Children;
import dev.dibs.host.Errno;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.Pidfd;
import dev.dibs.host.Self;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a real mount, as whichever user runs the tests. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuseConnectionTest {

  private static final int WAIT_S_MAX = 20;

  @TempDir Path folder;
  private Path point;
  private MountGuard guard;
  private FuseDevice device;
  private ServedFiles files;
  private final Children children = new Children();

  @BeforeEach
  void mount() throws Exception {
    ServedFiles.require();
    point = folder.resolve("fs");
    guard = new MountGuard(point);
    device = FuseDevice.open();
    files = new ServedFiles(device);
    FuseMount.mount(device, point);
    files.start();
  }

  /** In this order: whoever is blocked in the mount is freed when the device closes. */
  @AfterEach
  void unmount() throws Exception {
    try {
      if (files != null) {
        FuseMount.clean(point);
        files.close();
      }
    } finally {
      if (device != null) {
        device.close();
      }
      children.end();
      if (guard != null) {
        guard.close();
      }
    }
  }

  @Test
  void beginsWithWhatTheKernelCanDo() throws Exception {
    FuseRequest.Init init = files.await(FuseRequest.Init.class);
    assertThat(init.major()).isEqualTo(7);
    assertThat(init.header().resent()).isFalse();
    String[] release = System.getProperty("os.version").split("\\D", 3);
    int version = Integer.parseInt(release[0]) * 1000 + Integer.parseInt(release[1]);
    assertThat(init.canResend()).isEqualTo(version >= 6009);
  }

  @Test
  void aSmallFileIsRead() throws Exception {
    assertThat(sh("cat hello; stat -c '%s %a %u %Y %F' hello; cat nothing 2>&1; :"))
        .isEqualTo(
            "hello\n6 600 "
                + Self.effectiveUid()
                + " 1000000000 regular file\ncat: nothing: No such file or directory\n");
  }

  @Test
  void aFolderIsListedInManyPieces() throws Exception {
    assertThat(sh("ls")).isEqualTo("hello\nmany\n");
    String expected =
        IntStream.range(0, SmallTree.MANY)
            .mapToObj(i -> "name" + i + "\n")
            .collect(Collectors.joining());
    assertThat(sh("ls -U many")).isEqualTo(expected);
    assertThat(files.seen(FuseRequest.ReadFolder.class)).hasSizeGreaterThan(4);
  }

  @Test
  void aLongWriteComesInPieces() throws Exception {
    String million =
        sh("exec 5<>pipe; head -c 1048576 /dev/zero | tr '\\0' x >&5; head -c 1048576 <&5 | wc -c");
    assertThat(million.strip()).isEqualTo("1048576");
    sh("dd if=/dev/zero of=pipe bs=1M count=1 2>&1");
    List<Integer> sizes =
        files.seen(FuseRequest.Write.class).stream().map(w -> w.data().length()).toList();
    assertThat(sizes).allMatch(size -> size <= FuseConnection.WRITE_BYTES_MAX);
    assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(2 * 1048576);
  }

  @Test
  void aLongReadIsAnsweredShort() throws Exception {
    assertThat(sh("printf abc >pipe; dd if=pipe bs=1M count=1 2>/dev/null")).isEqualTo("abc");
    assertThat(files.await(FuseRequest.Read.class).size()).isEqualTo(FuseConnection.READ_BYTES_MAX);
  }

  @Test
  void everyByteOfANameArrives() throws Exception {
    byte[] odd = new byte[255];
    for (int i = 0; i < odd.length; i++) {
      odd[i] = (byte) (i + 1 == '/' ? 'x' : i + 1);
    }
    String name = new String(odd, StandardCharsets.ISO_8859_1);
    String octal =
        IntStream.range(0, 255)
            .mapToObj(i -> String.format("\\%03o", odd[i] & 0xFF))
            .collect(Collectors.joining());
    // The dot is there so that the shell does not strip a newline.
    sh("n=$(printf '" + octal + ".'); stat \"${n%.}\" 2>&1; :");
    files.await(FuseRequest.Lookup.class, lookup -> lookup.name().equals(name));
  }

  @Test
  void aReaderThatWaitsHoldsUpNoWriterOfTheSameOpenFile() throws Exception {
    Process shell = start("exec 5<>pipe; head -c 1 <&5 & read go; printf x >&5; wait");
    files.await(FuseRequest.Read.class);
    shell.outputWriter().append("\n").close();
    assertThat(output(shell)).isEqualTo("x");
  }

  @Test
  void aReaderThatIsKilledEndsAtOnce() throws Exception {
    Process reader = start("exec cat pipe");
    FuseRequest.Read read = files.await(FuseRequest.Read.class);
    reader.destroyForcibly();
    FuseRequest.Interrupt interrupt = files.await(FuseRequest.Interrupt.class);
    assertThat(interrupt.id()).isEqualTo(read.header().id());
    assertThat(reader.waitFor(WAIT_S_MAX, TimeUnit.SECONDS)).as("not in D").isTrue();
    files.await(FuseRequest.Release.class);
  }

  @Test
  void anAnswerThatNobodyWaitsForIsTold() throws Exception {
    Process reader = start("exec head -c 1 pipe");
    FuseRequest.Read read = files.await(FuseRequest.Read.class);
    AtomicReference<List<Boolean>> told = new AtomicReference<>();
    files.post(
        () ->
            told.set(
                List.of(
                    files.connection.data(read.header(), new byte[] {'y'}),
                    files.connection.data(read.header(), new byte[] {'y'}))));
    assertThat(output(reader)).isEqualTo("y");
    files.await(FuseRequest.Release.class);
    assertThat(told.get()).containsExactly(true, false);
  }

  @Test
  void anOpenThatWaitsHoldsUpNobody() throws Exception {
    Process opener = start("exec 5<>claim; echo in");
    FuseRequest.Open open =
        files.await(FuseRequest.Open.class, o -> o.header().node() == SmallTree.CLAIM);
    assertThat(open.readsAndWrites()).isTrue();
    assertThat(open.nonBlocking()).isFalse();
    assertThat(sh("cat hello; ls; dd if=claim iflag=nonblock 2>&1 | grep -o 'Resource .*'"))
        .isEqualTo("hello\nhello\nmany\nResource temporarily unavailable\n");
    files.post(files.tree::grant);
    assertThat(output(opener)).isEqualTo("in\n");
  }

  @Test
  void anOpenThatTruncatesWaitsWithoutALock() throws Exception {
    Process first = start("echo x >claim");
    Process second = start("echo x >claim");
    for (Process opener : List.of(first, second)) {
      long pid = opener.pid();
      files.await(FuseRequest.Open.class, o -> o.header().thread() == pid);
    }
    files.post(files.tree::grant);
    files.post(files.tree::grant);
    assertThat(output(first)).isEmpty();
    assertThat(output(second)).isEmpty();
    assertThat(
            files.await(FuseRequest.SetAttributes.class).sets(FuseRequest.SetAttributes.SETS_SIZE))
        .isTrue();
  }

  @Test
  void aPollerIsWoken() throws Exception {
    ServedFiles.present(Files.isExecutable(Path.of("/usr/bin/python3")), "python3");
    Process poller =
        start(
            """
            exec /usr/bin/python3 -c '
            import os, select
            f = os.open("pipe", os.O_RDWR | os.O_NONBLOCK)
            p = select.poll()
            p.register(f, select.POLLIN)
            print(len(p.poll(0)))
            print(len(p.poll(20000)), os.read(f, 9))
            '
            """);
    files.await(FuseRequest.Poll.class, FuseRequest.Poll::waits);
    sh("printf z >pipe");
    assertThat(output(poller)).isEqualTo("0\n1 b'z'\n");
  }

  @Test
  void whatWasReadAndNotAnsweredComesAgain() throws Exception {
    Process reader = start("exec head -c 1 pipe");
    FuseRequest.Read read = files.await(FuseRequest.Read.class);
    AtomicReference<Boolean> can = new AtomicReference<>();
    files.post(() -> can.set(files.connection.resend()));
    FuseRequest.Read again = files.await(FuseRequest.Read.class, r -> r.header().resent());
    assertThat(can.get()).isTrue();
    assertThat(again.header().id()).isEqualTo(read.header().id()).isPositive();
    assertThat(again.header().unique()).isNotEqualTo(read.header().unique());
    assertThat(again.handle()).isEqualTo(read.handle());
    sh("printf q >pipe");
    assertThat(output(reader)).isEqualTo("q");
  }

  @Test
  void aResentRequestThatIsInterruptedIsFound() throws Exception {
    Process reader = start("exec head -c 1 pipe");
    FuseRequest.Read read = files.await(FuseRequest.Read.class);
    files.post(files.connection::resend);
    files.await(FuseRequest.Read.class, r -> r.header().resent());
    reader.destroyForcibly();
    assertThat(files.await(FuseRequest.Interrupt.class).id()).isEqualTo(read.header().id());
    assertThat(reader.waitFor(WAIT_S_MAX, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aThreadLeadsToItsProcess() throws Exception {
    AtomicReference<String> content = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try (InputStream claim = Files.newInputStream(point.resolve("claim"))) {
                content.set("" + (char) claim.read());
              } catch (IOException failure) {
                content.set(failure.toString());
              }
            });
    reader.start();
    FuseRequest.Open open =
        files.await(FuseRequest.Open.class, o -> o.header().node() == SmallTree.CLAIM);
    int thread = open.header().thread();
    assertThat(thread).isNotEqualTo(Self.pid());
    assertThat(Caller.of(thread).orElseThrow().pid()).isEqualTo(Self.pid());
    assertThat(Caller.of(thread)).isEqualTo(Caller.fromProc(thread));
    try (Pidfd held = Caller.hold(thread).orElseThrow()) {
      assertThat(held.pid()).isEqualTo(Self.pid());
      assertThat(held.exited()).isFalse();
    }
    files.post(files.tree::grant);
    files.await(FuseRequest.Read.class);
    reader.join();
    assertThat(content.get()).isEqualTo("h");
  }

  @Test
  void whoHasGoneIsNobody() throws Exception {
    int gone = children.gone();
    assertThat(Caller.of(gone)).isEmpty();
    assertThat(Caller.fromProc(gone)).isEmpty();
    assertThat(Caller.hold(gone)).isEmpty();
    assertThat(Caller.of(0)).isEmpty();
    assertThat(Caller.hold(0)).isEmpty();
    assertThat(Caller.hold(-1)).isEmpty();
    assertThat(new Caller(gone, 1).name()).isEmpty();
  }

  @Test
  void aChildLeadsToItsParent() throws Exception {
    Process child = children.start("sleep", "1000");
    Children.awaitName(Children.pid(child), "sleep");
    Caller caller = Caller.of(Children.pid(child)).orElseThrow();
    assertThat(caller).isEqualTo(new Caller(Children.pid(child), Self.pid()));
    assertThat(caller.name()).contains("sleep");
  }

  @Test
  void whatCantBeDoneIsRefusedAsToldTo() throws Exception {
    assertThat(
            sh(
                "for i in 'mkdir a' 'rm -f hello' 'mv hello b' 'ln -s a b' 'mknod p p' 'touch x'; do"
                    + " LC_ALL=C $i 2>&1 | grep -c 'Operation not permitted'; done"))
        .isEqualTo("1\n".repeat(6));
    assertThat(Stream.of(files.seen(FuseRequest.Change.class)).flatMap(List::stream))
        .extracting(FuseRequest.Change::opcode)
        .contains(Opcode.MKDIR, Opcode.UNLINK, Opcode.SYMLINK, Opcode.MKNOD);
    assertThat(files.seen(FuseRequest.Create.class))
        .extracting(FuseRequest.Create::name)
        .containsExactly("x");
  }

  @Test
  void attributesAreForgottenOfANodeThatIsKnown() throws Exception {
    sh("exec 5<>pipe");
    AtomicReference<List<Boolean>> told = new AtomicReference<>();
    files.post(
        () ->
            told.set(
                List.of(
                    files.connection.invalidateAttributes(SmallTree.PIPE),
                    files.connection.invalidateAttributes(4711))));
    sh("cat hello");
    assertThat(told.get()).containsExactly(true, false);
  }

  @Test
  void itIsOverWhenItIsUnmounted() throws Exception {
    sh("cat hello");
    assertThat(device.state()).isEqualTo(FuseDevice.State.ATTACHED);
    assertThat(FuseMount.clean(point)).isOne();
    files.awaitEnd();
    assertThat(device.state()).isEqualTo(FuseDevice.State.GONE);
    assertThat(files.connection.error(new FuseRequest.Header(2, 1, 0, 0, 0), Errno.EIO)).isFalse();
  }

  /** Runs a script in the mounted folder, to its end. */
  private String sh(String script) throws Exception {
    return output(start(script));
  }

  private Process start(String script) throws IOException {
    return children.start("sh", "-c", "cd \"$1\" || exit; eval \"$2\"", "sh", point + "", script);
  }

  private static String output(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(WAIT_S_MAX, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}

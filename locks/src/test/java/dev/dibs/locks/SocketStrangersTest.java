package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records whose ports somebody else has by now, and what else may lie in their places. */
@Timeout(60)
class SocketStrangersTest {

  private static final LockName NAME = LockName.of("a");
  private static final String NONCE = "0123456789abcdef".repeat(2);
  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path parent;
  private Path directory = Path.of("");
  private final ProcessIdentity own = ProcessIdentity.own();

  /** Of who connects. */
  private enum Manner {
    SAYS_SOMETHING {
      @Override
      void meet(SocketChannel guest) throws IOException {
        say(guest, "HTTP/1.1 400 Bad Request\r\n\r\n".repeat(10));
      }
    },
    SAYS_WHAT_IT_HEARS {
      @Override
      void meet(SocketChannel guest) throws IOException {
        ByteBuffer heard = ByteBuffer.allocate(100);
        while (guest.read(heard.clear()) >= 0) {
          guest.write(heard.flip());
        }
      }
    },
    PRETENDS_TO_HOLD {
      @Override
      void meet(SocketChannel guest) throws IOException {
        say(guest, "o" + "x".repeat(ClaimProtocol.PROOF_BYTES));
      }
    },
    HANGS_UP {
      @Override
      void meet(SocketChannel guest) throws IOException {
        guest.close();
      }
    },
    IS_SILENT {
      @Override
      void meet(SocketChannel guest) {}
    };

    abstract void meet(SocketChannel guest) throws IOException;

    private static void say(SocketChannel guest, String words) throws IOException {
      guest.write(StandardCharsets.US_ASCII.encode(words));
    }
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = SocketLocksFactory.directory(parent.resolve("locks"));
    ClaimRecords.in(directory, ClaimSteps.NONE);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IS_SILENT")
  void whoCantProveTheNonceHoldsNothingWherePidsSayNothing(Manner manner) throws Exception {
    try (ServerSocketChannel server = stranger(manner)) {
      leave("lock", portOf(server), elsewhere());
      assertThat(take(LONG)).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatAStrangerDoesMakesALivingHolderDead(Manner manner) throws Exception {
    try (ServerSocketChannel server = stranger(manner)) {
      leave("lock", portOf(server), own);
      assertThat(take(SOON)).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatAStrangerDoesMakesADeadHolderAlive(Manner manner) throws Exception {
    try (ServerSocketChannel server = stranger(manner)) {
      leave("lock", portOf(server), dead());
      assertThat(take(LONG)).isNotNull();
    }
  }

  @Test
  void whoIsSilentHoldsItWherePidsSayNothing() throws Exception {
    try (ServerSocketChannel server = stranger(Manner.IS_SILENT)) {
      leave("lock", portOf(server), elsewhere());
      assertThat(take(SOON)).isNull();
    }
    assertThat(take(LONG)).isNotNull(); // now nobody listens
  }

  @Test
  void aPortThatAnotherProcessOfOursHasByNowIsNoHold() throws Exception {
    ClaimListener another = ClaimListener.start(SocketLocksFactory.SHORT);
    leave("lock", another.begin().record().port(), elsewhere());
    assertThat(take(LONG)).isNotNull();
  }

  @Test
  void aClaimOfAnEarlierBootIsOver() throws Exception {
    leave("lock", 1, with(own.network(), own.space(), "0".repeat(15) + "1", own.machine()));
    assertThat(take(LONG)).isNotNull();
  }

  @Test
  void aClaimOfAnotherMachineIsAnError() throws Exception {
    leave("lock", 1, with(own.network(), own.space(), "0".repeat(15) + "1", "00000001"));
    refuses("process of another machine", "delete its record");
  }

  @Test
  void aClaimInAnotherNetworkIsAnErrorWhileItsProcessMayLive() throws Exception {
    leave("lock", 1, with("1", "ffffffff", own.boot(), own.machine()));
    refuses("another network namespace", "delete its record");
  }

  @Test
  void aClaimInAnotherNetworkIsOverWhenItsProcessIsGone() throws Exception {
    ProcessIdentity gone = dead();
    leave(
        "lock", 1, new ProcessIdentity(gone.pid(), 1, "1", own.space(), own.boot(), own.machine()));
    assertThat(take(LONG)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock", "turn", "readers"})
  void anEmptyDirectoryIsNoClaim(String place) throws Exception {
    Files.createDirectory(place(place));
    assertThat(take(LONG)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock", "readers"})
  void somethingForeignIsAnError(String place) throws Exception {
    Files.createDirectory(place(place));
    Files.writeString(place(place).resolve("notes.txt"), "hello");
    refuses("notes.txt", "Move it away");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock", "readers"})
  void aFileInItsPlaceIsAnError(String place) throws Exception {
    Files.writeString(place(place), "hello");
    refuses("not ours", "Move it away");
  }

  @Test
  void aRecordWithContentIsARecord() throws Exception {
    leave("lock", 1, dead());
    for (String name : ClaimGate.names(place("lock"))) {
      Files.writeString(place("lock").resolve(name), "nonsense");
    }
    assertThat(take(LONG)).isNotNull();
  }

  @Test
  void aRecordsNameSaysAllAndIsShort() {
    ClaimRecord record = new ClaimRecord(65535, NONCE, own);
    assertThat(ClaimRecord.parse(record.fileName())).contains(record);
    assertThat(record.fileName().length()).isLessThan(140); // eCryptfs takes no more than 143
    assertThat(ClaimRecord.parse("99999" + record.fileName().substring(5))).isEmpty();
    assertThat(ClaimRecord.parse(record.fileName() + "0")).isEmpty();
  }

  @Test
  void whoMayNotListenIsToldWhy() throws Exception {
    Needs.programs("unshare");
    Needs.present(Needs.succeeds("unshare", "-n", "true"), "the right to make a network namespace");
    List<String> command = new ArrayList<>(List.of("unshare", "-n"));
    command.addAll(ChildJvm.java(ChildJvm.classPath()));
    command.addAll(List.of(LockChild.class.getName(), SocketLocksFactory.class.getName()));
    command.add(directory.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("can't listen on 127.0.0.1");
  }

  private void refuses(String what, String how) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> take(LONG))
        .withMessageContaining(what)
        .withMessageContaining(how);
  }

  private Mechanism.@Nullable Hold take(Duration time) throws Exception {
    return SocketMechanism.open(directory, SocketLocksFactory.SHORT, ClaimSteps.NONE)
        .take(NAME, LockMode.EXCLUSIVE, Deadline.after(time));
  }

  private void leave(String place, int port, ProcessIdentity process) throws IOException {
    Files.createDirectories(place(place));
    Files.createFile(place(place).resolve(new ClaimRecord(port, NONCE, process).fileName()));
  }

  private Path place(String what) {
    return directory.resolve("claims").resolve(String.format("%016x-%s", NAME.position(), what));
  }

  /** This process, as somebody would see it to whom its pid says nothing. */
  private ProcessIdentity elsewhere() {
    return with(own.network(), "ffffffff", own.boot(), own.machine());
  }

  private ProcessIdentity with(String network, String space, String boot, String machine) {
    return new ProcessIdentity(own.pid(), own.start(), network, space, boot, machine);
  }

  private ProcessIdentity dead() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return new ProcessIdentity(
        process.pid(), own.start() + 1, own.network(), own.space(), own.boot(), own.machine());
  }

  private static int portOf(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private static ServerSocketChannel stranger(Manner manner) throws IOException {
    ServerSocketChannel server =
        ServerSocketChannel.open().bind(new InetSocketAddress(ClaimListener.loopback(), 0));
    List<SocketChannel> guests = new ArrayList<>(); // kept open
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                while (true) {
                  SocketChannel guest = server.accept();
                  guests.add(guest);
                  Thread.ofVirtual().start(() -> meet(manner, guest));
                }
              } catch (IOException closed) {
                for (SocketChannel guest : guests) {
                  closeQuietly(guest);
                }
              }
            });
    return server;
  }

  private static void meet(Manner manner, SocketChannel guest) {
    try {
      manner.meet(guest);
    } catch (IOException gone) {
      // it heard enough
    }
  }

  private static void closeQuietly(SocketChannel guest) {
    try {
      guest.close();
    } catch (IOException gone) {
      // as well
    }
  }
}

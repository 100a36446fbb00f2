package dev.dibs.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clear message or a correct lock; never two holders, never a hang. */
class BadDirectoryTest {

  private static final MechanismFile.Probe ALL_WORK = kind -> {};
  private static final List<MechanismKind> BOTH = List.of(MechanismKind.FILE, MechanismKind.SOCKET);

  @TempDir Path parent;

  private Path directory() {
    return parent.resolve("locks");
  }

  // --- the directory ---

  @Test
  void aDirectoryIsMadeForItsOwnerAlone() throws Exception {
    ProcessLocks.in(directory()).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(directory())) {
      assertThat(files).allSatisfy(BadDirectoryTest::isOursAlone);
    }
  }

  private static void isOursAlone(Path file) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void withoutItsParentItIsRefused() {
    refuses(parent.resolve("no/locks"), "its parent directory is not there");
  }

  @Test
  void aFileInItsPlaceIsRefused() throws Exception {
    Files.createFile(directory());
    refuses(directory(), "it is no directory");
  }

  @Test
  void aLoopOfLinksIsRefused() throws Exception {
    Files.createSymbolicLink(directory(), directory());
    refuses(directory(), "can't be reached");
  }

  @Test
  void aLinkToADirectoryIsThatDirectory() throws Exception {
    Path link = Files.createSymbolicLink(parent.resolve("link"), directory());
    try (Locks first = ProcessLocks.in(directory());
        HeldLocks held = first.acquire(LockRequest.exclusive("a"));
        Locks second = ProcessLocks.in(link)) {
      assertThat(held.names()).containsExactly("a");
      assertThat(second.acquire(LockRequest.exclusive("a")).fence()).isGreaterThan(held.fence());
    }
  }

  @Test
  void oneThatOthersCanWriteIsRefused() throws Exception {
    Files.createDirectory(directory());
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
    refuses(directory(), "others can write it");
  }

  @Test
  void somebodyElsesIsRefused() throws Exception {
    Path foreign = Files.createDirectory(directory());
    if (System.getProperty("user.name").equals("root")) {
      Files.setAttribute(foreign, "unix:uid", 65534);
    } else {
      foreign = Path.of("/tmp");
    }
    refuses(foreign, "it belongs to ");
  }

  @Test
  void whereNothingCanBeMadeItIsRefused() {
    refuses(Path.of("/proc"), "nothing can be made in it");
  }

  @Test
  void oneThatWasRemovedAndMadeAgainIsAnotherOne() throws Exception {
    try (Locks old = ProcessLocks.in(directory());
        HeldLocks held = old.acquire(LockRequest.exclusive("a"))) {
      try (Stream<Path> files = Files.list(directory())) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory());
      try (Locks fresh = ProcessLocks.in(directory());
          HeldLocks again = fresh.acquire(LockRequest.exclusive("a"));
          ChildJvm child =
              LockChild.start(LocksFactory.OfDirectory.class, directory().toString())) {
        assertThat(child.ask("take EXCLUSIVE 0 a")).isEqualTo("not");
        assertThat(again.fence()).isGreaterThan(held.fence());
      }
    }
  }

  // --- the mechanism ---

  @Test
  void theFirstThatWorksIsFixedForAll() throws Exception {
    Files.createDirectory(directory());
    assertThat(MechanismFile.read(directory(), BOTH, kind -> worksBut(kind, MechanismKind.FILE)))
        .isEqualTo(MechanismKind.SOCKET);
    assertThat(MechanismFile.read(directory(), BOTH, ALL_WORK)).isEqualTo(MechanismKind.SOCKET);
    assertThat(Files.readString(directory().resolve("mechanism")))
        .isEqualTo("dibs locks 1 socket\n");
  }

  @Test
  void whereADaemonCameFirstWithoutLocksOfTheKernelThereIsNobodyElse() throws Exception {
    Files.createDirectory(directory());
    List<MechanismKind> ofADaemon = List.of(MechanismKind.FILE, MechanismKind.DAEMON);
    MechanismFile.read(directory(), ofADaemon, kind -> worksBut(kind, MechanismKind.FILE));
    assertThat(LockDirectory.openForDaemon(directory()).hasRanges()).isFalse();
    assertThatIOException()
        .isThrownBy(() -> ProcessLocks.in(directory()))
        .withMessageContaining("from the daemon only");
  }

  @Test
  void whereLocksAreHeldBySocketsThereIsNoDaemon() throws Exception {
    Files.createDirectory(directory());
    MechanismFile.read(directory(), BOTH, kind -> worksBut(kind, MechanismKind.FILE));
    assertThatIOException()
        .isThrownBy(() -> LockDirectory.openForDaemon(directory()))
        .withMessageContaining("held by sockets");
  }

  @Test
  void whoeverCanNotUseWhatIsFixedIsRefused() throws Exception {
    Files.createDirectory(directory());
    MechanismFile.read(directory(), BOTH, ALL_WORK);
    assertThatIOException()
        .isThrownBy(
            () -> MechanismFile.read(directory(), BOTH, kind -> worksBut(kind, MechanismKind.FILE)))
        .withMessageContaining("'file', which does not work here: broken")
        .withMessageContaining("Use another directory");
  }

  @Test
  void whereNothingWorksNothingIsFixed() throws Exception {
    Files.createDirectory(directory());
    assertThatIOException()
        .isThrownBy(() -> MechanismFile.read(directory(), BOTH, kind -> worksBut(kind, kind)))
        .withMessageContaining("file: broken; socket: broken");
    assertThat(directory()).isEmptyDirectory();
  }

  private static void worksBut(MechanismKind tried, MechanismKind broken) throws IOException {
    if (tried == broken) {
      throw new IOException("broken");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dibs", "dibs locks 1 file", "dibs locks 2 file\n", "\0\0\0\0\0"})
  void anUnknownMechanismIsRefused(String content) throws Exception {
    Files.createDirectory(directory());
    Files.writeString(directory().resolve("mechanism"), content);
    refuses(directory(), "no mechanism of locks that this version knows");
  }

  // --- the other files ---

  @Test
  void truncatedFencingNumbersAreRefused() throws Exception {
    ProcessLocks.in(directory()).close();
    Path other = parent.resolve("other");
    Files.createDirectory(other);
    Files.copy(directory().resolve("mechanism"), other.resolve("mechanism"));
    Files.write(other.resolve("fence"), new byte[3]);
    refuses(other, "3 bytes instead of 8");
  }

  @Test
  void fencingNumbersThatAreCutWhileInUseFailClosed() throws Exception {
    try (Locks locks = ProcessLocks.in(directory())) {
      Files.write(directory().resolve("fence"), new byte[0]);
      assertThatIOException()
          .isThrownBy(() -> locks.acquire(LockRequest.exclusive("a")))
          .withMessageContaining("damaged");
      Files.write(directory().resolve("fence"), new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0x80});
      assertThatIOException()
          .isThrownBy(() -> locks.acquire(LockRequest.exclusive("a")))
          .withMessageContaining("damaged");
    }
  }

  @Test
  void aFenceThatWasRemovedGoesOnAbove() throws Exception {
    long last;
    try (Locks locks = ProcessLocks.in(directory())) {
      last = locks.acquire(LockRequest.exclusive("a")).fence();
    }
    Files.delete(directory().resolve("fence"));
    Fence later = Fence.of(directory(), Instant.now().plusSeconds(1));
    assertThat(later.next()).isGreaterThan(last);
  }

  @Test
  void damagedHintsNameNobody() throws Exception {
    try (Locks locks = ProcessLocks.in(directory());
        HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      assertThat(locks.holder("a")).isPresent();
      byte[] garbage = new byte[HolderHints.SLOTS * HolderHints.RECORD_BYTES];
      java.util.Arrays.fill(garbage, (byte) 0xA5);
      Files.write(directory().resolve("holders"), garbage);
      assertThat(locks.holder("a")).isEmpty();
      Files.write(directory().resolve("holders"), new byte[0]);
      assertThat(locks.holder("a")).isEmpty();
      assertThat(held.names()).containsExactly("a");
    }
  }

  @Test
  void hintsThatAreCutWhileInUseHarmNobody() throws Exception {
    try (Locks locks = ProcessLocks.in(directory())) {
      locks.acquire(LockRequest.exclusive("a")).close();
      Files.write(directory().resolve("holders"), new byte[0]);
      for (int i = 0; i < 2_000; i++) {
        try (HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
          assertThat(locks.holder("a")).isEmpty();
          assertThat(held.fence()).isPositive();
        }
      }
    }
  }

  @Test
  void cutHintsAreDoneWithout() throws Exception {
    ProcessLocks.in(directory()).close();
    Path other = parent.resolve("other");
    Files.createDirectory(other);
    Files.write(other.resolve("holders"), new byte[100]);
    try (Locks locks = ProcessLocks.in(other);
        HeldLocks held = locks.acquire(LockRequest.exclusive("a"))) {
      assertThat(held.names()).containsExactly("a");
      assertThat(locks.holder("a")).isEmpty();
    }
  }

  @Test
  void withoutHardLinksFilesArePublishedInFolders() throws Exception {
    Path inFolder = Files.createDirectory(parent.resolve("fence.d")).resolve("fence");
    Files.write(inFolder, new byte[] {1});
    assertThat(Published.file(parent, "fence", new byte[] {2})).isEqualTo(inFolder);
    assertThat(Files.readAllBytes(inFolder)).containsExactly(1);
  }

  // --- what is asked for ---

  @Test
  void badNamesAreRefused() {
    refusesName("", "empty");
    refusesName("x".repeat(4097), "4097 bytes");
    refusesName("ä".repeat(2049), "4098 bytes");
    refusesName("a\nb", "control characters");
    refusesName("a\0b", "control characters");
    assertThat(LockRequest.exclusive("ä".repeat(2048)).names()).hasSize(1);
  }

  @Test
  void aMillionNamesAreRefused() {
    Map<String, LockMode> names = new TreeMap<>();
    for (int i = 0; i < 1_000_000; i++) {
      names.put(Integer.toString(i), LockMode.SHARED);
    }
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new LockRequest(names, Priority.NORMAL))
        .withMessageContaining("at most 10000");
  }

  private static void refusesName(String name, String why) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> LockRequest.shared(name))
        .withMessageContaining(why);
  }

  private static void refuses(Path directory, String why) {
    assertThatIOException()
        .isThrownBy(() -> ProcessLocks.in(directory))
        .withMessageContaining(directory.getFileName().toString())
        .withMessageContaining(why);
  }
}

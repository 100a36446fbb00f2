package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FifoTest {

  private static final int TOKENS = 20;

  /** Where a client that invents tokens is stopped, before the FIFO is full of them. */
  private static final int UNREAD_MAX = 2048;

  private final Path directory;

  FifoTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void isMadeForItsOwnerOnlyAndMayExistAlready() throws IOException {
    Path path = directory.resolve("fifo");
    Fifo.make(path);
    Fifo.make(path);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(FileFacts.of(path.toString()).isFifo()).isTrue();
  }

  @Test
  void isNotMadeWhereSomethingElseIs() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path real = made("real");
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Fifo.make(file))
        .withMessage("mkfifo " + file + ": what is there is not a FIFO")
        .matches(e -> e.is(Errno.EEXIST));
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Fifo.make(link))
        .matches(e -> e.is(Errno.EEXIST));
  }

  @Test
  void thatIsNoneOrALinkIsNotOpened() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), made("real"));
    Path missing = directory.resolve("missing");
    assertRefused(file, Errno.EINVAL);
    assertRefused(link, Errno.ELOOP);
    assertRefused(missing, Errno.ENOENT);
    assertRefused(directory.resolve("x".repeat(5000)), Errno.ENAMETOOLONG);
    assertRefused(directory.resolve("x".repeat(300)), Errno.ENAMETOOLONG);
  }

  @Test
  void thatBelongsToAnotherUserIsRefused() throws IOException {
    assumeTrue(Self.effectiveUid() == 0, "only root can give a FIFO away");
    Path path = made("foreign");
    Files.setAttribute(path, "unix:uid", 12345);
    assertRefused(path, Errno.EINVAL);
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Fifo.make(path))
        .withMessageContaining("belongs to user 12345");
  }

  @Test
  void thatNobodyReadsCannotBeOpenedForWriting() throws IOException {
    Path path = made("fifo");
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Fifo.openForWriting(path))
        .withMessage("open " + path + ": no process has it open for reading (ENXIO 6)")
        .matches(e -> e.is(Errno.ENXIO) && path.toString().equals(e.path()));
    try (Fifo reader = Fifo.openForReading(path);
        Fifo writer = Fifo.openForWriting(path)) {
      assertThat(writer.write(utf8("hello"))).isEqualTo(5);
      assertThat(reader.unread()).isEqualTo(5);
    }
  }

  @Test
  void tellsNothingNowFromNobodyLeft() throws IOException {
    Path path = made("fifo");
    byte[] into = new byte[10];
    try (Fifo reader = Fifo.openForReading(path)) {
      try (Fifo writer = Fifo.openForWriting(path)) {
        assertThat(reader.read(into)).isZero();
        writer.write(utf8("ab"));
      }
      assertThat(reader.read(into)).isEqualTo(2);
      assertThat(reader.read(into)).isEqualTo(-1);
      assertThat(reader.read(into, 0, 0)).isZero();
      assertThat(reader.drain(5)).isZero();
    }
  }

  @Test
  void readsIntoTheMiddleAndKeepsTheRest() throws IOException {
    try (Fifo fifo = Fifo.openReadWrite(made("fifo"))) {
      fifo.write(utf8("xabcdx"), 1, 4);
      byte[] into = utf8("......");
      assertThat(fifo.read(into, 2, 3)).isEqualTo(3);
      assertThat(new String(into, StandardCharsets.UTF_8)).isEqualTo("..abc.");
      assertThat(fifo.unread()).isOne();
    }
  }

  @Test
  void thatIsFullTakesNothing() throws IOException {
    try (Fifo fifo = Fifo.openReadWrite(made("fifo"))) {
      int capacity = fifo.put(Integer.MAX_VALUE);
      assertThat(capacity).isGreaterThanOrEqualTo(Fifo.ATOMIC_BYTES_MAX);
      assertThat(fifo.put(1)).isZero();
      assertThat(fifo.write(utf8("x"))).isZero();
      assertThat(fifo.unread()).isEqualTo(capacity);
      assertThat(fifo.drain(10)).isEqualTo(10);
      assertThat(fifo.drain(2 * capacity)).isEqualTo(capacity - 10);
    }
  }

  @Test
  void withoutAnyReaderRefusesToBeWritten() throws IOException {
    Path path = made("fifo");
    Fifo reader = Fifo.openForReading(path);
    try (Fifo writer = Fifo.openForWriting(path)) {
      reader.close();
      assertThatExceptionOfType(OsException.class)
          .isThrownBy(() -> writer.put(1))
          .matches(e -> e.is(Errno.EPIPE));
    }
  }

  @Test
  void losesNoTokenWhileOthersTakeAndReturnThem() throws Exception {
    assertThat(tokensAfterStress(FifoTest::giveBack)).isEqualTo(TOKENS);
  }

  @Test
  void canaryOfAClientThatInventsATokenIsSeen() throws Exception {
    assertThat(tokensAfterStress((fifo, held) -> giveBack(fifo, held + 1))).isGreaterThan(TOKENS);
  }

  private interface GivingBack {
    void accept(Fifo fifo, int held) throws IOException;
  }

  /** How many tokens there are after we and a client moved them about at the same time. */
  private int tokensAfterStress(GivingBack givingBack) throws Exception {
    Path path = made("fifo");
    AtomicBoolean stop = new AtomicBoolean();
    try (Fifo ours = Fifo.openReadWrite(path);
        Fifo theirs = Fifo.openReadWrite(path)) {
      ours.put(TOKENS);
      FutureTask<Integer> client = new FutureTask<>(() -> takeAndReturn(theirs, givingBack, stop));
      Thread.ofPlatform().start(client);
      for (int round = 0; round < 20_000 && ours.unread() < UNREAD_MAX; round++) {
        ours.put(ours.drain(1 + round % TOKENS));
      }
      stop.set(true);
      assertThat(client.get()).as("rounds of the client").isPositive();
      return ours.drain(Integer.MAX_VALUE);
    }
  }

  /** Plays a client until told to stop; how often it held a token. */
  private static int takeAndReturn(Fifo fifo, GivingBack givingBack, AtomicBoolean stop)
      throws IOException {
    int rounds = 0;
    while (!stop.get() || rounds == 0) {
      int held = fifo.drain(3);
      if (held > 0) {
        givingBack.accept(fifo, held);
        rounds++;
      }
    }
    return rounds;
  }

  private static void giveBack(Fifo fifo, int held) throws IOException {
    for (int left = held; left > 0; ) {
      left -= fifo.write(new byte[left]);
    }
  }

  @Test
  void thatIsClosedIsNotUsedAgain() throws IOException {
    Fifo fifo = Fifo.openReadWrite(made("fifo"));
    fifo.close();
    fifo.close();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(fifo::unread);
  }

  private Path made(String name) throws OsException {
    Path path = directory.resolve(name);
    Fifo.make(path);
    return path;
  }

  private static void assertRefused(Path path, Errno errno) {
    assertThatExceptionOfType(OsException.class)
        .isThrownBy(() -> Fifo.openReadWrite(path).close())
        .matches(e -> e.is(errno), errno.toString());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

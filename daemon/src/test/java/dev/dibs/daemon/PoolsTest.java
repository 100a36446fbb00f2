package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dibs.core.Event;
import dev.dibs.core.Terms;
import dev.dibs.daemon.files.Mount;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.CpuBudget;
import dev.dibs.host.Self;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolsTest {

  @TempDir Path folder;
  private Log log;
  private EventLoop loop;

  @BeforeEach
  void open() throws IOException {
    log = new Log(folder.resolve("log"));
    loop = new EventLoop(Self::monotonicMs, log);
  }

  @AfterEach
  void close() {
    loop.close();
    log.close();
  }

  private Path file() {
    return folder.resolve("state/pools");
  }

  /** Pools of a daemon that was told to have three slots. */
  private Pools pools() throws IOException {
    return pools(OptionalInt.of(3), Optional.of(new PoolFile(file(), log)));
  }

  private Pools pools(OptionalInt size, Optional<PoolFile> remembered) throws IOException {
    DaemonOptions options =
        new DaemonOptions(
            folder,
            folder,
            size,
            remembered.isEmpty(),
            DaemonOptions.Guards.NONE,
            Mount.Choice.UNWANTED,
            Duration.ofMinutes(1),
            OptionalInt.empty(),
            Duration.ofSeconds(30));
    return new Pools(
        (name, slots) -> new Pool(name, slots, loop, new Nobody()),
        options,
        () -> machine.detect(),
        remembered);
  }

  private PoolSize.Detector machine =
      () -> {
        throw new IOException("nobody asks the machine");
      };

  private String logged() throws IOException {
    return Files.readString(folder.resolve("log.0"));
  }

  @Test
  void atFirstThereIsCpuAlone() throws Exception {
    assertThat(pools().all()).extracting(Pool::name).containsExactly("cpu");
    assertThat(pools().cpu().size()).isEqualTo(3);
    assertThat(pools().get(null).name()).isEqualTo("cpu");
  }

  @Test
  void sizesOutliveTheDaemonAndCountMoreThanTheVariable() throws Exception {
    Pools before = pools();
    before.resize("link", OptionalInt.of(2));
    before.resize("cpu", OptionalInt.of(7));
    before.resize("db", OptionalInt.of(1));
    Pools after = pools();
    assertThat(after.all()).extracting(Pool::name).containsExactly("cpu", "db", "link");
    assertThat(after.all()).extracting(Pool::size).containsExactly(7, 1, 2);
    assertThat(after.cpu().sizeReasons()).containsExactly("set by dibs pool, over DIBS_POOL_SIZE");
    assertThat(after.get("db").sizeReasons()).containsExactly("set by dibs pool");
  }

  @Test
  void autoUndoesTheSizeOfCpu() throws Exception {
    pools().resize("cpu", OptionalInt.of(7));
    assertThat(pools().resize("cpu", OptionalInt.empty()).size()).isEqualTo(3);
    assertThat(pools().cpu().sizeReasons()).containsExactly("set by DIBS_POOL_SIZE");
  }

  @Test
  void cpuFollowsTheMachineLessWhatWorksOutside() throws Exception {
    machine = () -> new CpuBudget(4, List.of("4 CPUs allowed by affinity"));
    Pools pools = pools(OptionalInt.empty(), Optional.empty());
    pools.follow(1, List.of("less pid 7"));
    assertThat(pools.cpu().size()).isEqualTo(3);
    assertThat(pools.cpu().sizeReasons())
        .containsExactly("4 CPUs allowed by affinity", "less pid 7");
    machine = () -> new CpuBudget(2, List.of("2 CPUs allowed by affinity"));
    pools.follow(9, List.of());
    assertThat(pools.cpu().size()).isOne();
    pools.follow(0, List.of());
    assertThat(pools.cpu().size()).isEqualTo(2);
  }

  @Test
  void aSizeThatSomebodyGaveFollowsNothing() throws Exception {
    Pools pools = pools();
    pools.follow(1, List.of("less pid 7"));
    assertThat(pools.cpu().size()).isEqualTo(3);
  }

  @Test
  void aPoolThatIsRemovedStaysAway() throws Exception {
    pools().resize("link", OptionalInt.of(2));
    pools().remove("link");
    assertThat(pools().all()).hasSize(1);
  }

  @Test
  void aPrivateDaemonRemembersNothing() throws Exception {
    Pools pools = pools(OptionalInt.of(2), Optional.empty());
    pools.resize("cpu", OptionalInt.of(5));
    assertThat(pools.cpu().size()).isEqualTo(5);
    assertThat(pools.areRemembered()).isFalse();
    assertThat(file()).doesNotExist();
  }

  @Test
  void aPoolInUseIsKnownToBe() throws Exception {
    Pool link = pools().resize("link", OptionalInt.of(2));
    assertThat(link.isInUse()).isFalse();
    link.apply(new Event.ClaimRequested(loop.nowMs(), 1, null, false, Terms.job()));
    assertThat(link.isInUse()).isTrue();
    link.apply(new Event.ClaimEnded(loop.nowMs(), 1));
    assertThat(link.isInUse()).isFalse();
  }

  @Test
  void aPoolMayShrinkBelowWhatIsHeld() throws Exception {
    Pools pools = pools();
    pools
        .cpu()
        .apply(new Event.ClaimRequested(loop.nowMs(), 1, null, false, Terms.job().withSlots(3, 3)));
    pools.resize("cpu", OptionalInt.of(1));
    assertThat(pools.cpu().view().owed()).isEqualTo(2);
    assertThat(pools.cpu().view().held()).isEqualTo(3);
  }

  @Test
  void anUnknownPoolIsRefusedWithThoseThatThereAre() throws Exception {
    Pools pools = pools();
    pools.resize("link", OptionalInt.of(2));
    assertThatThrownBy(() -> pools.get("lnk"))
        .hasMessageStartingWith("no pool 'lnk'; there are cpu, link.")
        .hasMessageContaining("dibs pool lnk size N");
    assertThatThrownBy(() -> pools.remove("lnk")).isInstanceOf(Pools.RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4097, 1_000_000})
  void aSizeOutOfBoundsIsRefusedAndChangesNothing(int slots) throws Exception {
    Pools pools = pools();
    assertThatThrownBy(() -> pools.resize("cpu", OptionalInt.of(slots)))
        .hasMessage("a pool has 1 to 4096 slots, not " + slots);
    assertThat(pools.cpu().size()).isEqualTo(3);
    assertThat(file()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Link", "-x", "_x", "a b", "../x", "a/b", "123456789012345678901234567890123"})
  void aNameThatCanNotBeIsRefused(String name) throws Exception {
    Pools pools = pools();
    assertThatThrownBy(() -> pools.resize(name, OptionalInt.of(1)))
        .isInstanceOf(Pools.RefusedException.class);
  }

  @Test
  void cpuStaysAndAloneHasASizeOfItsOwn() throws Exception {
    Pools pools = pools();
    pools.resize("link", OptionalInt.of(2));
    assertThatThrownBy(() -> pools.remove("cpu")).hasMessageContaining("auto");
    assertThatThrownBy(() -> pools.resize("link", OptionalInt.empty()))
        .hasMessageContaining("dibs pool link size N");
  }

  @Test
  void thereAreSixtyFourPoolsAtMost() throws Exception {
    Pools pools = pools();
    for (int i = 1; i < 64; i++) {
      pools.resize("p" + i, OptionalInt.of(1));
    }
    assertThatThrownBy(() -> pools.resize("one-more", OptionalInt.of(1)))
        .hasMessageContaining("64 pools already");
    assertThat(pools().all()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dibs pools 2\ncpu 1\n",
        "dibs pools 1\ncpu 0\n",
        "dibs pools 1\ncpu 4097\n",
        "dibs pools 1\ncpu\n",
        "dibs pools 1\nLINK 1\n",
        "dibs pools 1\nlink 1\n\u0000\u0000\u0000",
        "\u00ff\u00fe garbage"
      })
  void aFileThatIsCorruptOrOfAnotherVersionIsIgnored(String text) throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), text, StandardCharsets.ISO_8859_1);
    assertThat(pools().all()).extracting(Pool::size).containsExactly(3);
    assertThat(logged()).contains("Ignored " + file());
    pools().resize("link", OptionalInt.of(2));
    assertThat(new PoolFile(file(), log).read()).isEqualTo(Map.of("link", 2));
  }

  @Test
  void aFileThatIsTooLargeIsIgnored() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "dibs pools 1\n" + "link 1\n".repeat(20_000));
    assertThat(pools().all()).hasSize(1);
  }

  @Test
  void whatIsNoFileIsIgnoredAndASizeCountsAllTheSame() throws Exception {
    Files.createDirectories(file().resolve("a folder"));
    Pools pools = pools();
    assertThatThrownBy(() -> pools.resize("cpu", OptionalInt.of(2)))
        .isInstanceOf(IOException.class);
    assertThat(pools.cpu().size()).isEqualTo(2);
    assertThat(file().getParent()).isDirectoryNotContaining("glob:**/.pools*");
  }
}

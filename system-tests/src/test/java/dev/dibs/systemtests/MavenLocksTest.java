package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real Mavens that share a local repository, with our locks. */
class MavenLocksTest {
  private static final int MAVENS = 3;
  private static final Duration LONG = Duration.ofMinutes(3);

  /** Without locks a second downloader comes, however late. */
  private static final Duration UNTIL_ANOTHER_COMES = Duration.ofSeconds(30);

  /** Long enough for a second downloader to come, and for a kill to hit the first one. */
  private static final Duration FOR_A_WHILE = Duration.ofMillis(150);

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  private final MavenRepository remote = new MavenRepository();

  /** What is tried. */
  private enum Maven {
    V39(Tool.MAVEN_39, "maven/resolver1/target/dibs-maven39-locks.jar", "dibs"),
    V4(Tool.MAVEN_4, "maven/resolver2/target/dibs-maven4-locks.jar", "gav");

    private final Tool mvn;
    private final String jar;
    private final String mapper;

    Maven(Tool mvn, String jar, String mapper) {
      this.mvn = mvn;
      this.jar = jar;
      this.mapper = mapper;
    }
  }

  @AfterEach
  void closeRemote() {
    remote.close();
  }

  @ParameterizedTest
  @EnumSource(Maven.class)
  void eachFileIsDownloadedOnceAndThatIsSeenWithoutLocks(Maven maven) {
    List<Running> without = start(maven, "noop", 2, UNTIL_ANOTHER_COMES);
    without.forEach(mvn -> mvn.endWithin(LONG));
    assertThat(remote.twice()).as("the canary").isNotEmpty();

    Texts.removeAll(local());
    List<Running> with = start(maven, "dibs", 2, FOR_A_WHILE);
    with.forEach(mvn -> mvn.endWithin(LONG).well());
    assertThat(remote.twice()).isEmpty();
    assertThat(remote.damagedIn(local())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Maven.class)
  void killedMavensHoldNobodyUp(Maven maven) {
    long seed = Long.getLong("maven.seed", System.nanoTime());
    Random random = new Random(seed);
    List<Running> mavens = start(maven, "dibs", MAVENS, FOR_A_WHILE);
    int begun = 2 * MAVENS; // each its parent and the sum of that
    int after = begun + random.nextInt(2 * MavenRepository.LIBRARIES);
    Until.holds(() -> "downloads", () -> remote.downloads() >= after, LONG);
    int lucky = random.nextInt(MAVENS);
    Running survivor = mavens.remove(lucky);
    mavens.forEach(Running::killAll);
    survivor.endWithin(LONG).well();
    assertThat(remote.damagedIn(local())).as("seed %d", seed).isEmpty();
    command(maven, "dibs", project(lucky), "-o").start().endWithin(LONG).well();
  }

  /** Each in a project of its own, whose parent is the first thing it wants. */
  private List<Running> start(Maven maven, String factory, int count, Duration heldUp) {
    maven.mvn.require();
    remote.beginRound(count, heldUp);
    List<Running> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(command(maven, factory, project(i)).start());
    }
    return started;
  }

  private Command command(Maven maven, String factory, Path project, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                maven.mvn.require().toString(),
                "-B",
                "-ntp",
                "-s",
                settings().toString(),
                "-Dmaven.repo.local=" + local(),
                "-Dmaven.ext.class.path=" + Programs.ROOT.resolve(maven.jar),
                "-Daether.syncContext.named.factory=" + factory,
                "-Daether.syncContext.named.nameMapper="
                    + (factory.equals("noop") ? "gav" : maven.mapper)));
    words.addAll(List.of(options));
    words.add("validate");
    return dibs.command(words)
        .in(project)
        .with("MAVEN_SKIP_RC", "1")
        .with("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto");
  }

  private Path local() {
    return dibs.folder().resolve("repository");
  }

  private Path settings() {
    return write(
        dibs.folder().resolve("settings.xml"),
        """
        <settings><mirrors><mirror>
          <id>test</id><mirrorOf>*</mirrorOf><url>%s</url>
        </mirror></mirrors></settings>
        """
            .formatted(remote.url()));
  }

  private Path project(int number) {
    Path folder = Texts.folder(dibs.folder().resolve("project" + number));
    Texts.folder(folder.resolve(".mvn"));
    String pom =
        """
        <project><modelVersion>4.0.0</modelVersion>
        <parent><groupId>t</groupId><artifactId>begin%d</artifactId><version>1</version><relativePath/></parent>
        <artifactId>project</artifactId><packaging>pom</packaging>
        <build><extensions><extension>
          <groupId>t</groupId><artifactId>lib0</artifactId><version>1</version>
        </extension></extensions></build></project>
        """;
    write(folder.resolve("pom.xml"), pom.formatted(number));
    return folder;
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.NodeList;

/** Real Mavens that share a local repository, with our locks. */
class MavenLocksTest {
  private static final int MAVENS = 3;
  private static final Duration LONG = Duration.ofMinutes(3);

  /** Without locks a second downloader comes, however late. */
  private static final Duration UNTIL_ANOTHER_COMES = Duration.ofSeconds(30);

  /** Long enough for a second downloader to come, and for a kill to hit the first one. */
  private static final Duration FOR_A_WHILE = Duration.ofMillis(150);
  private static final int INSTALLS = 4;
  private static final int MODULES = 12;
  private static final String INSTALL_PLUGIN = "3.1.4";

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

  /**
   * Two worktrees of a project install versions of the same modules into one repository, and one of
   * them is killed amid that. What an install adds to a module's list of versions must not be lost
   * to another one, nor a file be half of itself.
   */
  @ParameterizedTest
  @EnumSource(Maven.class)
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void whatIsInstalledSideBySideIsWholeHoweverManyAreKilled(Maven maven) throws Exception {
    long seed = Long.getLong("maven.seed", System.nanoTime());
    Random random = new Random(seed);
    List<Path> worktrees = List.of(modules("one"), modules("two"));
    Set<String> installed = new TreeSet<>();
    for (int round = 1; round <= INSTALLS; round++) {
      List<Running> mavens = new ArrayList<>();
      for (int i = 0; i < worktrees.size(); i++) {
        mavens.add(install(maven, worktrees.get(i), round + "." + i));
      }
      int unlucky = random.nextInt(worktrees.size());
      Running victim = mavens.get(unlucky);
      Until.holds(victim::said, () -> victim.said().contains("Installing "), LONG);
      LockSupport.parkNanos(random.nextInt(300_000_000));
      victim.killAll();
      mavens.get(1 - unlucky).endWithin(LONG).well();
      installed.add(round + "." + (1 - unlucky));
      for (int module = 0; module < MODULES; module++) {
        Path folder = local().resolve("t/m" + module);
        assertThat(versions(folder)).as("seed %d", seed).containsAll(installed);
        for (String version : installed) {
          Path pom = folder.resolve(version + "/m" + module + "-" + version + ".pom");
          assertThat(texts(pom, "artifactId")).contains("m" + module);
        }
      }
    }
  }

  private static List<String> versions(Path module) throws Exception {
    return texts(module.resolve("maven-metadata-local.xml"), "version");
  }

  /** The texts of all elements of a name; fails if the file is no whole document. */
  private static List<String> texts(Path document, String element) throws Exception {
    NodeList found =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(document.toFile())
            .getElementsByTagName(element);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  private Running install(Maven maven, Path project, String version) {
    Path own = Path.of(System.getProperty("user.home"), ".m2/repository");
    String plugin = "org/apache/maven/plugins/maven-install-plugin/" + INSTALL_PLUGIN;
    String mirror = // else it is downloaded
        Files.exists(own.resolve(plugin))
            ? "<mirrors><mirror><id>own</id><mirrorOf>*</mirrorOf><url>%s</url></mirror></mirrors>"
                .formatted(own.toUri())
            : "";
    Path settings = dibs.folder().resolve("install-settings.xml");
    write(settings, "<settings>" + mirror + "</settings>");
    return command(maven, "dibs", project, settings, "install", "-Drevision=" + version).start();
  }

  /** A project of modules that are nothing but their pom. */
  private Path modules(String name) {
    Path folder = Texts.folder(dibs.folder().resolve(name));
    Texts.folder(folder.resolve(".mvn"));
    StringBuilder all = new StringBuilder();
    for (int module = 0; module < MODULES; module++) {
      String parent =
          """
          <parent><groupId>t</groupId><artifactId>all</artifactId><version>${revision}</version></parent>
          """;
      write(
          Texts.folder(folder.resolve("m" + module)).resolve("pom.xml"),
          "<project><modelVersion>4.0.0</modelVersion>%s<artifactId>m%d</artifactId><packaging>pom</packaging></project>"
              .formatted(parent, module));
      all.append("<module>m").append(module).append("</module>");
    }
    String pom =
        """
        <project><modelVersion>4.0.0</modelVersion>
        <groupId>t</groupId><artifactId>all</artifactId><version>${revision}</version><packaging>pom</packaging>
        <modules>%s</modules>
        <build><plugins><plugin><artifactId>maven-install-plugin</artifactId><version>%s</version></plugin></plugins></build>
        </project>
        """;
    write(folder.resolve("pom.xml"), pom.formatted(all, INSTALL_PLUGIN));
    return folder;
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
    return command(maven, factory, project, settings(), "validate", options);
  }

  private Command command(
      Maven maven, String factory, Path project, Path settings, String phase, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                maven.mvn.require().toString(),
                "-B",
                "-ntp",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + local(),
                "-Dmaven.ext.class.path=" + Programs.ROOT.resolve(maven.jar),
                "-Daether.syncContext.named.factory=" + factory,
                "-Daether.syncContext.named.nameMapper="
                    + (factory.equals("noop") ? "gav" : maven.mapper)));
    words.addAll(List.of(options));
    words.add(phase);
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

package dev.dibs.systemtests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The map in ARCHITECTURE.md: what each part may know of the others. */
class DependencyDirectionTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.dibs");

  private static final Set<Class<?>> CLOCKS_THREADS_AND_DICE =
      Set.of(
          Clock.class,
          Instant.class,
          Thread.class,
          Timer.class,
          Random.class,
          RandomGenerator.class,
          ThreadLocalRandom.class,
          Runtime.class,
          Process.class,
          ProcessHandle.class,
          ProcessBuilder.class,
          java.security.SecureRandom.class);

  @Test
  void allPartsAreSeen() {
    Set<String> parts =
        CLASSES.stream()
            .map(c -> c.getPackageName().split("\\.", -1)[2])
            .collect(Collectors.toSet());
    org.assertj.core.api.Assertions.assertThat(parts)
        .contains("core", "protocol", "host", "locks", "cli", "client", "daemon", "testkit");
  }

  @ParameterizedTest
  @CsvSource({
    "core,     core",
    "protocol, core protocol",
    "host,     core protocol host",
    "locks,    locks",
    "cli,      core protocol host locks cli",
    "client,   protocol locks client",
    "daemon,   core protocol host locks daemon",
    "testkit,  core testkit",
  })
  void aPartKnowsOnlyThoseBelowIt(String part, String known) {
    noClasses()
        .that()
        .resideInAPackage(part(part))
        .should()
        .dependOnClassesThat(ours().and(not(resideInAnyPackage(parts(known)))))
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"files", "learned", "loop", "memory", "once", "records", "status", "tools"})
  void whatTheDaemonIsMadeOfDoesNotKnowWhoPutsItTogether(String made) {
    noClasses()
        .that()
        .resideInAPackage(part("daemon." + made))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.dibs.daemon")
        .check(CLASSES);
  }

  @Test
  void theCoreNeedsNothingButTheJdk() {
    noClasses()
        .that()
        .resideInAPackage(part("core"))
        .should()
        .dependOnClassesThat(
            not(
                resideInAnyPackage(
                    part("core"), "java.lang..", "java.util..", "java.time..", "org.jspecify..")))
        .check(CLASSES);
  }

  @Test
  void theCoreHasNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAPackage(part("core"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..", "java.nio..", "java.net..", "java.lang.foreign..", "java.util.logging..")
        .check(CLASSES);
  }

  @Test
  void theCoreHasNoClockThreadOrDice() {
    noClasses()
        .that()
        .resideInAPackage(part("core"))
        .should()
        .dependOnClassesThat(amongClocksThreadsAndDice())
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> amongClocksThreadsAndDice() {
    return DescribedPredicate.describe(
        "are clocks, threads or dice",
        c -> CLOCKS_THREADS_AND_DICE.stream().anyMatch(c::isAssignableTo));
  }

  private static DescribedPredicate<JavaClass> ours() {
    return resideInAnyPackage("dev.dibs..");
  }

  private static String[] parts(String names) {
    return Stream.of(names.split(" ")).map(DependencyDirectionTest::part).toArray(String[]::new);
  }

  private static String part(String name) {
    return "dev.dibs." + name + "..";
  }
}

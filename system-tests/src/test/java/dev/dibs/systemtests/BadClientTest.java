package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients of the make protocol that take, invent or lose tokens, on a plain FIFO, which knows
 * nobody.
 */
@Waiting("tokens are written off when nobody has moved for a while")
class BadClientTest {
  private static final int HEALTHY_CPU_SECONDS = 8;

  @RegisterExtension final Dibs dibs = Dibs.withPool(3).overFifos();

  @Test
  void inventedTokensAreThrownAway() {
    Build.MAKE.prepare(dibs, "b");
    Running run =
        dibs.runScript(
                "printf GGGGGGGGGGGGGGGG >$DIBS_FIFO; echo fifo=$DIBS_FIFO; read go; make -C b")
            .piped()
            .start()
            .says("fifo=/");
    Path fifo = Path.of(Texts.read(run.out()).strip().substring("fifo=".length()));
    Until.holds("no more tokens than the pool has", () -> unread(fifo) <= 2);
    run.closeInput();
    run.end().well();
    assertThat(dibs.count().peak()).isBetween(1L, 3L);
  }

  @Test
  void whoDrainsAllHasNoMoreThanThePool() {
    Running hog = hog(2);
    dibs.dibs("run", "-n", "--", "true").end().with(75);
    hog.closeInput();
    hog.end().well();
    dibs.dibs("job", "--slots", "3", "--", "true").end().well();
  }

  @Test
  void tokensOfADeadClientAreReclaimedWhenTheRestSleeps() {
    Running run = dibs.runScript("hog 2 dead; echo dead; exec cat").piped().start().says("dead");
    dibs.dibs("job", "--slots", "2", "--", "true").end().well();
    run.closeInput();
    run.end().well();
  }

  @Test
  void tokensOfADeadClientAreFreeWhenTheRunEnds() {
    dibs.runScript("hog 2 dead; true").end().well();
    dibs.dibs("job", "--slots", "3", "-w", "5", "--", "true").end().well();
  }

  @Test
  void tokensOfABusyClientAreLeftAlone() {
    Running hog = hog(2);
    Running waiter = dibs.dibs("run", "--", "true").start();
    Until.holds(HEALTHY_CPU_SECONDS + " s of work", () -> stills(hog) >= HEALTHY_CPU_SECONDS);
    assertThat(waiter.isOver()).isFalse();
    hog.closeInput();
    waiter.end().well();
    hog.end().well();
  }

  private Running hog(int tokens) {
    return dibs.dibs("run", "--", "hog", Integer.toString(tokens), "busy")
        .piped()
        .start()
        .says("holding");
  }

  private static long stills(Running hog) {
    return Texts.read(hog.out()).lines().filter("still"::equals).count();
  }

  /** How many bytes lie in a FIFO. */
  private static int unread(Path fifo) {
    try (FileInputStream reader = new FileInputStream(fifo.toFile())) {
      return reader.available();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to those who can't have a slot at once. */
class BoundedWaitTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(1).kept();

  @ParameterizedTest
  @ValueSource(strings = {"run", "job"})
  void notWaitingEndsWith75(String verb) {
    dibs.holder();
    dibs.dibs(verb, "-n", "--", "true").end().with(75);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "job"})
  void theStatusOfNotWaitingMayBeChosen(String verb) {
    dibs.holder();
    dibs.dibs(verb, "-n", "-E", "9", "--", "true").end().with(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "job"})
  void aBoundedWaitIsBounded(String verb) {
    dibs.holder();
    long startNs = System.nanoTime();
    dibs.dibs(verb, "-w", "0.3", "--", "true").end().with(75);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs))
        .isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
  }

  @Test
  void aBoundedWaitThatIsLongEnoughEndsWell() {
    Running holder = dibs.holder();
    Running waiter = dibs.dibs("run", "-w", "50", "--", "true").start();
    holder.closeInput();
    waiter.end().well();
  }

  @Test
  void notWaitingIsNoHurdleWhenThereIsASlot() {
    dibs.dibs("run", "-n", "--", "true").end().well();
    dibs.dibs("job", "-n", "--", "true").end().well();
  }

  @Test
  void whoWaitsForASecondIsToldForWhom() {
    Running holder = dibs.holder();
    Running waiter = dibs.dibs("run", "--", "true").start();
    Until.holds(
        "a line that says what it waits for", () -> waiter.said().contains("waiting for a slot"));
    assertThat(waiter.said())
        .startsWith("dibs: ")
        .contains("1 of 1")
        .contains(dibs.folder().toString());
    holder.closeInput();
    waiter.end().well();
  }

  @Test
  void aWaiterThatIsKilledLeavesTheQueue() {
    Running holder = dibs.holder();
    Running first = dibs.dibs("run", "--", "echo", "first").start();
    Until.holds("a waiter", () -> dibs.dibs("status").end().out().contains("echo first"));
    Running second = dibs.dibs("run", "--", "echo", "second").start();
    first.kill();
    holder.closeInput();
    assertThat(second.end().well().out()).isEqualTo("second\n");
  }

  @Test
  void firstComeIsFirstServed() {
    Running holder = dibs.holder();
    Running first = waiter("first");
    Running second = waiter("second");
    holder.closeInput();
    first.end().well();
    second.end().well();
    assertThat(Texts.read(dibs.folder().resolve("order"))).isEqualTo("first\nsecond\n");
  }

  private Running waiter(String name) {
    Running waiter =
        dibs.dibs("run", "--name", name, "--", "sh", "-c", "echo $0 >>order", name).start();
    Until.holds(name + " waits", () -> dibs.dibs("status").end().out().contains(name));
    return waiter;
  }
}

package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever waits for a lock inside a run leaves its slot to others meanwhile. */
class LockLendingTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(1);

  private String lists() {
    return dibs.dibs("lock", "--list").end().out();
  }

  @Test
  void whoHasTheLockGetsTheSlotOfWhoWaitsForIt() {
    String needsSlot = "echo held; read go; exec " + Programs.dibs() + " run -- echo ran";
    Running locker = dibs.dibs("lock", "x", "--", "sh", "-c", needsSlot).piped().start();
    locker.says("held");
    Running waiter = dibs.runScript(Programs.dibs() + " lock x -- echo locked").start();
    Until.holds("a waiter", () -> lists().contains("waits"));
    locker.say("go");
    assertThat(locker.end().well().out()).contains("ran");
    assertThat(waiter.end().well().out()).isEqualTo("locked\n");
  }

  @Test
  void whoWaitedGoesOnWhenItHasItsSlotAgain() {
    Running locker =
        dibs.dibs("lock", "x", "--", "sh", "-c", "echo held; exec cat").piped().start();
    locker.says("held");
    Running waiter = dibs.runScript(Programs.dibs() + " lock x -- echo locked").start();
    Until.holds("a waiter", () -> lists().contains("waits"));
    Running borrower = dibs.holder();
    locker.closeInput();
    locker.end().well();
    Until.holds("a lock without a slot", () -> lists().lines().count() == 2);
    assertThat(waiter.isOver()).isFalse();
    borrower.closeInput();
    assertThat(waiter.end().well().out()).isEqualTo("locked\n");
  }
}

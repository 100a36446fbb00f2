package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A command below dibs has the terminal that it would have. */
class TerminalTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(1);

  @Test
  void stdinStdoutAndStderrAreTheTerminal() {
    assertThat(onTerminal("dibs run -- sh -c 'test -t 0 && test -t 1 && test -t 2 && tty'").out())
        .contains("/dev/pts/");
  }

  @Test
  void theCommandIsInTheForeground() {
    String group = "set -- $(cat /proc/$$/stat); test $5 = $8 && echo in front";
    assertThat(onTerminal("dibs run -- sh -c '" + group + "'").out()).contains("in front");
  }

  @Test
  void theSettingsOfTheTerminalStay() {
    String[] settings =
        onTerminal("stty -g; dibs run -- stty -g; stty -g").out().strip().split("\\R");
    assertThat(settings).hasSize(3).containsOnly(settings[0]);
  }

  @Test
  void aWaiterEndsByControlC() {
    Running holder = dibs.holder();
    Running waiter = dibs.dibs("run", "--", "true").start();
    Until.holds("a waiter", () -> dibs.dibs("status").end().out().contains("true"));
    Processes.signal("INT", waiter.pid());
    assertThat(waiter.end().status()).isEqualTo(130);
    holder.closeInput();
    holder.end().well();
  }

  private Ended onTerminal(String command) {
    String script = Tool.SCRIPT.require().toString();
    return dibs.plain(script, "-qec", command, "/dev/null").end().well();
  }
}

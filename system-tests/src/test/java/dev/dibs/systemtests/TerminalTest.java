package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A command below dibs has the terminal that it would have. */
class TerminalTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(1).kept();

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

  @Test
  void aRunThatWaitsSaysInOneLineForWhom() {
    Running holder = dibs.holder();
    Running first = dibs.dibs("run", "--", "sleep", "1000").start();
    Until.holds("a waiter", () -> dibs.dibs("status").end().out().contains("sleep"));
    Running second = terminal("dibs run -- echo hello").start();
    second.says("waiting for a slot, 1 before you: 1 of 1 in use, by cat in ");
    first.kill();
    second.says("waiting for a slot: 1 of 1 in use, by cat in ");
    holder.closeInput();
    String out = second.end().well().out();
    assertThat(out).endsWith("\r\u001b[K\u001b[?7l\u001b[?7hhello\r\n");
    assertThat(out.substring(0, out.indexOf("hello"))).doesNotContain("\n");
  }

  @Test
  void theAgesInTheLineGoOn() {
    dibs.holder();
    Running waiter = terminal("dibs run -- true").start();
    waiter.says("waiting for a slot");
    Until.holds("another age", () -> waiter.said().split("waiting for a slot", -1).length > 2);
  }

  @Test
  void whoDoesNotHaveTheTerminalForItselfWaitsInWholeLines() {
    Running holder = dibs.holder();
    Running waiter = terminal("dibs run -- true & wait $!").start();
    waiter.says("dibs: waiting for a slot: 1 of 1 in use").says("\r\n");
    holder.closeInput();
    assertThat(waiter.end().well().out()).doesNotContain("\u001b");
  }

  @Test
  void aTerminalThatCanNothingIsGivenWholeLines() {
    Running holder = dibs.holder();
    Running waiter = terminal("dibs run -- true").with("TERM", "dumb").start();
    waiter.says("dibs: waiting for a slot: 1 of 1 in use").says("\r\n");
    holder.closeInput();
    assertThat(waiter.end().well().out()).doesNotContain("\u001b");
  }

  @Test
  void aWatchedStatusIsDrawnInPlaceUntilControlC() throws IOException {
    dibs.fresh();
    Running watch =
        terminal("trap : INT; stty rows 5; dibs status --watch 0.1; echo it was $?")
            .piped()
            .start();
    watch.says("\u001b[HNo daemon is running");
    dibs.holder("--name", "nightly");
    watch.says("\u001b[HPool cpu: 1 of 1 slots in use").says("nightly");
    Running waiter = dibs.dibs("run", "--", "true").start();
    watch.says("...\u001b[J");
    watch.process().getOutputStream().write(3);
    watch.process().getOutputStream().flush();
    String out = watch.says("it was 130").end().well().out();
    assertThat(out.substring(out.lastIndexOf("\u001b[J")))
        .isEqualTo("\u001b[J^C\u001b[?7h\u001b[?25h\u001b[?1049lit was 130\r\n");
    waiter.kill();
    Until.holds("nothing is left", () -> dibs.directory().resolve("r").toFile().list().length == 0);
  }

  private Ended onTerminal(String command) {
    return terminal(command).end().well();
  }

  private Command terminal(String command) {
    String script = Tool.SCRIPT.require().toString();
    return dibs.plain(script, "-qec", command, "/dev/null").with("TERM", "xterm");
  }
}

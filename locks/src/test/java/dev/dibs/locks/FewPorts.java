package dev.dibs.locks;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;

/**
 * A network of its own with a loopback interface and few ports that are given out by themselves.
 */
final class FewPorts implements AutoCloseable {

  private static final int FIRST = 50_000;

  private final Process keeper;

  private FewPorts(Process keeper) {
    this.keeper = keeper;
  }

  /** One that lasts until it is closed; the test is left out where it can't be made. */
  static FewPorts make(int ports) throws Exception {
    Needs.programs("unshare", "nsenter", "busybox");
    String range = FIRST + " " + (FIRST + ports - 1);
    String set = "/proc/sys/net/ipv4/ip_local_port_range";
    String script =
        "busybox ip link set lo up && echo " + range + " >" + set + " && echo up; read end";
    Process keeper =
        new ProcessBuilder("unshare", "-n", "sh", "-c", script)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    FewPorts network = new FewPorts(keeper);
    BufferedReader out = keeper.inputReader();
    boolean up = "up".equals(out.readLine());
    if (!up) {
      network.close();
    }
    Needs.present(up, "the right to make a network namespace");
    return network;
  }

  /** What starts a program in it. */
  List<String> prefix() {
    return List.of("nsenter", "-t", Long.toString(keeper.pid()), "-n");
  }

  @Override
  public void close() throws IOException {
    keeper.destroyForcibly();
    keeper.onExit().join();
  }
}

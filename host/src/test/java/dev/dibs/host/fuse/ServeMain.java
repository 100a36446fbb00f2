package dev.dibs.host.fuse;

import dev.dibs.host.Epoll;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.FuseDevice.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Serves a {@link SmallTree} in a process of its own: {@code ServeMain POINT [DESCRIPTOR]}. Without
 * a descriptor of {@code /dev/fuse} that it inherits it opens one. If the descriptor is attached
 * already it goes on where another server was killed. It says what it does on standard output, and
 * unmounts at the end of its standard input.
 */
final class ServeMain {

  private static final long DEVICE = 1;

  private ServeMain() {}

  public static void main(String[] arguments) throws Exception {
    Path point = Path.of(arguments[0]);
    try {
      FuseDevice device =
          arguments.length > 1
              ? FuseDevice.inherited(Integer.parseInt(arguments[1]))
              : FuseMount.openDevice(point);
      Thread watcher = unmountAtEndOfInput(point);
      serve(device, point);
      watcher.join();
      System.exit(0);
    } catch (FuseUnavailableException refusal) {
      say("refused " + refusal.reason() + ": " + refusal.getMessage());
    }
  }

  private static void serve(FuseDevice device, Path point) throws IOException {
    FuseConnection connection = FuseConnection.over(device);
    if (device.state() == State.ATTACHED) {
      connection.resend();
      say("resumed");
    } else {
      say("cleaned " + FuseMount.clean(point));
      FuseMount.mount(device, point);
      say("mounted");
    }
    SmallTree tree = new SmallTree(connection);
    try (Epoll epoll = Epoll.create(1)) {
      epoll.add(device.descriptor(), Epoll.IN, DEVICE);
      while (!connection.over()) {
        epoll.await(-1);
        for (var next = connection.next(); next.isPresent(); next = connection.next()) {
          tell(next);
          tree.answer(next.get());
        }
      }
    }
    say("over");
  }

  private static void tell(Optional<FuseRequest> next) throws IOException {
    if (next.orElseThrow() instanceof FuseRequest.Open open) {
      int thread = open.header().thread();
      say("open " + thread + " " + Caller.of(thread).map(Caller::pid).orElse(0));
    } else if (next.orElseThrow() instanceof FuseRequest.Read read) {
      say("read" + (read.header().resent() ? " again" : ""));
    }
  }

  private static Thread unmountAtEndOfInput(Path point) {
    Thread watcher =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
                say("unmounted " + FuseMount.clean(point));
              } catch (IOException failure) {
                say("not unmounted: " + failure.getMessage());
              }
            });
    watcher.setDaemon(true);
    watcher.start();
    return watcher;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}

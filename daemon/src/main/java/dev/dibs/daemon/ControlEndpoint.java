package dev.dibs.daemon;

import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.host.Epoll;
import dev.dibs.host.Fifo;
import dev.dibs.protocol.Lines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The control FIFO: one line, one request. Open for writing here too, so that it never ends. */
final class ControlEndpoint implements AutoCloseable {

  /**
   * Most read before others have their turn, so that a flood of garbage does not stop the daemon.
   */
  private static final int BYTES_AT_ONCE = 64 * 1024;

  private final Fifo control;
  private final Lines lines = new Lines();
  private final byte[] bytes = new byte[BYTES_AT_ONCE];
  private final Consumer<String> receiver;
  private final EventLoop.Watch watch;

  /**
   * Opens the FIFO, making it if need be.
   *
   * @param receiver takes each line, on the loop's thread
   */
  ControlEndpoint(Path path, EventLoop loop, Consumer<String> receiver) throws IOException {
    Fifo.make(path);
    this.control = Fifo.openReadWrite(path);
    this.receiver = receiver;
    this.watch = loop.watch(control.descriptor(), Epoll.IN, events -> read());
  }

  /** Receives what is there now. */
  void read() throws IOException {
    int count = control.read(bytes);
    lines.accept(bytes, Math.max(count, 0)).forEach(receiver);
  }

  @Override
  public void close() {
    watch.close();
    control.close();
  }
}

package dev.dibs.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A lock of {@code lock_relay}: one byte to a third process, one byte back. */
final class Relay {
  private final SocketChannel channel;
  private final ByteBuffer one = ByteBuffer.allocateDirect(1);

  private Relay(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects to that of a folder. */
  static Relay in(String folder) throws IOException {
    return new Relay(SocketChannel.open(UnixDomainSocketAddress.of(socket(Path.of(folder)))));
  }

  /** Starts that of a folder; it serves until it is destroyed. */
  static Process start(Path folder) throws IOException {
    String path = socket(folder).toString();
    Process process = new ProcessBuilder(World.program("lock_relay"), path).inheritIO().start();
    while (!Files.exists(socket(folder)) && process.isAlive()) {
      Thread.onSpinWait();
    }
    return process;
  }

  private static Path socket(Path folder) {
    return folder.resolve("relay");
  }

  /** Blocks until it is ours. */
  void lock() throws IOException {
    say('l');
    if (channel.read(one.clear()) < 0) {
      throw new EOFException("lock_relay ended");
    }
  }

  void unlock() throws IOException {
    say('u');
  }

  private void say(char what) throws IOException {
    int unused = channel.write(one.clear().put((byte) what).flip());
  }
}

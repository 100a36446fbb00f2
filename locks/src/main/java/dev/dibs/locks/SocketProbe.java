package dev.dibs.locks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Whether what {@link SocketMechanism} stands on is there. */
final class SocketProbe {

  private SocketProbe() {}

  /**
   * Sees whether this process can listen, and whether directories with something in them are never
   * replaced.
   *
   * @param scratch an empty file, beside which others may be made
   */
  static void run(Path scratch) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open();
        SocketChannel client = SocketChannel.open()) {
      server.bind(new InetSocketAddress(ClaimListener.loopback(), 0));
      client.connect(server.getLocalAddress());
    }
    Path first = scratch.resolveSibling(scratch.getFileName() + "-1");
    Path second = scratch.resolveSibling(scratch.getFileName() + "-2");
    List<Path> made = List.of(second.resolve("2"), first.resolve("1"), second, first);
    try {
      Files.createDirectory(first);
      Files.createDirectory(second);
      Files.createFile(first.resolve("1"));
      Files.createFile(second.resolve("2"));
      if (replaces(first, second)) {
        throw new IOException("a directory can be renamed to one that is not empty");
      }
    } finally {
      for (Path path : made) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static boolean replaces(Path first, Path second) {
    try {
      Files.move(first, second, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException kept) {
      return false;
    }
  }
}

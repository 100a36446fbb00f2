package dev.dibs.cli;

import dev.dibs.host.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the launcher's shell dropped from the environment: names that no variable of a shell can
 * have, such as {@code a.b}. All others are as the shell passed them on.
 */
final class DroppedNames {

  private DroppedNames() {}

  /**
   * Sets them for the command.
   *
   * @param copy of the environment that the launcher was started with: entries that end with a NUL;
   *     removed
   */
  static void restore(Path copy) throws IOException {
    byte[] all = Files.readAllBytes(copy);
    Files.delete(copy);
    int from = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        restore(Arrays.copyOfRange(all, from, i));
        from = i + 1;
      }
    }
  }

  private static void restore(byte[] entry) {
    int equals = 0;
    boolean known = true;
    while (equals < entry.length && entry[equals] != '=') {
      known &= isOfShells(entry[equals], equals);
      equals++;
    }
    if (!known && equals < entry.length) {
      Exec.set(Arrays.copyOf(entry, equals), Arrays.copyOfRange(entry, equals + 1, entry.length));
    }
  }

  private static boolean isOfShells(byte letter, int place) {
    return letter == '_'
        || (letter >= 'a' && letter <= 'z')
        || (letter >= 'A' && letter <= 'Z')
        || (place > 0 && letter >= '0' && letter <= '9');
  }
}

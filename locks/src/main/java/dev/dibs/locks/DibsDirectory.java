package dev.dibs.locks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The directory of this user's daemon, whether one runs or not, and in it the lock directory that
 * is everybody's unless somebody says otherwise. It is {@code $DIBS}, else {@code $DIBS_DIR}, else
 * {@code /run/user/UID/dibs} if {@code /run/user/UID} is a directory of UID's, else {@code
 * dibs-UID} in the system's folder for temporary files (docs/control.md).
 *
 * <p>A private pool ({@code dibs run --private}) has no locks of its own: there it is the directory
 * of the world around it, {@code $DIBS_OUTER} or the usual one.
 */
public final class DibsDirectory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RUNTIME = Path.of("/run/user");

  /** In the path of every private pool's directory, as the launcher names it. */
  private static final String PRIVATE = "/dibs-private.";

  private DibsDirectory() {}

  /**
   * The user's lock directory. What is above it is made if it isn't there, for its owner alone.
   *
   * @throws IOException if it can't be made, or nobody knows who the user is
   */
  public static Path locks() throws IOException {
    Path daemons = path();
    if (!Files.isDirectory(daemons)) {
      make(daemons);
    }
    return daemons.resolve("locks");
  }

  private static void make(Path directory) throws IOException {
    Path parent = directory.getParent();
    try {
      Files.createDirectory(
          directory, OwnFiles.directoryForOwnerOnly(parent == null ? directory : parent));
    } catch (FileAlreadyExistsException somebodyElseDid) {
      if (!Files.isDirectory(directory)) {
        throw somebodyElseDid;
      }
    }
  }

  /** The daemon's directory, there or not. */
  public static Path path() throws IOException {
    return path(System::getenv);
  }

  /**
   * As above.
   *
   * @param environment gives the value of a variable, or null
   */
  static Path path(UnaryOperator<@Nullable String> environment) throws IOException {
    Path named = named(environment, "DIBS", "DIBS_DIR");
    if (named != null && named.toString().contains(PRIVATE)) {
      named = named(environment, "DIBS_OUTER");
    }
    return named == null ? usual() : named;
  }

  private static @Nullable Path named(
      UnaryOperator<@Nullable String> environment, String... variables) {
    for (String variable : variables) {
      String value = environment.apply(variable);
      if (value != null && !value.isEmpty() && !value.equals("off")) {
        return Path.of(value).toAbsolutePath();
      }
    }
    return null;
  }

  private static Path usual() throws IOException {
    String user = user();
    Path runtime = RUNTIME.resolve(user);
    if (Files.isDirectory(runtime) && owner(runtime).equals(user)) {
      return runtime.resolve("dibs");
    }
    return temporary().resolve("dibs-" + user);
  }

  private static Path temporary() {
    Path usual = Path.of("/tmp");
    return Files.isDirectory(usual) ? usual : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** The effective user, by number where there are such, else by name. */
  private static String user() throws IOException {
    if (Files.isReadable(STATUS)) {
      for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("Uid:")) {
          return line.split("\\s+", -1)[2];
        }
      }
    }
    Path mine = Files.createTempFile("dibs", "");
    try {
      return owner(mine);
    } finally {
      Files.delete(mine);
    }
  }

  private static String owner(Path path) throws IOException {
    try {
      return Integer.toUnsignedString((Integer) Files.getAttribute(path, "unix:uid"));
    } catch (UnsupportedOperationException noNumbers) {
      return Files.getOwner(path).getName().replaceAll("[^A-Za-z0-9._-]", "_");
    }
  }
}

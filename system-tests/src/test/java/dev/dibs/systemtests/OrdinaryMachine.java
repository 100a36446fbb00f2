package dev.dibs.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A machine with an ordinary user, who may mount nothing himself: a mount namespace that root makes
 * for one script, with a {@code /dev/fuse} of its own.
 */
final class OrdinaryMachine {
  private static final int NOBODY = 65534;

  private final Dibs dibs;
  private final Path folder;

  private OrdinaryMachine(Dibs dibs, Path folder) {
    this.dibs = dibs;
    this.folder = folder;
  }

  /** Makes one in a world, for tests that root runs. */
  static OrdinaryMachine in(Dibs dibs) throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "missing: root");
    Tool.SETPRIV.require();
    Path machine = Texts.folder(dibs.directory().resolveSibling("dibs-machine"));
    for (Path open : List.of(machine, Objects.requireNonNull(machine.getParent()))) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx--x--x"));
    }
    give(Texts.folder(machine.resolve("user")));
    dibs.plain("mknod", machine.resolve("fuse").toString(), "c", "10", "229").end().well();
    return new OrdinaryMachine(dibs, machine);
  }

  /** What is the user's own; scripts start there. */
  Path home() {
    return folder.resolve("user");
  }

  /** The user's DIBS_DIR. */
  Path directory() {
    return home().resolve("dibs");
  }

  /** Makes the user the owner of a file or folder. */
  static void give(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", NOBODY);
  }

  /**
   * Runs a script.
   *
   * @param mode of /dev/fuse
   * @param preparation done by root
   * @param who words for {@code setpriv}
   */
  Ended run(String mode, String preparation, String who, String script) {
    String root =
        """
        cd "$1" && chmod %s fuse && mount --bind fuse /dev/fuse || exit 99
        %s
        cd user && exec setpriv %s sh -c "$2"
        """
            .formatted(mode, preparation, who);
    List<String> words = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", root, "sh"));
    words.addAll(List.of(folder.toString(), script));
    Ended ended =
        dibs.plain(words.toArray(String[]::new))
            .with("DIBS_DIR", directory().toString())
            .with("HOME", home().toString())
            .end();
    assumeTrue(ended.status() != 1 && ended.status() != 99, "missing: the right to mount");
    return ended.well();
  }

  /** As {@link #run}, as the user. */
  Ended asUser(String mode, String preparation, String script) {
    return run(mode, preparation, user(""), script);
  }

  /** As {@link #asUser}, where tools may lie in folders that are not open to everybody. */
  Ended asUserWhoMayReadAll(String script) {
    return run(
        "666", "", user("--inh-caps=+dac_read_search --ambient-caps=+dac_read_search"), script);
  }

  private static String user(String more) {
    return "--reuid=%d --regid=%d --clear-groups %s".formatted(NOBODY, NOBODY, more);
  }
}

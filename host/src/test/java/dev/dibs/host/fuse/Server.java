package dev.dibs.host.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.Children;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@link ServeMain} that a test started, in whatever namespaces. */
final class Server {

  /** Starts {@code serve POINT [DESCRIPTOR]} as an ordinary user. */
  private static final String USER =
      """
      serve() {
        exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \\
          "$box/jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \\
          -cp "$box/main:$box/test" dev.dibs.host.fuse.ServeMain "$@"
      }
      """;

  /**
   * A world of our own, which ends with its last process, mounts and all: in it everybody may open
   * the device, and read what Java needs.
   */
  private static final String WORLD =
      """
      box=$1 jdk=$2 main=$3 test=$4
      mkdir "$box/jdk" "$box/main" "$box/test" "$box/dev" "$box/user" &&
        mount --bind "$jdk" "$box/jdk" &&
        mount --bind "$main" "$box/main" &&
        mount --bind "$test" "$box/test" &&
        mount -t tmpfs -o mode=755 none "$box/dev" &&
        mknod -m 666 "$box/dev/fuse" c 10 229 &&
        mount --bind "$box/dev/fuse" /dev/fuse &&
        chmod 755 "$box" && chmod 700 "$box/user" && chown 65534:65534 "$box/user" || exit 99
      """;

  final Process process;
  private final BufferedReader output;

  private Server(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts one as we are. */
  static Server start(Children children, Path point) throws IOException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", classes(FuseMount.class) + ":" + classes(ServeMain.class)));
    command.addAll(List.of("dev.dibs.host.fuse.ServeMain", point.toString()));
    return new Server(children.start(new ProcessBuilder(command).redirectErrorStream(true)));
  }

  /**
   * Runs a script as root in a mount namespace of its own (and others, by the options of {@code
   * unshare}), in which {@code serve} starts a server as user 65534, for whom there is {@code
   * $box/user}.
   */
  static Server inWorld(Children children, Path box, String script, String... unshare)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "--propagation=private"));
    command.addAll(List.of(unshare));
    command.addAll(List.of("sh", "-c", WORLD + USER + script, "sh"));
    command.add(box.toString());
    command.add(System.getProperty("java.home"));
    command.add(classes(FuseMount.class).toString());
    command.add(classes(ServeMain.class).toString());
    return new Server(children.start(new ProcessBuilder(command).redirectErrorStream(true)));
  }

  /** Whether {@link #inWorld} can work here. */
  static void requireWorld() throws Exception {
    ServedFiles.require();
    ServedFiles.present(Fusermount.find().isPresent(), "fusermount3");
    Process unshare = new ProcessBuilder("unshare", "-m", "true").start();
    ServedFiles.present(unshare.waitFor() == 0, "mount namespaces");
  }

  /** Reads on until this line comes. */
  String await(String start) throws IOException {
    List<String> before = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(start)) {
        return line;
      }
      before.add(line);
    }
    assertThat(before).as("has said: " + start).isNull();
    throw new AssertionError();
  }

  /** All that it says from now on. */
  String rest() throws IOException {
    return output.lines().collect(Collectors.joining("\n"));
  }

  void say(String line) throws IOException {
    process.outputWriter().append(line).append('\n').flush();
  }

  /** Ends its input. */
  void end() throws IOException {
    process.outputWriter().close();
  }

  private static Path classes(Class<?> of) {
    String file = of.getName().replace('.', '/') + ".class";
    return Stream.of(System.getProperty("java.class.path").split(":", -1))
        .map(Path::of)
        .filter(folder -> Files.exists(folder.resolve(file)))
        .findFirst()
        .orElseThrow();
  }
}

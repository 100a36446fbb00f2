package dev.dibs.host.fuse;

import dev.dibs.host.DescriptorChannel;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.HelperProgram;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.FuseUnavailableException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code fusermount3(1)}, which mounts for ordinary users: it opens {@code /dev/fuse}, mounts it,
 * and sends the descriptor through the socket that {@code _FUSE_COMMFD} names.
 */
final class Fusermount {

  private static final String NAME = "fusermount3";
  private static final int WORK_MS_MAX = 10_000;
  private static final List<Path> USUAL_FOLDERS =
      List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/local/bin"));
  private static final List<String> ENVIRONMENT =
      List.of("PATH=/usr/bin:/bin:/usr/sbin:/sbin", "_FUSE_COMMFD=" + HelperProgram.INHERITED);

  private final Path program;

  private Fusermount(Path program) {
    this.program = program;
  }

  /** The one that is installed. */
  static Optional<Fusermount> find() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(
            Stream.of(path.split(":", -1)).filter(f -> f.startsWith("/")).map(Path::of),
            USUAL_FOLDERS.stream())
        .map(folder -> folder.resolve(NAME))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Fusermount::new);
  }

  /** Mounts, and returns the device that the mount has. */
  FuseDevice mount(Path point, String options) throws OsException, FuseUnavailableException {
    try (DescriptorChannel channel = DescriptorChannel.create();
        HelperProgram run = start(channel, "-o", options, "--", point.toString())) {
      channel.theirs().close();
      Optional<Integer> number = channel.receive(WORK_MS_MAX);
      HelperProgram.Outcome outcome = run.await(WORK_MS_MAX);
      if (number.isEmpty()) {
        throw failure(point, outcome);
      }
      return FuseDevice.inherited(number.get());
    }
  }

  /** Unmounts, though files may be open. */
  void unmount(Path point) throws OsException, FuseUnavailableException {
    try (HelperProgram run = start(null, "-u", "-z", "--", point.toString())) {
      HelperProgram.Outcome outcome = run.await(WORK_MS_MAX);
      if (outcome.status().orElse(-1) != 0) {
        throw failure(point, outcome);
      }
    }
  }

  private HelperProgram start(@Nullable DescriptorChannel channel, String... arguments)
      throws OsException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    return HelperProgram.start(command, ENVIRONMENT, channel == null ? null : channel.theirs());
  }

  private FuseUnavailableException failure(Path point, HelperProgram.Outcome outcome) {
    if (outcome.status().isEmpty()) {
      String why = program + " did not end within " + WORK_MS_MAX / 1000 + " s" + said(outcome);
      return new FuseUnavailableException(
          Reason.TOO_SLOW, point, why, "Look with ps what it waits for.");
    }
    return FusermountFailure.of(outcome.text(), point, program + " failed" + said(outcome));
  }

  private static String said(HelperProgram.Outcome outcome) {
    return outcome.text().isEmpty() ? "" : ": " + outcome.text().replace("\n", "; ");
  }
}

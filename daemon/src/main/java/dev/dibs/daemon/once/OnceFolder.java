package dev.dibs.daemon.once;

import dev.dibs.host.Fifo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The folder of one run, where its runner leaves what others replay.
 *
 * <pre>
 *   run        {@link OnceRun}, made before the runner hears that it runs
 *   life       FIFO that the command and all below it hold open for writing
 *   o, e       FIFOs: the command's standard output and standard error, to whom passes them on
 *   oc, ec     FIFOs: from there to whom keeps them
 *   out, err   what was kept
 *   status     a line with the exit status: the runner's report, its last act
 *   result     {@link OnceResult}, made by the daemon when it saw the runner's end
 * </pre>
 *
 * <p>What a daemon makes is complete before it has its name, so a kill leaves it whole or absent.
 *
 * @param path absolute
 */
public record OnceFolder(Path path) {

  /** More than this of a stream is not kept. The launcher knows it too. */
  public static final long KEPT_BYTES_MAX = 64L * 1024 * 1024;

  private static final List<String> FIFOS = List.of("life", "o", "e", "oc", "ec");
  private static final int STATUS_MAX = 255;
  private static final long RECORD_BYTES_MAX = 64 * 1024;

  /**
   * Makes it, with all that a runner needs.
   *
   * @throws IOException if that fails; something of it may be there
   */
  public void make(OnceRun run, String boot) throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (String fifo : FIFOS) {
      Fifo.make(path.resolve(fifo));
    }
    write("run", run.encode(boot));
  }

  /** What its run was told; nothing if it is no folder of this boot's. */
  public Optional<OnceRun> run(String boot) throws IOException {
    return read("run").flatMap(bytes -> OnceRun.decode(bytes, boot));
  }

  /** Remembers what came of it, and when. */
  public void conclude(OnceResult result) throws IOException {
    write("result", result.encode());
  }

  /** What came of it, if that is known. */
  public Optional<OnceResult> result() throws IOException {
    return read("result").flatMap(OnceResult::decode);
  }

  /** The status that the runner reported; none if it ended before it could. */
  public OptionalInt reported() throws IOException {
    String text = new String(read("status").orElse(new byte[0]), StandardCharsets.UTF_8);
    if (!text.matches("[0-9]{1,3}\n") || Integer.parseInt(text.strip()) > STATUS_MAX) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseInt(text.strip()));
  }

  /** When it was reported, ms since 1970. */
  public long reportedEpochMs() throws IOException {
    return Files.getLastModifiedTime(path.resolve("status")).toMillis();
  }

  /** What a reported run leaves, as it lies there now. */
  public OnceResult result(int status, long reportedMs, long keepMs) throws IOException {
    long out = Files.size(path.resolve("out"));
    long err = Files.size(path.resolve("err"));
    boolean cut = Math.max(out, err) > KEPT_BYTES_MAX;
    return new OnceResult(status, cut, out + err, reportedMs, reportedMs + keepMs);
  }

  /** Removes it; it may be gone. */
  public void delete() throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(path);
      return;
    }
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(path);
  }

  /** What those hold open who are part of the run. */
  public Path life() {
    return path.resolve("life");
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path aside = path.resolve(name + ".new");
    Files.write(aside, bytes);
    Files.move(aside, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private Optional<byte[]> read(String name) throws IOException {
    Path file = path.resolve(name);
    if (!Files.isRegularFile(file) || Files.size(file) > RECORD_BYTES_MAX) {
      return Optional.empty();
    }
    return Optional.of(Files.readAllBytes(file));
  }
}

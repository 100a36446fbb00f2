package dev.dibs.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process of {@link LockPartner}; killed when it is closed. */
final class Partner implements AutoCloseable {
  private final Process process;
  private final Writer in;
  private final BufferedReader out;

  Partner(String kind, Path folder) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    String access = "--enable-native-access=ALL-UNNAMED";
    String main = LockPartner.class.getName();
    ProcessBuilder builder =
        new ProcessBuilder(java, access, "-cp", classes, main, kind, folder.toString());
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    in = process.outputWriter(StandardCharsets.UTF_8);
    out = process.inputReader(StandardCharsets.UTF_8);
    out.readLine();
  }

  void tell(String line) {
    try {
      in.write(line + "\n");
      in.flush();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  long answer() throws IOException {
    return Long.parseLong(out.readLine());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}

package dev.dibs.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Signals of a process's first thread, bit n - 1 for signal n ({@code proc_pid_status(5)}).
 *
 * @param blocked those that it does not get for now
 */
record SignalMasks(long blocked) {

  private static final String BLOCKED = "SigBlk:";

  /** Those of the thread that this process began with. */
  static SignalMasks ofThisProcess() throws OsException {
    Path status = Path.of("/proc/self/status");
    try (var lines = Files.lines(status, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith(BLOCKED))
          .map(line -> Long.parseUnsignedLong(line.substring(BLOCKED.length()).strip(), 16))
          .map(SignalMasks::new)
          .findFirst()
          .orElseThrow(() -> new IOException(BLOCKED + " is missing"));
    } catch (IOException failure) {
      throw OsException.refused("read", Errno.EIO, status, failure.toString());
    }
  }
}

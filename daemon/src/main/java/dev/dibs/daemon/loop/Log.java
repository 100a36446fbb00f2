package dev.dibs.daemon.loop;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The daemon's log: {@code FILE.0} of at most 1 MB, and {@code FILE.1} before it. Safe for threads.
 */
public final class Log implements AutoCloseable {

  private static final int BYTES_MAX = 1_000_000;

  private final Logger logger = Logger.getAnonymousLogger();
  private final FileHandler handler;

  /**
   * @throws IOException if the file can't be written
   */
  public Log(Path file) throws IOException {
    String pattern = file.toString().replace("%", "%%");
    handler = new FileHandler(pattern, BYTES_MAX, 2, true);
    handler.setFormatter(
        new Formatter() {
          @Override
          public String format(LogRecord entry) {
            return entry.getInstant() + " " + entry.getLevel() + " " + entry.getMessage() + "\n";
          }
        });
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  public void info(String message) {
    logger.log(Level.INFO, message);
  }

  public void warn(String message) {
    logger.log(Level.WARNING, message);
  }

  /** Something that must not happen, with where it did. */
  public void failure(String message, Throwable cause) {
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    logger.log(Level.SEVERE, message + ": " + trace);
  }

  @Override
  public void close() {
    handler.close();
  }
}

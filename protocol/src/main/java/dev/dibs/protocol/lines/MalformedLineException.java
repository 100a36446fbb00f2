package dev.dibs.protocol.lines;

import java.io.Serial;

/** A line that is none of the line mode. */
public final class MalformedLineException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private final String why;

  MalformedLineException(String message) {
    super(message);
    this.why = message;
  }

  /** What is wrong with it, for a person. */
  public String why() {
    return why;
  }
}

package dev.dibs.protocol;

import java.io.Serial;
import java.util.OptionalInt;

/** A control line that is not a request. */
public final class MalformedRequestException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private final String why;
  private final int pid;

  MalformedRequestException(String message, OptionalInt pid) {
    super(message);
    this.why = message;
    this.pid = pid.orElse(0);
  }

  /** A request that could be read and yet makes no sense; says why. */
  public static MalformedRequestException because(String why) {
    return new MalformedRequestException(why, OptionalInt.empty());
  }

  /** What is wrong with it, for a person. */
  public String why() {
    return why;
  }

  /** The process that sent it, as far as the line says; so that it can be told. */
  public OptionalInt pid() {
    return pid > 0 ? OptionalInt.of(pid) : OptionalInt.empty();
  }
}

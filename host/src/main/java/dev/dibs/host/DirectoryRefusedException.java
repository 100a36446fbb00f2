package dev.dibs.host;

import java.io.IOException;
import java.nio.file.Path;

/** A directory that must not be used; the message says which, why, and how to mend it. */
public final class DirectoryRefusedException extends IOException {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** Its path leaves no room for what must lie in it. */
    TOO_LONG,
    /** Something else is there, such as a symbolic link. */
    NOT_A_DIRECTORY,
    /** Another user owns it. */
    FOREIGN,
    /** Others may look into it, or we may not. */
    WRONG_MODE,
    /** The kernel did not let us make or see it. */
    OUT_OF_REACH
  }

  private final Reason reason;

  DirectoryRefusedException(Reason reason, Path directory, String why, String remedy) {
    super("Directory " + directory + " refused: " + why + ". " + remedy);
    this.reason = reason;
  }

  /** Why it was refused. */
  public Reason reason() {
    return reason;
  }
}

package dev.dibs.host;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The operating system refused a call; the message says what was tried, on what, and why not. */
public final class OsException extends IOException {

  private static final long serialVersionUID = 1;

  private final String call;
  private final int number;
  private final Errno errno;
  private final @Nullable String path;

  private OsException(String call, int number, @Nullable String path, String why) {
    super(call + (path == null ? "" : " " + path) + ": " + why);
    this.call = call;
    this.number = number;
    this.errno = Errno.of(number);
    this.path = path;
  }

  /**
   * A call that failed.
   *
   * @param result what {@link Kernel#call} returned: minus the error number
   */
  static OsException failed(String call, long result, @Nullable Object path) {
    int number = (int) -result;
    Errno errno = Errno.of(number);
    String name = errno == Errno.OTHER ? "errno " + number : errno + " " + number;
    return new OsException(call, number, text(path), errno.text() + " (" + name + ")");
  }

  /** A call that we refuse to make, or whose outcome we refuse, as if the kernel had. */
  static OsException refused(String call, Errno errno, @Nullable Object path, String why) {
    return new OsException(call, errno.number(), text(path), why);
  }

  /** The call's name, such as {@code openat}. */
  public String call() {
    return call;
  }

  /** The kernel's error number. */
  public int number() {
    return number;
  }

  /** The error by name; {@link Errno#OTHER} if it has none here. */
  public Errno errno() {
    return errno;
  }

  /** Whether this is that error. */
  public boolean is(Errno other) {
    return errno == other;
  }

  /** The file that it was about, if any. */
  public @Nullable String path() {
    return path;
  }

  private static @Nullable String text(@Nullable Object path) {
    return path == null ? null : path.toString();
  }
}

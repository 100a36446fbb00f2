package dev.dibs.host;

/**
 * What differs between the processors that we know: the column of {@link Syscall}, two flags of
 * {@code open}, and {@code struct epoll_event}, which is packed on x86-64 only.
 */
enum Architecture {
  X86_64(0x20000, 12, 4),
  AARCH64(0x8000, 16, 8);

  /** {@code O_NOFOLLOW}. */
  final int noFollow;

  /** Size of {@code struct epoll_event} in bytes. */
  final int epollEventBytes;

  /** Where {@code epoll_event.data} lies in it. */
  final int epollDataOffset;

  private static final Architecture CURRENT = of(System.getProperty("os.arch", ""));

  Architecture(int noFollow, int epollEventBytes, int epollDataOffset) {
    this.noFollow = noFollow;
    this.epollEventBytes = epollEventBytes;
    this.epollDataOffset = epollDataOffset;
  }

  /** This machine's. */
  static Architecture current() {
    return CURRENT;
  }

  /**
   * The architecture that Java calls {@code name}.
   *
   * @throws UnsupportedOperationException if it is none of these
   */
  static Architecture of(String name) {
    return switch (name) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default ->
          throw new UnsupportedOperationException(
              "dibs does not know the system calls of "
                  + name
                  + " processors, only those of x86-64 and aarch64.");
    };
  }
}

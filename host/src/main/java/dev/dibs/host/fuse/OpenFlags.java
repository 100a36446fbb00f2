package dev.dibs.host.fuse;

/**
 * Flags of opening: those of {@code open(2)} that a request shows, and the {@code FOPEN_...} that
 * an answer gives ({@link FuseConnection#opened}). The former are the same on x86-64 and aarch64.
 */
public final class OpenFlags {

  /** O_ACCMODE: the bits of the three that follow. */
  public static final int ACCESS = 3;

  /** O_RDONLY. */
  public static final int READ_ONLY = 0;

  /** O_WRONLY. */
  public static final int WRITE_ONLY = 1;

  /** O_RDWR. */
  public static final int READ_WRITE = 2;

  /** O_NONBLOCK. */
  public static final int NON_BLOCKING = 0x800;

  /** FOPEN_DIRECT_IO: every read and write comes to us; nothing is cached. */
  public static final int DIRECT_IO = 1;

  /** FOPEN_KEEP_CACHE: what was cached of the file is still right. */
  public static final int KEEP_CACHE = 1 << 1;

  /** FOPEN_NONSEEKABLE. */
  public static final int NON_SEEKABLE = 1 << 2;

  /**
   * FOPEN_STREAM: no position. Without it a reader that waits holds the position's lock, and a
   * writer on the same open file hangs behind it, beyond any signal.
   */
  public static final int STREAM = 1 << 4;

  /** FOPEN_PARALLEL_DIRECT_WRITES: writers don't wait for each other. */
  public static final int PARALLEL_WRITES = 1 << 6;

  /** What a file that behaves like a pipe is opened with. */
  public static final int PIPE_LIKE = DIRECT_IO | NON_SEEKABLE | STREAM | PARALLEL_WRITES;

  private OpenFlags() {}
}

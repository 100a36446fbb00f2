package dev.dibs.host.fuse;

/**
 * What we make of what the kernel offers.
 *
 * @param minor the protocol's minor version that is spoken from now on
 * @param maxReadahead bytes
 * @param flags what of the kernel's flags we want
 * @param maxBackground releases and the like that may be under way at once
 * @param maxWrite most bytes of one write
 */
record FuseInitReply(
    int major, int minor, int maxReadahead, long flags, int maxBackground, int maxWrite) {

  static final int MAJOR = 7;

  private static final int MINOR = 38;
  private static final int MAX_BACKGROUND = 64;
  private static final long BIG_WRITES = 1 << 5;
  private static final long INIT_EXT = 1 << 30;

  /**
   * Lookups in one folder go side by side. Without it one that waits (for a personal FIFO to be
   * filled) would hold up all others.
   */
  private static final long PARALLEL_DIROPS = 1 << 18;

  // Not wanted, among others: ATOMIC_O_TRUNC (1 << 3), with which an open that truncates (a
  // shell's >) holds the inode's lock while it waits for our answer, and the next such open hangs
  // behind it, beyond any signal. Without it the kernel truncates after the open, by SETATTR.
  private static final long WANTED = BIG_WRITES | PARALLEL_DIROPS | INIT_EXT;

  /** Whether we can speak with this kernel; a newer major version comes down to ours. */
  static boolean understands(FuseRequest.Init offer) {
    return offer.major() >= MAJOR;
  }

  /** The answer to an offer. */
  static FuseInitReply to(FuseRequest.Init offer) {
    int minor = offer.major() == MAJOR ? Math.min(offer.minor(), MINOR) : MINOR;
    int bytesMax = FuseConnection.WRITE_BYTES_MAX;
    return new FuseInitReply(
        MAJOR,
        minor,
        Math.clamp(Integer.toUnsignedLong(offer.maxReadahead()), 0, bytesMax),
        offer.flags() & WANTED,
        MAX_BACKGROUND,
        bytesMax);
  }
}

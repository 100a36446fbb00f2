package dev.dibs.host.fuse;

/**
 * A node's attributes, as {@code stat(2)} shows them.
 *
 * @param number the inode's number, for people and programs that compare
 * @param mode type and permissions, as in {@code st_mode}
 * @param size bytes; the kernel reads no further, unless the file is opened with {@link
 *     OpenFlags#DIRECT_IO}
 * @param links names that it has
 * @param uid owner
 * @param gid group
 * @param changedS when it was changed last, s since 1970
 * @param validS how long the kernel may use these without asking again, s; 0: not at all
 */
public record FuseAttributes(
    long number, int mode, long size, int links, int uid, int gid, long changedS, int validS) {

  /** {@code S_IFDIR}. */
  public static final int FOLDER = 0x4000;

  /** {@code S_IFREG}. */
  public static final int FILE = 0x8000;

  /** {@code S_IFIFO}. */
  public static final int FIFO = 0x1000;

  /** A file that nothing is kept of. */
  public static FuseAttributes file(long number, int permissions, int uid, int gid) {
    return new FuseAttributes(number, FILE | permissions, 0, 1, uid, gid, 0, 0);
  }

  /** A folder that nothing is kept of. */
  public static FuseAttributes folder(long number, int permissions, int uid, int gid) {
    return new FuseAttributes(number, FOLDER | permissions, 0, 2, uid, gid, 0, 0);
  }

  /** A FIFO that nothing is kept of: a pipe of the kernel's own, one for each node. */
  public static FuseAttributes fifo(long number, int permissions, int uid, int gid) {
    return new FuseAttributes(number, FIFO | permissions, 0, 1, uid, gid, 0, 0);
  }

  /** The same with another size. */
  public FuseAttributes withSize(long bytes) {
    return new FuseAttributes(number, mode, bytes, links, uid, gid, changedS, validS);
  }

  /** The same, changed at another time. */
  public FuseAttributes withChangedS(long timeS) {
    return new FuseAttributes(number, mode, size, links, uid, gid, timeS, validS);
  }

  /** The same, kept for so many seconds. */
  public FuseAttributes withValidS(int seconds) {
    return new FuseAttributes(number, mode, size, links, uid, gid, changedS, seconds);
  }
}

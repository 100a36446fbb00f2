package dev.dibs.host.fuse;

import java.util.List;

/**
 * What the kernel asks of a file system ({@code linux/fuse.h}). Every request is answered once,
 * except {@link Forget}, {@link Interrupt} and {@link Destroy}, which want no answer (an
 * interrupted request does: EINTR, at once, or what it asked for).
 */
public sealed interface FuseRequest {

  /** Who asks, about what. */
  Header header();

  /**
   * What all requests begin with.
   *
   * @param unique the request's number, unique in its connection; bit 63 says that it was asked
   *     before ({@link #resent})
   * @param node the node that it is about; 1 is the root
   * @param uid the caller's user
   * @param gid its group
   * @param thread the caller's thread in the mounter's pid namespace, see {@link Caller}; 0 if it
   *     is outside of that, and in requests that no process makes: Init, Forget, Interrupt, Release
   */
  record Header(long unique, long node, int uid, int gid, int thread) {

    private static final long RESENT = 1L << 63;

    /**
     * Whether an earlier reader of the device may have seen this request: {@link
     * FuseConnection#resend} asked for all that were read and not answered.
     */
    public boolean resent() {
      return (unique & RESENT) != 0;
    }

    /** The request's number, the same whether it is resent or not. */
    public long id() {
      return unique & ~RESENT;
    }
  }

  /**
   * The first request of a connection, answered by {@link FuseConnection#initialized}.
   *
   * @param major the protocol's version
   * @param minor its minor version
   * @param maxReadahead bytes
   * @param flags what the kernel can do, {@code FUSE_...} of the INIT flags, 64 bits
   */
  record Init(Header header, int major, int minor, int maxReadahead, long flags)
      implements FuseRequest {

    private static final long HAS_RESEND = 1L << 39;

    /**
     * Whether this kernel sends again what was read and not answered (Linux 6.9): without it a
     * connection can't survive its reader.
     */
    public boolean canResend() {
      return (flags & HAS_RESEND) != 0;
    }
  }

  /**
   * Which node is called {@code name} in the folder: answered by an entry, or ENOENT. The kernel
   * holds the folder's lock meanwhile, so it must not wait for anything that others do.
   */
  record Lookup(Header header, String name) implements FuseRequest {}

  /** The kernel dropped nodes from its memory. No answer. */
  record Forget(Header header, List<Forgotten> nodes) implements FuseRequest {}

  /**
   * One node that the kernel dropped.
   *
   * @param lookups how many of the entries it was answered with are taken back
   */
  record Forgotten(long node, long lookups) {}

  /**
   * A node's attributes; answered by attributes.
   *
   * @param hasHandle whether the caller asks by an open file
   * @param handle that file's, else 0
   */
  record GetAttributes(Header header, boolean hasHandle, long handle) implements FuseRequest {}

  /**
   * Sets some of a node's attributes: {@code chmod}, {@code truncate}, {@code touch}; answered by
   * all attributes as they are then.
   *
   * @param what which are to be set, {@code SETS_...}
   * @param handle the open file's by which it was asked, if {@link #SETS_BY_HANDLE}
   */
  record SetAttributes(Header header, int what, long handle, long size, int mode, int uid, int gid)
      implements FuseRequest {
    public static final int SETS_MODE = 1;
    public static final int SETS_UID = 1 << 1;
    public static final int SETS_GID = 1 << 2;
    public static final int SETS_SIZE = 1 << 3;
    public static final int SETS_ACCESSED = 1 << 4;
    public static final int SETS_MODIFIED = 1 << 5;
    public static final int SETS_BY_HANDLE = 1 << 6;

    /** Whether it would set any of these. */
    public boolean sets(int any) {
      return (what & any) != 0;
    }
  }

  /**
   * Opens a file; answered by a handle. Nobody else is held up while it waits.
   *
   * @param flags of {@code open(2)}, without those that the kernel deals with itself (O_CREAT,
   *     O_EXCL, O_NOCTTY, O_TRUNC)
   */
  record Open(Header header, int flags) implements FuseRequest {

    /** Whether it opens for reading and writing. */
    public boolean readsAndWrites() {
      return (flags & OpenFlags.ACCESS) == OpenFlags.READ_WRITE;
    }

    /** Whether it opens for reading only. */
    public boolean readsOnly() {
      return (flags & OpenFlags.ACCESS) == OpenFlags.READ_ONLY;
    }

    /** Whether it opens for writing only. */
    public boolean writesOnly() {
      return (flags & OpenFlags.ACCESS) == OpenFlags.WRITE_ONLY;
    }

    /** Whether the caller would not wait. */
    public boolean nonBlocking() {
      return (flags & OpenFlags.NON_BLOCKING) != 0;
    }
  }

  /** Opens a folder; answered by a handle. */
  record OpenFolder(Header header, int flags) implements FuseRequest {}

  /**
   * Reads from an open file; answered by data, up to {@code size} bytes, none being the end.
   *
   * @param flags those that the file is open with now, O_NONBLOCK among them
   */
  record Read(Header header, long handle, long offset, int size, int flags) implements FuseRequest {

    /** Whether the caller would not wait. */
    public boolean nonBlocking() {
      return (flags & OpenFlags.NON_BLOCKING) != 0;
    }
  }

  /**
   * Reads from an open folder; answered by {@link FuseConnection#folder}.
   *
   * @param offset how many entries the caller has had
   * @param size most bytes that the answer may have
   */
  record ReadFolder(Header header, long handle, long offset, int size) implements FuseRequest {}

  /**
   * Writes to an open file; answered by how many bytes were taken.
   *
   * @param flags those that the file is open with now, O_NONBLOCK among them
   * @param data one char for each byte; a longer write comes in pieces of {@link
   *     FuseConnection#WRITE_BYTES_MAX}
   */
  record Write(Header header, long handle, long offset, int flags, String data)
      implements FuseRequest {

    /** Whether the caller would not wait. */
    public boolean nonBlocking() {
      return (flags & OpenFlags.NON_BLOCKING) != 0;
    }
  }

  /** The last descriptor of an opened file is closed; what is answered goes nowhere. */
  record Release(Header header, long handle, int flags) implements FuseRequest {}

  /** The same of a folder. */
  record ReleaseFolder(Header header, long handle) implements FuseRequest {}

  /** How much room there is; answered by {@link FuseConnection#statFs}. */
  record StatFs(Header header) implements FuseRequest {}

  /**
   * Whether the caller may do that ({@code access(2)}, {@code chdir(2)}); answered by done or
   * EACCES. ENOSYS: yes, now and always.
   *
   * @param mask R_OK 4, W_OK 2, X_OK 1
   */
  record Access(Header header, int mask) implements FuseRequest {}

  /**
   * A signal came for the thread that waits for the answer to another request. No answer of its
   * own; the other request is to be answered at once, for a caller that was killed waits for that.
   * Its header names no thread.
   *
   * @param id of the other request, {@link Header#id}; that may have been answered meanwhile
   */
  record Interrupt(Header header, long id) implements FuseRequest {}

  /**
   * Whether an open file is ready ({@code poll}, {@code select}, {@code epoll}); answered by {@link
   * FuseConnection#polled} at once.
   *
   * @param pollHandle names the open file to {@link FuseConnection#wakePoll}; all processes that
   *     share it have the same
   * @param waits whether somebody waits and is to be woken when it gets ready
   * @param events what is asked for, as in {@code poll(2)}
   */
  record Poll(Header header, long handle, long pollHandle, boolean waits, int events)
      implements FuseRequest {}

  /**
   * Makes a file and opens it. It is asked for names only that a lookup did not find.
   *
   * @param flags of {@code open(2)}
   */
  record Create(Header header, int flags, int mode, String name) implements FuseRequest {}

  /** The file system is unmounted. No answer need be sent. */
  record Destroy(Header header) implements FuseRequest {}

  /**
   * Would make, remove, rename or alter something by other means: mkdir, mknod, link, symlink,
   * unlink, rmdir, rename, setxattr, removexattr, fallocate, O_TMPFILE. Answer an error, but not
   * ENOSYS, which programs take for a broken kernel.
   */
  record Change(Header header, int opcode) implements FuseRequest {}

  /**
   * Anything else: xattrs, flush, fsync, ioctl, locks, lseek, statx. ENOSYS is a good answer: the
   * kernel then does it by itself, and does not ask again.
   */
  record Other(Header header, int opcode) implements FuseRequest {}
}

package dev.dibs.host.fuse;

import dev.dibs.host.Descriptor;
import dev.dibs.host.Errno;
import dev.dibs.host.FuseDevice;
import dev.dibs.host.OsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A mounted file system's side of the conversation with the kernel. One thread owns it. Nothing
 * here waits.
 *
 * <p>Each reply is one {@code write}. It tells whether the kernel still wanted it: a request whose
 * caller was killed, or that was aborted, is gone, and so may be the mount.
 */
public final class FuseConnection {

  /** Most bytes that one {@link FuseRequest.Write} brings. */
  public static final int WRITE_BYTES_MAX = 64 * 1024;

  /** Most bytes that one {@link FuseRequest.Read} or {@link FuseRequest.ReadFolder} asks for. */
  public static final int READ_BYTES_MAX = 64 * 1024;

  private final FuseDevice device;
  private final MemorySegment in;
  private final MemorySegment out;
  private final FuseEncoder encoder;
  private boolean over;

  private FuseConnection(FuseDevice device) {
    this.device = device;
    Arena memory = Arena.ofAuto();
    this.in = memory.allocate(FuseDecoder.WRITE_BYTES + WRITE_BYTES_MAX, Long.BYTES);
    this.out = memory.allocate(FuseEncoder.HEADER_BYTES + READ_BYTES_MAX, Long.BYTES);
    this.encoder = new FuseEncoder(out);
  }

  /** Over a device that is or will be attached to a mount. */
  public static FuseConnection over(FuseDevice device) {
    return new FuseConnection(device);
  }

  /** For {@link dev.dibs.host.Epoll}: readable when there is a request. */
  public Descriptor descriptor() {
    return device.descriptor();
  }

  /**
   * The next request, if there is one now.
   *
   * @throws OsException EPERM if the device is not attached to a mount
   */
  public Optional<FuseRequest> next() throws OsException {
    while (!over) {
      int length = device.read(in);
      if (length == FuseDevice.NOTHING) {
        return Optional.empty();
      }
      over = length == FuseDevice.UNMOUNTED;
      if (!over) {
        try {
          return Optional.of(FuseDecoder.decode(in.asSlice(0, length)));
        } catch (IllegalArgumentException malformed) {
          refuseMalformed(length);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether {@link #next} found that the file system is unmounted: nothing comes any more. */
  public boolean over() {
    return over;
  }

  /**
   * Accepts the connection.
   *
   * @return false also if the kernel speaks a protocol that we don't: then it is over
   */
  public boolean initialized(FuseRequest.Init to) throws OsException {
    if (!FuseInitReply.understands(to)) {
      error(to.header(), Errno.EPROTO);
      return false;
    }
    return send(encoder.init(to.header().unique(), FuseInitReply.to(to)));
  }

  /** Refuses a request. */
  public boolean error(FuseRequest.Header to, Errno errno) throws OsException {
    if (errno == Errno.OTHER) {
      throw new IllegalArgumentException("BUG: a request is refused without a reason");
    }
    return send(encoder.status(to.unique(), errno.number()));
  }

  /** Says that it is done, where there is nothing more to say: releases, access. */
  public boolean done(FuseRequest.Header to) throws OsException {
    return send(encoder.status(to.unique(), 0));
  }

  /** Answers a lookup. */
  public boolean entry(FuseRequest.Header to, FuseEntry entry) throws OsException {
    return send(encoder.entry(to.unique(), entry));
  }

  /** Answers {@link FuseRequest.GetAttributes} and {@link FuseRequest.SetAttributes}. */
  public boolean attributes(FuseRequest.Header to, FuseAttributes attributes) throws OsException {
    return send(encoder.attributes(to.unique(), attributes));
  }

  /**
   * Answers {@link FuseRequest.Open} and {@link FuseRequest.OpenFolder}. If that returns false
   * nobody has the file open, and no release will come.
   *
   * @param handle comes back with every request about this open file
   * @param flags {@link OpenFlags}, from DIRECT_IO on
   */
  public boolean opened(FuseRequest.Header to, long handle, int flags) throws OsException {
    return send(encoder.opened(to.unique(), handle, flags));
  }

  /** Answers a read; no more bytes than it asked for. */
  public boolean data(FuseRequest.Header to, byte[] data) throws OsException {
    return data(to, data, 0, data.length);
  }

  /** Answers a read with a part of an array. */
  public boolean data(FuseRequest.Header to, byte[] data, int from, int length) throws OsException {
    return send(encoder.data(to.unique(), data, from, length));
  }

  /** Answers a write. */
  public boolean written(FuseRequest.Header to, int bytes) throws OsException {
    return send(encoder.number(to.unique(), bytes));
  }

  /**
   * Answers {@link FuseRequest.ReadFolder} with as much of the listing as fits, from the entry on
   * that it asks for; with none at the end.
   *
   * @param listing all entries, in the same order each time that this handle is read, those that
   *     came later at the end; {@code .} and {@code ..} may be missing
   */
  public boolean folder(FuseRequest.ReadFolder to, List<FuseFolderEntry> listing)
      throws OsException {
    int bytesMax = Math.min(to.size(), READ_BYTES_MAX);
    return send(encoder.folder(to.header().unique(), listing, to.offset(), bytesMax));
  }

  /** Answers {@link FuseRequest.StatFs}: no blocks, none free, as that of {@code /proc}. */
  public boolean statFs(FuseRequest.Header to) throws OsException {
    return send(encoder.statFs(to.unique()));
  }

  /** Answers {@link FuseRequest.Poll} with what is ready now, as in {@code poll(2)}. */
  public boolean polled(FuseRequest.Header to, int ready) throws OsException {
    return send(encoder.number(to.unique(), ready));
  }

  /** Wakes all who poll this open file; they ask again. Nobody there is fine. */
  public void wakePoll(long pollHandle) throws OsException {
    send(encoder.notifyPoll(pollHandle));
  }

  /**
   * Asks for all requests again that were read and not answered, by whomever.
   *
   * @return whether the kernel can do that ({@link FuseRequest.Init#canResend})
   */
  public boolean resend() throws OsException {
    int length = encoder.notifyResend();
    int result = device.write(out, length);
    if (result == -Errno.EINVAL.number()) {
      return false;
    }
    return told(result);
  }

  /**
   * Lets the kernel forget a node's attributes. (To invalidate names or data could block: the
   * kernel takes locks for that which a request may hold that waits for us.)
   *
   * @return whether the kernel knew the node
   */
  public boolean invalidateAttributes(long node) throws OsException {
    return send(encoder.notifyInvalidNode(node, -1));
  }

  /**
   * Gives the kernel the beginning of a node's content before anybody reads it, so that reading
   * takes no request, if the file is then opened with {@link OpenFlags#KEEP_CACHE}. Only for a node
   * that nobody has opened yet: a read of it that waits for us would hold a lock that this takes.
   *
   * @param content as long as the node's size, or longer: then the node grows, and the kernel asks
   *     for its attributes when somebody wants to know them; {@link #WRITE_BYTES_MAX} / 2 at most
   * @return whether the kernel took it
   */
  public boolean store(long node, byte[] content) throws OsException {
    return content.length <= WRITE_BYTES_MAX / 2 && send(encoder.notifyStore(node, content));
  }

  /** What can't be read is refused rather than left without an answer; its caller would hang. */
  private void refuseMalformed(int length) throws OsException {
    if (length >= FuseDecoder.HEADER_BYTES) {
      error(FuseDecoder.header(in), Errno.EIO);
    }
  }

  private boolean send(int length) throws OsException {
    return told(device.write(out, length));
  }

  private boolean told(int result) throws OsException {
    if (result == 0) {
      return true;
    }
    if (result == -Errno.ENOENT.number() || result == -Errno.ENOTCONN.number()) {
      return false;
    }
    throw device.failed("write", result);
  }
}

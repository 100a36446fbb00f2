package dev.dibs.host.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.dibs.host.fuse.FuseRequest.Forgotten;
import dev.dibs.host.fuse.FuseRequest.Header;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes records of the kernel's bytes. A request is a header and a body:
 *
 * <pre>{@code
 *  0       4       8              16             24     28     32     36     38    40
 * | len   | opcode| unique       | node         | uid  | gid  | thread| ext | 0   | body ...
 * }</pre>
 *
 * <p>{@code len} counts the header too; {@code ext} is the length of what may follow the body's
 * fields, in 8 bytes, none of which we asked for. The bodies that are looked into, offsets from the
 * body's start, all else in them being of no concern here:
 *
 * <pre>{@code
 * INIT          major 0, minor 4, max_readahead 8, flags 12, flags2 16 (if flags say so)
 * LOOKUP        name, NUL
 * FORGET        nlookup 0 (u64)
 * BATCH_FORGET  count 0, pairs from 8: node (u64), nlookup (u64)
 * GETATTR       flags 0, fh 8
 * SETATTR       valid 0, fh 8, size 16, mode 68, uid 76, gid 80
 * OPEN, OPENDIR flags 0
 * READ, READDIR fh 0, offset 8, size 16, flags 32
 * WRITE         fh 0, offset 8, size 16, flags 32, data from 40
 * RELEASE       fh 0, flags 8
 * ACCESS        mask 0
 * INTERRUPT     unique 0 (u64)
 * POLL          fh 0, kh 8, flags 16, events 20
 * CREATE        flags 0, mode 4, name from 16, NUL
 * }</pre>
 */
final class FuseDecoder {

  static final int HEADER_BYTES = 40;

  /** A write's header and fields, without its data. */
  static final int WRITE_BYTES = HEADER_BYTES + 40;

  private static final long INIT_EXT = 1 << 30;
  private static final long RESENT = 1L << 63;
  private static final int GETATTR_BY_HANDLE = 1;
  private static final int POLL_SCHEDULE_NOTIFY = 1;
  private static final int FORGET_ONE_BYTES = 16;

  /** All of one request. */
  private final MemorySegment bytes;

  private FuseDecoder(MemorySegment bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads the request that lies in these bytes, which may be used again afterwards.
   *
   * @throws IllegalArgumentException if they are not one, or not a whole one
   */
  static FuseRequest decode(MemorySegment bytes) {
    return new FuseDecoder(bytes).request();
  }

  /** Reads only the header. */
  static Header header(MemorySegment bytes) {
    return new FuseDecoder(bytes).header();
  }

  private FuseRequest request() {
    Header header = header();
    if (intAt(0) != bytes.byteSize()) {
      throw malformed("it says that it has " + intAt(0));
    }
    int opcode = intAt(4);
    return switch (opcode) {
      case Opcode.INIT -> init(header);
      case Opcode.LOOKUP -> new FuseRequest.Lookup(header, name(0));
      case Opcode.FORGET -> forget(header);
      case Opcode.BATCH_FORGET -> forgetMany(header);
      case Opcode.GETATTR -> getAttributes(header);
      case Opcode.SETATTR -> setAttributes(header);
      case Opcode.OPEN -> new FuseRequest.Open(header, bodyInt(0));
      case Opcode.OPENDIR -> new FuseRequest.OpenFolder(header, bodyInt(0));
      case Opcode.READ -> read(header);
      case Opcode.READDIR -> readFolder(header);
      case Opcode.WRITE -> write(header);
      case Opcode.RELEASE -> new FuseRequest.Release(header, bodyLong(0), bodyInt(8));
      case Opcode.RELEASEDIR -> new FuseRequest.ReleaseFolder(header, bodyLong(0));
      case Opcode.STATFS -> new FuseRequest.StatFs(header);
      case Opcode.ACCESS -> new FuseRequest.Access(header, bodyInt(0));
      case Opcode.INTERRUPT -> new FuseRequest.Interrupt(header, bodyLong(0) & ~RESENT);
      case Opcode.POLL -> poll(header);
      case Opcode.CREATE -> new FuseRequest.Create(header, bodyInt(0), bodyInt(4), name(16));
      case Opcode.DESTROY -> new FuseRequest.Destroy(header);
      case Opcode.SYMLINK,
          Opcode.MKNOD,
          Opcode.MKDIR,
          Opcode.UNLINK,
          Opcode.RMDIR,
          Opcode.RENAME,
          Opcode.LINK,
          Opcode.SETXATTR,
          Opcode.REMOVEXATTR,
          Opcode.FALLOCATE,
          Opcode.RENAME2,
          Opcode.COPY_FILE_RANGE,
          Opcode.TMPFILE ->
          new FuseRequest.Change(header, opcode);
      default -> new FuseRequest.Other(header, opcode);
    };
  }

  private Header header() {
    require(HEADER_BYTES);
    return new Header(longAt(8), longAt(16), intAt(24), intAt(28), intAt(32));
  }

  private FuseRequest init(Header header) {
    long flags = Integer.toUnsignedLong(bodyInt(12));
    if ((flags & INIT_EXT) != 0) {
      flags |= Integer.toUnsignedLong(bodyInt(16)) << 32;
    }
    return new FuseRequest.Init(header, bodyInt(0), bodyInt(4), bodyInt(8), flags);
  }

  private FuseRequest forget(Header header) {
    return new FuseRequest.Forget(header, List.of(new Forgotten(header.node(), bodyLong(0))));
  }

  private FuseRequest forgetMany(Header header) {
    int count = bodyInt(0);
    long room = (bytes.byteSize() - HEADER_BYTES - 8) / FORGET_ONE_BYTES;
    if (count < 0 || count > room) {
      throw malformed("it forgets " + Integer.toUnsignedString(count) + " nodes");
    }
    List<Forgotten> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = 8 + i * FORGET_ONE_BYTES;
      nodes.add(new Forgotten(bodyLong(at), bodyLong(at + 8)));
    }
    return new FuseRequest.Forget(header, List.copyOf(nodes));
  }

  private FuseRequest getAttributes(Header header) {
    boolean hasHandle = (bodyInt(0) & GETATTR_BY_HANDLE) != 0;
    return new FuseRequest.GetAttributes(header, hasHandle, hasHandle ? bodyLong(8) : 0);
  }

  private FuseRequest setAttributes(Header header) {
    return new FuseRequest.SetAttributes(
        header, bodyInt(0), bodyLong(8), bodyLong(16), bodyInt(68), bodyInt(76), bodyInt(80));
  }

  private FuseRequest read(Header header) {
    return new FuseRequest.Read(header, bodyLong(0), bodyLong(8), size(), bodyInt(32));
  }

  private FuseRequest readFolder(Header header) {
    return new FuseRequest.ReadFolder(header, bodyLong(0), bodyLong(8), size());
  }

  private FuseRequest write(Header header) {
    int size = size();
    if (size != bytes.byteSize() - WRITE_BYTES) {
      throw malformed("it says that it writes " + size);
    }
    return new FuseRequest.Write(
        header, bodyLong(0), bodyLong(8), bodyInt(32), text(WRITE_BYTES, size));
  }

  private FuseRequest poll(Header header) {
    boolean waits = (bodyInt(16) & POLL_SCHEDULE_NOTIFY) != 0;
    return new FuseRequest.Poll(header, bodyLong(0), bodyLong(8), waits, bodyInt(20));
  }

  /** The field {@code size} of reads and writes. */
  private int size() {
    int size = bodyInt(16);
    if (size < 0) {
      throw malformed("its size is " + Integer.toUnsignedString(size));
    }
    return size;
  }

  /** The name that begins at this offset of the body and ends with a NUL. */
  private String name(int bodyOffset) {
    int from = HEADER_BYTES + bodyOffset;
    for (int at = from; at < bytes.byteSize(); at++) {
      if (bytes.get(JAVA_BYTE, at) == 0) {
        return text(from, at - from);
      }
    }
    throw malformed("its name has no end");
  }

  private String text(int from, int length) {
    byte[] content = new byte[length];
    MemorySegment.copy(bytes, JAVA_BYTE, from, content, 0, length);
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  private int bodyInt(int offset) {
    require(HEADER_BYTES + offset + Integer.BYTES);
    return intAt(HEADER_BYTES + offset);
  }

  private long bodyLong(int offset) {
    require(HEADER_BYTES + offset + Long.BYTES);
    return longAt(HEADER_BYTES + offset);
  }

  private int intAt(int offset) {
    return bytes.get(JAVA_INT_UNALIGNED, offset);
  }

  private long longAt(int offset) {
    return bytes.get(JAVA_LONG_UNALIGNED, offset);
  }

  private void require(int bytesMin) {
    if (bytes.byteSize() < bytesMin) {
      throw malformed("it needs " + bytesMin);
    }
  }

  private IllegalArgumentException malformed(String why) {
    return new IllegalArgumentException(
        "not a FUSE request, of " + bytes.byteSize() + " bytes: " + why);
  }
}

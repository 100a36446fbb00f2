package dev.dibs.host.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes bytes for the kernel: replies and notices. Each method fills the beginning of the buffer
 * and returns how many bytes it filled.
 *
 * <pre>{@code
 *  0     4       8        16
 * | len | error | unique | body ...       error: 0, minus the error number, or with unique 0 the
 *                                         notice's code
 *
 * INIT     major 0, minor 4, max_readahead 8, flags 12, max_background 16 (u16), congestion 18 (u16),
 *          max_write 20, time_gran 24, flags2 32                                          64 bytes
 * entry    node 0 (u64), generation 8 (u64), entry_valid 16 (u64), attr_valid 24 (u64),
 *          attr 40                                                                       128 bytes
 * attr     attr_valid 0 (u64), attr 16                                                   104 bytes
 *    of which each attr is
 *          ino 0, size 8, blocks 16, atime 24, mtime 32, ctime 40 (u64 each), mode 60, nlink 64,
 *          uid 68, gid 72, blksize 80                                                     88 bytes
 * open     fh 0 (u64), flags 8                                                            16 bytes
 * write    size 0                                                                          8 bytes
 * poll     revents 0                                                                       8 bytes
 * statfs   bsize 40, namelen 44, frsize 48                                                80 bytes
 * dirent   ino 0 (u64), off 8 (u64), namelen 16, type 20, name 24, zeros up to a multiple of 8
 * notices: poll: kh 0 (u64); inval_inode: ino 0 (u64), off 8 (u64), len 16 (u64);
 *          store: node 0 (u64), offset 8 (u64), size 16, data 24
 * }</pre>
 */
final class FuseEncoder {

  static final int HEADER_BYTES = 16;

  private static final int INIT_BYTES = 64;
  private static final int ENTRY_BYTES = 128;
  private static final int ATTRIBUTES_BYTES = 104;
  private static final int OPEN_BYTES = 16;
  private static final int STATFS_BYTES = 80;
  private static final int DIRENT_BYTES = 24;
  private static final int INVAL_INODE_BYTES = 24;
  private static final int STORE_BYTES = 24;
  private static final int BLOCK_BYTES = 4096;
  private static final int NAME_BYTES_MAX = 255;

  private final MemorySegment out;

  FuseEncoder(MemorySegment out) {
    this.out = out;
  }

  /** No body: an error, or with number 0 that it is done. */
  int status(long unique, int errorNumber) {
    return header(HEADER_BYTES, -errorNumber, unique);
  }

  int init(long unique, FuseInitReply init) {
    int length = begin(unique, INIT_BYTES);
    bodyInt(0, init.major());
    bodyInt(4, init.minor());
    bodyInt(8, init.maxReadahead());
    bodyInt(12, (int) init.flags());
    bodyShort(16, init.maxBackground());
    bodyShort(18, init.maxBackground() * 3 / 4);
    bodyInt(20, init.maxWrite());
    bodyInt(24, 1);
    bodyInt(32, (int) (init.flags() >>> 32));
    return length;
  }

  int entry(long unique, FuseEntry entry) {
    int length = begin(unique, ENTRY_BYTES);
    bodyLong(0, entry.node());
    bodyLong(8, entry.generation());
    bodyLong(16, entry.validS());
    bodyLong(24, entry.attributes().validS());
    attributes(40, entry.attributes());
    return length;
  }

  int attributes(long unique, FuseAttributes attributes) {
    int length = begin(unique, ATTRIBUTES_BYTES);
    bodyLong(0, attributes.validS());
    attributes(16, attributes);
    return length;
  }

  int opened(long unique, long handle, int flags) {
    int length = begin(unique, OPEN_BYTES);
    bodyLong(0, handle);
    bodyInt(8, flags);
    return length;
  }

  int data(long unique, byte[] data, int from, int count) {
    MemorySegment.copy(data, from, out, JAVA_BYTE, HEADER_BYTES, count);
    return header(HEADER_BYTES + count, 0, unique);
  }

  /** A number in 8 bytes: how much was written, or what a file is ready for. */
  int number(long unique, int number) {
    int length = begin(unique, Long.BYTES);
    bodyInt(0, number);
    return length;
  }

  int statFs(long unique) {
    int length = begin(unique, STATFS_BYTES);
    bodyInt(40, BLOCK_BYTES);
    bodyInt(44, NAME_BYTES_MAX);
    bodyInt(48, BLOCK_BYTES);
    return length;
  }

  /**
   * The listing from an entry on, as many entries as there is room for.
   *
   * @param bytesMax of the body
   */
  int folder(long unique, List<FuseFolderEntry> listing, long from, int bytesMax) {
    int at = 0;
    for (int i = Math.clamp(from, 0, listing.size()); i < listing.size(); i++) {
      byte[] name = listing.get(i).name().getBytes(StandardCharsets.ISO_8859_1);
      int end = at + align(DIRENT_BYTES + name.length);
      if (end > bytesMax) {
        break;
      }
      folderEntry(at, end, listing.get(i), i + 1L, name);
      at = end;
    }
    return header(HEADER_BYTES + at, 0, unique);
  }

  int notifyPoll(long pollHandle) {
    bodyLong(0, pollHandle);
    return header(HEADER_BYTES + Long.BYTES, Opcode.NOTIFY_POLL, 0);
  }

  int notifyResend() {
    return header(HEADER_BYTES, Opcode.NOTIFY_RESEND, 0);
  }

  /** An offset below 0 means attributes only. */
  int notifyInvalidNode(long node, long offset) {
    bodyLong(0, node);
    bodyLong(8, offset);
    bodyLong(16, 0);
    return header(HEADER_BYTES + INVAL_INODE_BYTES, Opcode.NOTIFY_INVAL_INODE, 0);
  }

  /** The beginning of a node's content. */
  int notifyStore(long node, byte[] content) {
    bodyLong(0, node);
    bodyLong(8, 0);
    bodyLong(16, content.length);
    int from = HEADER_BYTES + STORE_BYTES;
    MemorySegment.copy(content, 0, out, JAVA_BYTE, from, content.length);
    return header(from + content.length, Opcode.NOTIFY_STORE, 0);
  }

  private void folderEntry(int at, int end, FuseFolderEntry entry, long next, byte[] name) {
    out.asSlice(HEADER_BYTES + at, end - at).fill((byte) 0);
    bodyLong(at, entry.number());
    bodyLong(at + 8, next);
    bodyInt(at + 16, name.length);
    // The DT_ number is the mode's type, without its zeros.
    bodyInt(at + 20, entry.mode() >>> 12);
    MemorySegment.copy(name, 0, out, JAVA_BYTE, HEADER_BYTES + at + DIRENT_BYTES, name.length);
  }

  private void attributes(int at, FuseAttributes attributes) {
    bodyLong(at, attributes.number());
    bodyLong(at + 8, attributes.size());
    bodyLong(at + 24, attributes.changedS());
    bodyLong(at + 32, attributes.changedS());
    bodyLong(at + 40, attributes.changedS());
    bodyInt(at + 60, attributes.mode());
    bodyInt(at + 64, attributes.links());
    bodyInt(at + 68, attributes.uid());
    bodyInt(at + 72, attributes.gid());
    bodyInt(at + 80, BLOCK_BYTES);
  }

  /** Begins a reply whose body is zeros so far. */
  private int begin(long unique, int bodyBytes) {
    out.asSlice(HEADER_BYTES, bodyBytes).fill((byte) 0);
    return header(HEADER_BYTES + bodyBytes, 0, unique);
  }

  private int header(int length, int error, long unique) {
    out.set(JAVA_INT_UNALIGNED, 0, length);
    out.set(JAVA_INT_UNALIGNED, 4, error);
    out.set(JAVA_LONG_UNALIGNED, 8, unique);
    return length;
  }

  private void bodyShort(int offset, int value) {
    out.set(JAVA_SHORT_UNALIGNED, HEADER_BYTES + offset, (short) value);
  }

  private void bodyInt(int offset, int value) {
    out.set(JAVA_INT_UNALIGNED, HEADER_BYTES + offset, value);
  }

  private void bodyLong(int offset, long value) {
    out.set(JAVA_LONG_UNALIGNED, HEADER_BYTES + offset, value);
  }

  private static int align(int bytes) {
    return (bytes + 7) & ~7;
  }
}

package dev.dibs.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One thread's native memory for the arguments and results of system calls: allocated at the
 * thread's first call, used again by every later one, freed some time after the thread's end. What
 * a call left here is good until the same thread's next call.
 */
final class Scratch {

  /** Most bytes of a path, with the NUL at its end ({@code PATH_MAX}). */
  static final int PATH_BYTES_MAX = 4096;

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int STRUCT_BYTES = 256;

  /** What is copied one by one: to call what copies memory takes longer where it is not warm. */
  private static final int FEW_BYTES = 96;

  private static final ThreadLocal<Scratch> MINE = ThreadLocal.withInitial(Scratch::new);
  private static final Charset PATH_CHARSET =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.ISO_8859_1);

  /** Where {@link Kernel} finds errno. */
  final MemorySegment callState;

  /** For one small structure, such as statx, of at most {@value #STRUCT_BYTES} bytes. */
  final MemorySegment struct;

  private final MemorySegment path;
  private @Nullable MemorySegment buffer;
  private ByteBuffer view = ByteBuffer.allocate(0); // of the buffer

  private Scratch() {
    callState = allocate(Kernel.callStateBytes());
    struct = allocate(STRUCT_BYTES);
    path = allocate(PATH_BYTES_MAX);
  }

  /** The calling thread's. */
  static Scratch mine() {
    return MINE.get();
  }

  /** A buffer for data, {@value #BUFFER_BYTES} bytes at least. */
  MemorySegment buffer() {
    return buffer(BUFFER_BYTES);
  }

  /** A buffer of at least so many bytes, which begins with what was in the last one. */
  MemorySegment buffer(int bytesMin) {
    MemorySegment old = buffer;
    if (old != null && old.byteSize() >= bytesMin) {
      return old;
    }
    long doubled = old == null ? BUFFER_BYTES : 2 * old.byteSize();
    MemorySegment fresh = allocate(Math.max(doubled, bytesMin));
    if (old != null) {
      fresh.copyFrom(old);
    }
    buffer = fresh;
    view = fresh.asByteBuffer();
    return fresh;
  }

  /** Copies the beginning of the buffer, which has that many bytes. */
  void load(byte[] into, int length) {
    if (length > FEW_BYTES) {
      MemorySegment.copy(buffer(length), JAVA_BYTE, 0, into, 0, length);
    } else {
      for (int i = 0; i < length; i++) {
        into[i] = view.get(i);
      }
    }
  }

  /** Copies bytes to the beginning of the buffer, which has room for them. */
  void store(byte[] from, int offset, int length) {
    if (length > FEW_BYTES) {
      MemorySegment.copy(from, offset, buffer(length), JAVA_BYTE, 0, length);
    } else {
      for (int i = 0; i < length; i++) {
        view.put(i, from[offset + i]);
      }
    }
  }

  /**
   * The address of {@code text}, as a C string in the encoding that Java uses for file names.
   *
   * @throws OsException ENAMETOOLONG if it is longer than any path can be
   */
  long path(String text) throws OsException {
    byte[] bytes = text.getBytes(PATH_CHARSET);
    if (bytes.length >= PATH_BYTES_MAX) {
      String why = bytes.length + " bytes, and a path has at most " + (PATH_BYTES_MAX - 1);
      throw OsException.refused("path", Errno.ENAMETOOLONG, text, why);
    }
    MemorySegment.copy(bytes, 0, path, JAVA_BYTE, 0, bytes.length);
    path.set(JAVA_BYTE, bytes.length, (byte) 0);
    return path.address();
  }

  private static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, Long.BYTES);
  }
}

package dev.dibs.locks;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The counter that workers count up under the lock, and what shows whether they did so one at a
 * time: a mapped file, which outlives whoever is killed.
 *
 * <pre>
 *   0          the counter            8   the worker that holds the lock
 *   16 + 8 w   what worker w has counted, w = 1, 2, ...
 *   then       for each value who counted up to it
 * </pre>
 */
final class CounterBoard {

  private static final int WORKERS_MAX = 16_384;
  private static final int VALUES_MAX = 1 << 24;
  private static final int COUNTED_AT = 2;
  private static final int BY_AT = COUNTED_AT + WORKERS_MAX;
  private static final long BYTES = (long) Long.BYTES * (BY_AT + VALUES_MAX);
  private static final VarHandle WORDS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final MappedByteBuffer memory;

  private CounterBoard(MappedByteBuffer memory) {
    this.memory = memory;
  }

  /** The board of a file, made if need be; it has holes where nothing was written. */
  static CounterBoard open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      return new CounterBoard(channel.map(MapMode.READ_WRITE, 0, BYTES));
    }
  }

  long counter() {
    return get(0);
  }

  long holder() {
    return get(1);
  }

  /** How much a worker has counted and come to know of it. */
  long counted(int worker) {
    return get(COUNTED_AT + worker);
  }

  /** Who counted up to a value; 0 if nobody. */
  int by(long value) {
    return Math.toIntExact(get(BY_AT + (int) value));
  }

  void enter(int worker) {
    set(1, worker);
  }

  /** Whether nobody else came in meanwhile. */
  boolean leave(int worker) {
    return (long) WORDS.compareAndExchange(memory, Long.BYTES, (long) worker, 0L) == worker;
  }

  /**
   * Counts up to a value.
   *
   * @return who did that before, and may have been killed before the counter knew; else 0
   */
  int countTo(long value, int worker) {
    int at = BY_AT + (int) value;
    long before = (long) WORDS.getAndSet(memory, at * Long.BYTES, (long) worker);
    set(0, value);
    set(COUNTED_AT + worker, counted(worker) + 1);
    return Math.toIntExact(before);
  }

  private long get(int word) {
    return (long) WORDS.getVolatile(memory, word * Long.BYTES);
  }

  private void set(int word, long value) {
    WORDS.setVolatile(memory, word * Long.BYTES, value);
  }
}

package dev.dibs.protocol.lines;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a client says in line mode (docs/protocol.md), one line each.
 *
 * <pre>{@code
 * {"id":1,"lock":["a","b"],"share":["c"],"wait":2.5,"priority":"background","within":7}
 * {"release":1}    {"downgrade":1}    {"withdraw":1}    {"id":2,"holder":"a"}
 * }</pre>
 */
public sealed interface LockAsk {

  /** The number that the client gave it, of at most 18 digits. */
  long id();

  /** The line with its newline. */
  String line();

  /** The same in UTF-8. */
  default byte[] bytes() {
    return line().getBytes(StandardCharsets.UTF_8);
  }

  /** Who goes first among those who wait. */
  enum Priority {
    INTERACTIVE,
    NORMAL,
    BACKGROUND
  }

  /**
   * Locks, all or none.
   *
   * @param exclusive names to hold alone
   * @param shared names to hold together with others who share them
   * @param timeout how long to wait at most, zero not at all; absent: as long as it takes
   * @param within what the same client holds already and goes on holding meanwhile, if it says so:
   *     the number of an earlier request
   */
  record Acquire(
      long id,
      List<String> exclusive,
      List<String> shared,
      Optional<Duration> timeout,
      Priority priority,
      Optional<Long> within)
      implements LockAsk {

    /** Checked: at least one name. */
    public Acquire {
      exclusive = List.copyOf(exclusive);
      shared = List.copyOf(shared);
      if (exclusive.isEmpty() && shared.isEmpty()) {
        throw new IllegalArgumentException("No lock is named");
      }
    }

    @Override
    public String line() {
      return LockAskLine.of(this);
    }
  }

  /** What was granted is not needed any more. */
  record Release(long id) implements LockAsk {
    @Override
    public String line() {
      return new String(bytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] bytes() {
      return new PlainWriter().with("{\"release\":").with(id).with("}\n").bytes();
    }
  }

  /** What was granted is held shared from now on. */
  record Downgrade(long id) implements LockAsk {
    @Override
    public String line() {
      return "{\"downgrade\":" + id + "}\n";
    }
  }

  /** What is waited for is not wanted any more. */
  record Withdraw(long id) implements LockAsk {
    @Override
    public String line() {
      return "{\"withdraw\":" + id + "}\n";
    }
  }

  /** Who holds a lock? */
  record Holder(long id, String name) implements LockAsk {
    @Override
    public String line() {
      return new JsonWriter().with("id", id).with("holder", name).line();
    }
  }

  /**
   * What a line says.
   *
   * @param bytes the line is {@code length} of them, without its newline
   */
  static LockAsk read(byte[] bytes, int from, int length) throws MalformedLineException {
    LockAsk plain = LockAskLine.plain(new PlainLine(bytes, from, length));
    return plain == null
        ? LockAskLine.read(new Members(FlatJson.read(bytes, from, length)))
        : plain;
  }
}

package dev.dibs.protocol.lines;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the daemon says in line mode (docs/protocol.md), one line each.
 *
 * <pre>{@code
 * {"id":1,"granted":true,"fence":17}
 * {"id":1,"granted":false,"reason":"timeout","text":"..."}
 * {"id":1,"waiting":"held by pid 4711 (mvn install)"}
 * {"id":2,"held":true,"pid":4711,"since":1790000000000,"command":"mvn install","directory":"/src"}
 * {"id":2,"held":false}
 * {"error":"..."}
 * }</pre>
 */
public sealed interface LockReply {

  /** The line with its newline. */
  String line();

  /** The same in UTF-8. */
  default byte[] bytes() {
    return line().getBytes(StandardCharsets.UTF_8);
  }

  /** Why a request is not granted. */
  enum Reason {
    /** It would have to wait and does not want to. */
    BUSY,
    /** It waited as long as it wanted to. */
    TIMEOUT,
    /** It was withdrawn while it waited. */
    WITHDRAWN,
    /** It wants exclusively what is held shared by itself. */
    UPGRADE,
    /** It would wait for somebody who waits for it. */
    CYCLE,
    /** The daemon ends. */
    LEAVING,
    /** It makes no sense. */
    MISUSE
  }

  /** All that was asked for is held from now on. */
  record Granted(long id, long fence) implements LockReply {
    @Override
    public String line() {
      return new String(bytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] bytes() {
      return new PlainWriter()
          .with("{\"id\":")
          .with(id)
          .with(",\"granted\":true,\"fence\":")
          .with(fence)
          .with("}\n")
          .bytes();
    }
  }

  /** Nothing of what was asked for is held, and it is not waited for any more. */
  record Refused(long id, Reason reason, String text) implements LockReply {
    @Override
    public String line() {
      return new JsonWriter()
          .with("id", id)
          .with("granted", false)
          .with("reason", reason.name().toLowerCase(Locale.ROOT))
          .with("text", text)
          .line();
    }
  }

  /** Still not; the text says who is in the way. */
  record Waiting(long id, String text) implements LockReply {
    @Override
    public String line() {
      return new JsonWriter().with("id", id).with("waiting", text).line();
    }
  }

  /**
   * Somebody holds the lock.
   *
   * @param sinceMs when it was granted, ms since 1970
   * @param command what runs, shortened; foreign text
   * @param directory where it runs; foreign text
   */
  record HeldBy(long id, long pid, long sinceMs, String command, String directory)
      implements LockReply {
    @Override
    public String line() {
      return new JsonWriter()
          .with("id", id)
          .with("held", true)
          .with("pid", pid)
          .with("since", sinceMs)
          .with("command", command)
          .with("directory", directory)
          .line();
    }
  }

  /** Nobody is known to hold the lock. */
  record NotHeld(long id) implements LockReply {
    @Override
    public String line() {
      return "{\"id\":" + id + ",\"held\":false}\n";
    }
  }

  /** A line was none that the daemon understands; nothing came of it. */
  record Misunderstood(String text) implements LockReply {
    @Override
    public String line() {
      return new JsonWriter().with("error", text).line();
    }
  }

  /**
   * What a line says.
   *
   * @param bytes the line is {@code length} of them, without its newline
   */
  static LockReply read(byte[] bytes, int from, int length) throws MalformedLineException {
    LockReply plain = LockReplyLine.plain(new PlainLine(bytes, from, length));
    return plain == null
        ? LockReplyLine.read(new Members(FlatJson.read(bytes, from, length)))
        : plain;
  }
}

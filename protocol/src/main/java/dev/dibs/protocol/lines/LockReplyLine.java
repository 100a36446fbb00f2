package dev.dibs.protocol.lines;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lines to {@link LockReply}. Keys that a later daemon may add are passed over. */
final class LockReplyLine {

  private LockReplyLine() {}

  /** A grant as we write it; else null. */
  static @Nullable LockReply plain(PlainLine line) {
    long id = line.skips("{\"id\":") ? line.number() : PlainLine.NONE;
    if (id == PlainLine.NONE || !line.skips(",\"granted\":true,\"fence\":")) {
      return null;
    }
    long fence = line.number();
    return fence != PlainLine.NONE && line.endsWith("}") ? new LockReply.Granted(id, fence) : null;
  }

  static LockReply read(Members members) throws MalformedLineException {
    if (members.has("error")) {
      return new LockReply.Misunderstood(members.text("error"));
    }
    long id = members.number("id");
    if (members.has("granted")) {
      return members.flag("granted")
          ? new LockReply.Granted(id, members.number("fence"))
          : refused(id, members);
    }
    if (members.has("waiting")) {
      return new LockReply.Waiting(id, members.text("waiting"));
    }
    return members.flag("held") ? heldBy(id, members) : new LockReply.NotHeld(id);
  }

  /** A reason that is not known here is one for which waiting does not help. */
  private static LockReply refused(long id, Members members) throws MalformedLineException {
    String word = members.text("reason");
    LockReply.Reason found = LockReply.Reason.MISUSE;
    for (LockReply.Reason reason : LockReply.Reason.values()) {
      found = reason.name().toLowerCase(Locale.ROOT).equals(word) ? reason : found;
    }
    return new LockReply.Refused(id, found, members.optionalText("text").orElse(word));
  }

  private static LockReply heldBy(long id, Members members) throws MalformedLineException {
    return new LockReply.HeldBy(
        id,
        members.number("pid"),
        members.number("since"),
        members.text("command"),
        members.text("directory"));
  }
}

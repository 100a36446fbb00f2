package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.OsException;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseConnection;
import dev.dibs.host.fuse.FuseEntry;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.host.fuse.OpenFlags;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The smallest server: a folder with the files {@code word}, which holds a word, and {@code
 * silent}, whose readers get none until {@link #speaks}.
 */
final class TwoFiles implements Mount.Server {
  private static final long WORD = 2;
  private static final long SILENT = 3;

  private final String word;
  private final boolean speaks;
  private @Nullable FuseConnection connection;
  volatile int unanswered;
  volatile boolean resumed;

  TwoFiles(String word, boolean speaks) {
    this.word = word;
    this.speaks = speaks;
  }

  @Override
  public void begin(FuseConnection begun, boolean wasServed) {
    connection = begun;
    resumed = wasServed;
  }

  @Override
  public void serve(FuseRequest request) throws OsException {
    FuseConnection to = java.util.Objects.requireNonNull(connection);
    FuseRequest.Header header = request.header();
    boolean unused =
        switch (request) {
          case FuseRequest.Lookup lookup -> lookup(to, lookup);
          case FuseRequest.GetAttributes any -> to.attributes(header, attributes(header.node()));
          case FuseRequest.Open any -> to.opened(header, 0, OpenFlags.DIRECT_IO);
          case FuseRequest.Read read -> read(to, read);
          case FuseRequest.StatFs any -> to.statFs(header);
          case FuseRequest.Release any -> to.done(header);
          case FuseRequest.Forget none -> true;
          case FuseRequest.Interrupt none -> true;
          case FuseRequest.Destroy none -> true;
          default -> to.error(header, Errno.ENOSYS);
        };
  }

  private static boolean lookup(FuseConnection to, FuseRequest.Lookup lookup) throws OsException {
    return switch (lookup.name()) {
      case "word" -> to.entry(lookup.header(), FuseEntry.of(attributes(WORD)));
      case "silent" -> to.entry(lookup.header(), FuseEntry.of(attributes(SILENT)));
      default -> to.error(lookup.header(), Errno.ENOENT);
    };
  }

  private static FuseAttributes attributes(long node) {
    return node == 1
        ? FuseAttributes.folder(node, 0500, 0, 0)
        : FuseAttributes.file(node, 0400, 0, 0);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // the loop's thread alone writes
  private boolean read(FuseConnection to, FuseRequest.Read read) throws OsException {
    if (read.header().node() == SILENT && !speaks) {
      unanswered++;
      return true;
    }
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int from = (int) Math.min(read.offset(), bytes.length);
    return to.data(read.header(), bytes, from, Math.min(read.size(), bytes.length - from));
  }
}

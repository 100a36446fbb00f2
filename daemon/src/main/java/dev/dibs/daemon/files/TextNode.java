package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A text to be read. It is made when the file is opened and stays the same for that open file, so
 * whoever reads in pieces never sees halves of two. Its size is not known before, so it is given as
 * 0, as {@code /proc} does it, and what reads such files reads these.
 */
final class TextNode implements FileNode {

  private static final int MODE = 0400;

  private final FuseAttributes attributes;
  private final NodeNumbers numbers;
  private final Supplier<String> text;

  TextNode(long number, Stamp stamp, NodeNumbers numbers, Supplier<String> text) {
    this(stamp.file(number, MODE), numbers, text);
  }

  private TextNode(FuseAttributes attributes, NodeNumbers numbers, Supplier<String> text) {
    this.attributes = attributes;
    this.numbers = numbers;
    this.text = text;
  }

  /** One that is always the same, and so has a size. */
  static TextNode fixed(long number, Stamp stamp, NodeNumbers numbers, String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    FuseAttributes attributes = stamp.file(number, MODE).withSize(bytes);
    return new TextNode(attributes.withValidS(Stamp.FOR_EVER_S), numbers, () -> text);
  }

  @Override
  public FuseAttributes attributes() {
    return attributes;
  }

  @Override
  public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
    if (request.readsOnly()) {
      reply.answer(content(numbers.fresh()));
    } else {
      reply.fail(Errno.EACCES);
    }
  }

  private TextFile content(long handle) {
    return new TextFile(handle, text.get().getBytes(StandardCharsets.UTF_8));
  }

  /** The text that the earlier daemon gave is not known; this is what it would be now. */
  @Override
  public OpenFile reopened(long handle, FuseRequest request) {
    return content(handle);
  }
}

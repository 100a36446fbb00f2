package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.host.fuse.OpenFlags;
import java.util.Arrays;
import java.util.Optional;

/** An open file with a text that never changes. */
final class TextFile implements OpenFile {

  private final long handle;
  private final byte[] content;

  private final boolean storable;

  TextFile(long handle, byte[] content) {
    this(handle, content, false);
  }

  /**
   * @param storable whether the kernel may be given it with the open: nobody opened the file before
   */
  TextFile(long handle, byte[] content, boolean storable) {
    this.handle = handle;
    this.content = content;
    this.storable = storable;
  }

  @Override
  public long handle() {
    return handle;
  }

  /** Not through the kernel's cache: that is one for all who have the same file open. */
  @Override
  public int flags() {
    return OpenFlags.DIRECT_IO;
  }

  @Override
  public Optional<byte[]> stored() {
    return storable ? Optional.of(content) : Optional.empty();
  }

  @Override
  public void read(FuseRequest.Read request, Reply<byte[]> reply) {
    reply.answer(part(content, request));
  }

  /** What a read at an offset gives of a text; nothing at its end. */
  static byte[] part(byte[] text, FuseRequest.Read request) {
    int from = (int) Math.min(Math.max(0, request.offset()), text.length);
    return Arrays.copyOfRange(
        text, from, Math.min(text.length, from + Math.max(0, request.size())));
  }

  @Override
  public void released() {}
}

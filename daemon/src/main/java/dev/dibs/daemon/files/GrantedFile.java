package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseRequest;
import dev.dibs.host.fuse.OpenFlags;
import java.nio.charset.StandardCharsets;

/** An open file that holds what was granted, and says so when it is read. */
public final class GrantedFile implements OpenFile {

  private final long handle;
  private final byte[] text;
  private final Runnable over;

  /**
   * @param text what reading gives, to its end
   * @param over called when nobody has it any more; perhaps more than once
   */
  public GrantedFile(long handle, String text, Runnable over) {
    this.handle = handle;
    this.text = text.getBytes(StandardCharsets.ISO_8859_1);
    this.over = over;
  }

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public int flags() {
    return OpenFlags.DIRECT_IO;
  }

  @Override
  public void read(FuseRequest.Read request, Reply<byte[]> reply) {
    reply.answer(TextFile.part(text, request));
  }

  /** There is nothing to be said to it; EINVAL is what write(2) has for such files. */
  @Override
  public void write(FuseRequest.Write request, Reply<Integer> reply) {
    reply.fail(Errno.EINVAL);
  }

  @Override
  public void released() {
    over.run();
  }
}

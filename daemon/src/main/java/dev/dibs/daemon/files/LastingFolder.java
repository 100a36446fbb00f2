package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseAttributes;

/** A folder that is always there: the kernel may keep its name as long as it likes. */
abstract class LastingFolder implements Folder {

  private final FuseAttributes attributes;

  /**
   * @param number one of {@link NodeNumbers}' own
   */
  LastingFolder(long number, Stamp stamp) {
    attributes = stamp.folder(number).withValidS(Stamp.FOR_EVER_S);
  }

  @Override
  public final FuseAttributes attributes() {
    return attributes;
  }

  @Override
  public final int nameValidS() {
    return Stamp.FOR_EVER_S;
  }
}

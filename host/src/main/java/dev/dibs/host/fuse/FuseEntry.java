package dev.dibs.host.fuse;

/**
 * The answer to a lookup: what the name means.
 *
 * @param node the node; not 0
 * @param generation tells nodes apart that have the same number one after the other
 * @param validS how long the kernel may use this without asking again, for any process, s; 0: not
 *     at all
 * @param attributes the node's
 */
public record FuseEntry(long node, long generation, int validS, FuseAttributes attributes) {

  /** One that the kernel asks for each time, for a node that is its attributes' number. */
  public static FuseEntry of(FuseAttributes attributes) {
    return new FuseEntry(attributes.number(), 0, 0, attributes);
  }
}

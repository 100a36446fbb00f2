package dev.dibs.daemon;

/**
 * Where the slots of a connection come from. It tells the connection of each slot as soon as there
 * is one, also before {@link #ask} returns. For the loop's thread only.
 */
interface SlotSource extends AutoCloseable {

  /** Told of every slot. Must neither block nor call back. */
  interface Taker {
    void granted();
  }

  /** One slot more is wanted. */
  void ask();

  /** One slot less is wanted; one is. */
  void withdraw();

  /** A slot is not needed any more; one is held. */
  void giveBack();

  /** Whether a slot that is held could as well be given back and granted again at once. */
  boolean canSwap();

  /** Whether what it rests on has gone, and nothing is wanted or held: another is to be chosen. */
  boolean isOver();

  /** Gives everything back. Closing again does nothing. */
  @Override
  void close();
}

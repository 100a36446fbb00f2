package dev.dibs.core;

import java.util.List;

/**
 * The pool at one moment; nothing in it changes.
 *
 * @param size slots of the pool
 * @param held slots held by all parties; {@code held + free - owed = size}
 * @param free slots that nobody holds
 * @param owed slots held beyond the size: after a resize or an adoption, or lent by claims that
 *     wait
 * @param parties in order of arrival
 * @param members of all parties, in order of arrival within each
 */
public record PoolView(
    int size, int held, int free, int owed, List<PartyView> parties, List<MemberView> members) {

  public PoolView {
    parties = List.copyOf(parties);
    members = List.copyOf(members);
  }

  /**
   * A claim made outside of any run.
   *
   * @param id its claim
   * @param terms what it asked for
   * @param waiting whether it waits for its first slots
   * @param sinceMs when it was granted, or since when it waits
   * @param ended whether it is over itself and only members of it live
   * @param implicit a run's first slots
   * @param issued tokens put into its FIFO and not drained
   * @param unread those of them that nobody took, as far as we know
   * @param leased slots of its members, or of the job itself
   * @param hungry whether its FIFO wants a token and has none
   */
  public record PartyView(
      long id,
      Terms terms,
      boolean waiting,
      long sinceMs,
      boolean ended,
      int implicit,
      int issued,
      int unread,
      int leased,
      boolean hungry) {

    /** What kind of claim it is. */
    public Terms.Kind kind() {
      return terms.kind();
    }

    /** Slots that the party holds, its members' included. */
    public int held() {
      return implicit + issued + leased;
    }

    /** Since when it waits, ms, or {@link Long#MAX_VALUE} if it does not. */
    public long waitingSinceMs() {
      return waiting ? sinceMs : Long.MAX_VALUE;
    }
  }

  /**
   * A claim made inside a run.
   *
   * @param id its claim
   * @param party the party to which it belongs
   * @param within the innermost run in which it was made and which still lives, else the party
   * @param terms what it asked for
   * @param waiting whether it waits
   * @param sinceMs when it was granted, or since when it waits
   * @param covered whether its first slot is one that the run has already
   * @param own leased slots of its own
   * @param slots slots that it may use
   */
  public record MemberView(
      long id,
      long party,
      long within,
      Terms terms,
      boolean waiting,
      long sinceMs,
      boolean covered,
      int own,
      int slots) {}
}

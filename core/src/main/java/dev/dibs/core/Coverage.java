package dev.dibs.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Which members need no first slot of their own, because something above them has one already.
 *
 * <p>A place is either a slot of the nested run in which a claim was made ({@link Place#SHARED}),
 * or one that its party has in use ({@link Place#COVERED}). Places go to claims in order of
 * arrival. A claim that needs several slots has a place kept for it while it waits; that place lies
 * idle as long, since whoever would use it waits, so it is <em>lent</em>: others may be granted
 * slots on the strength of it. Otherwise two scripts that each hold the last slot which the other's
 * job needs would wait for each other for ever.
 */
final class Coverage {

  private final Ledger ledger;

  Coverage(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Keeps places for a party's waiting members, first come, first served. */
  void keepPlaces(Party party) {
    for (Member waiter : party.waiters) {
      if (waiter.parent != null) {
        waiter.parent.kept = 0;
      }
    }
    int room = party.places() - party.covered;
    party.lent = 0;
    for (Member waiter : party.waiters) {
      if (waiter.parent != null && waiter.parent.hasRoom()) {
        waiter.parent.kept++;
        waiter.place = Place.SHARED;
      } else {
        waiter.place = room-- > 0 ? Place.COVERED : Place.NONE;
      }
      party.lent += waiter.hasPlace() ? 1 : 0;
    }
  }

  /**
   * Keeps a place for a member that an earlier daemon granted one, whether there is room or not.
   */
  void place(Member member, boolean covered) {
    if (!covered) {
      member.place = Place.NONE;
    } else if (member.parent != null && member.parent.hasRoom()) {
      member.parent.kept++;
      member.place = Place.SHARED;
    } else {
      member.place = Place.COVERED;
    }
    member.party.lent += covered ? 1 : 0;
  }

  /** Lets a covered member share the place of the nested run above it, if there is room. */
  void shareIfRoom(Member member) {
    Member parent = member.parent;
    if (member.place == Place.COVERED && parent != null && parent.hasRoom()) {
      member.party.covered--;
      member.place = Place.SHARED;
      parent.sharing++;
    }
  }

  /**
   * Ends a granted member's hold on its slots: claims below that share them take them over, the
   * rest is free.
   */
  void release(Member member) {
    for (Member heir : heirsOf(member)) {
      inherit(heir, member);
    }
    switch (member.place) {
      case NONE -> {}
      case SHARED -> Ledger.sharedParent(member).sharing--;
      case COVERED -> member.party.covered--;
    }
    member.place = Place.NONE;
    member.slots = 0;
    ledger.lease(member, -member.own);
  }

  /** Claims below a nested run that is over belong to the run around it. */
  void adoptChildren(Member member) {
    for (Member child : member.party.members) {
      if (child.parent == member) {
        child.parent = member.parent;
      }
    }
  }

  /**
   * Gives covered members whose place is gone slots of their own, out of slots that just became
   * free: they live, so they hold. The newest first.
   */
  void settleDisplaced(Party party, int slots) {
    int count = Math.min(slots, party.displaced());
    List<Member> newestFirst = new ArrayList<>(party.members).reversed();
    for (Member member : newestFirst) {
      if (count > 0 && !member.waiting && member.place == Place.COVERED) {
        member.place = Place.NONE;
        party.covered--;
        ledger.lease(member, 1);
        count--;
      }
    }
  }

  private static List<Member> heirsOf(Member member) {
    if (member.sharing == 0) {
      return List.of();
    }
    return member.party.members.stream()
        .filter(m -> m.parent == member && !m.waiting && m.place == Place.SHARED)
        .toList();
  }

  private void inherit(Member heir, Member member) {
    member.sharing--;
    if (member.hasPlace()) {
      heir.place = member.place;
      heir.parent = member.parent;
      member.place = Place.NONE;
    } else {
      heir.place = Place.NONE;
      ledger.lease(member, -1);
      ledger.lease(heir, 1);
    }
  }
}

package dev.dibs.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
  private final Demands demands;

  Coverage(Ledger ledger, Demands demands) {
    this.ledger = ledger;
    this.demands = demands;
  }

  /**
   * Keeps places for a party's waiting members, first come, first served.
   *
   * @return those that have one
   */
  List<Member> keepPlaces(Party party, long nowMs) {
    for (Member waiter : party.waiters) {
      if (waiter.parent != null) {
        waiter.parent.kept = 0;
      }
    }
    shareDisplaced(party);
    party.lent = 0;
    Room room = Room.besideGranted(party);
    List<Member> placed = new ArrayList<>();
    for (Member waiter : party.waiters) {
      waiter.place = placeFor(waiter, room);
      waiter.lends = lends(waiter, nowMs);
      party.lent += waiter.lends ? 1 : 0;
      if (waiter.hasPlace()) {
        placed.add(waiter);
      }
    }
    return placed;
  }

  private static Place placeFor(Member waiter, Room room) {
    if (waiter.parent != null && waiter.parent.hasRoom()) {
      waiter.parent.kept++;
      return Place.SHARED;
    }
    return room.take(waiter) ? Place.COVERED : Place.NONE;
  }

  /**
   * Places that are left in a party. Those made by tokens are for what clients started: a token
   * that one make took covers what that make started, and not another make beside it.
   */
  private static final class Room {
    private int places;
    private int implicit;

    private Room(Party party) {
      places = party.places();
      implicit = party.implicit;
    }

    /** What granted members leave. */
    static Room besideGranted(Party party) {
      Room room = new Room(party);
      granted(party).forEach(room::occupy);
      return room;
    }

    /** What granted members and places that are kept leave. */
    static Room besideAll(Party party) {
      Room room = new Room(party);
      party.members.forEach(room::occupy);
      return room;
    }

    private void occupy(Member member) {
      if (member.place == Place.COVERED) {
        places--;
        implicit -= member.belowClient ? 0 : 1;
      }
    }

    boolean take(Member member) {
      boolean fits = places > 0 && (member.belowClient || implicit > 0);
      if (fits) {
        places--;
        implicit -= member.belowClient ? 0 : 1;
      }
      return fits;
    }
  }

  /** Members that lost their place come before those that wait for one. */
  private void shareDisplaced(Party party) {
    if (party.displaced() > 0) {
      for (Member member : party.nestedMembers()) {
        int before = ledger.free();
        shareIfRoom(member);
        settleDisplaced(party, ledger.free() - before);
      }
    }
  }

  /** Whoever gives up now uses its place again now. */
  private boolean lends(Member waiter, long nowMs) {
    return waiter.hasPlace()
        && waiter.terms.deadlineMs() > nowMs
        && demands.ofMember(waiter).min() > 0;
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
  }

  /** Lets a granted member share the place of the nested run above it, if there is room. */
  void shareIfRoom(Member member) {
    Member parent = member.parent;
    boolean could = member.place == Place.COVERED || isLeased(member);
    if (could && parent != null && parent.hasRoom()) {
      vacate(member);
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
    leavePlace(member);
    member.slots = 0;
    ledger.lease(member, -member.own);
  }

  private static void leavePlace(Member member) {
    switch (member.place) {
      case NONE -> {
        return;
      }
      case SHARED -> Ledger.sharedParent(member).sharing--;
      case COVERED -> member.party.covered--;
    }
    member.place = Place.NONE;
    member.party.vacated++;
  }

  /**
   * Hands places that covered members left to members with slots of their own, which thereby become
   * free: what is idle must not be held beside what is busy. A place in a nested run goes to claims
   * made in that run, a place of the party to any. Places that nobody left stay: a token in a
   * client's hands is most likely used by the client.
   */
  void handOnPlaces(Party party) {
    if (party.vacated > 0) {
      party.nestedMembers().forEach(this::shareIfRoom);
      Room room = Room.besideAll(party);
      granted(party)
          .filter(Coverage::isLeased)
          .filter(room::take)
          .limit(party.vacated)
          .toList()
          .forEach(this::cover);
    }
    party.vacated = 0;
  }

  private void cover(Member member) {
    vacate(member);
    member.place = Place.COVERED;
    member.party.covered++;
  }

  /** Gives up a member's place, or a slot of its own if it has none, for another place. */
  private void vacate(Member member) {
    if (member.hasPlace()) {
      leavePlace(member);
    } else {
      ledger.lease(member, -1);
    }
  }

  private static boolean isLeased(Member member) {
    return !member.hasPlace() && member.own > 0;
  }

  private static Stream<Member> granted(Party party) {
    return party.members.stream().filter(m -> !m.waiting);
  }

  /** Claims below a nested run that is over belong to the run around it. */
  void adoptChildren(Member member) {
    for (Member child : member.party.members) {
      if (child.parent == member) {
        child.parent = member.parent;
        child.place = child.waiting ? Place.NONE : child.place;
      }
    }
  }

  /**
   * Gives covered members whose place is gone slots of their own, out of slots that just became
   * free: they live, so they hold. The newest first.
   */
  void settleDisplaced(Party party, int slots) {
    int count = Math.min(slots, party.displaced());
    if (count > 0) {
      new ArrayList<>(party.members)
          .reversed().stream()
              .filter(m -> !m.waiting && m.place == Place.COVERED)
              .limit(count)
              .forEach(this::giveOwn);
    }
  }

  private void giveOwn(Member member) {
    member.place = Place.NONE;
    member.party.covered--;
    ledger.lease(member, 1);
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

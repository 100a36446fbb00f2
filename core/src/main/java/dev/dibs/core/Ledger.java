package dev.dibs.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what. Every slot that changes hands does so here, twice: in the holder's books and in
 * {@link #free()}, so that {@link #check()} finds a slot that was lost or made.
 */
final class Ledger {

  private final Settings settings;
  private final Map<Long, Party> partiesById = new HashMap<>();
  private final Set<Party> newcomers = new LinkedHashSet<>();
  private final List<Party> started = new ArrayList<>();
  private final List<Party> stirring = new ArrayList<>();
  private final Map<Long, Member> membersById = new HashMap<>();
  private final Set<Long> changed = new LinkedHashSet<>();
  private int size;
  private int free;
  private long arrivals;

  Ledger(int size, Settings settings) {
    this.settings = settings;
    this.size = size;
    this.free = size;
  }

  int size() {
    return size;
  }

  /** Slots that nobody holds; negative: owed. */
  int free() {
    return free;
  }

  /**
   * Finds out anew which of the parties that {@link #started} are not at rest, for {@link
   * #stirring}. Whoever distributes looks at all parties many times over, and most of them may be
   * jobs.
   */
  void lookWhoStirs() {
    stirring.clear();
    for (Party party : started) {
      if (!party.isAtRest()) {
        stirring.add(party);
      }
    }
  }

  /** Those that were not at rest at the last look, or started since. */
  List<Party> stirring() {
    return stirring;
  }

  /** Slots that are held and lie idle because those who would use them wait. */
  int lent() {
    int sum = 0;
    for (Party party : stirring) {
      sum += party.idle();
    }
    return sum;
  }

  /** Those of them that members have who wait for more. */
  int lentByMembers() {
    int sum = 0;
    for (Party party : stirring) {
      sum += party.lent;
    }
    return sum;
  }

  /** Parties that wait for their first slots, and hold nothing, in order of arrival. */
  Stream<Party> newcomers() {
    return newcomers.stream();
  }

  /** The same, to be looked at one by one. */
  Iterable<Party> newcomersInOrder() {
    return newcomers;
  }

  /** All other parties, orphans too. */
  List<Party> started() {
    return started;
  }

  @Nullable Party party(long id) {
    return partiesById.get(id);
  }

  @Nullable Member member(long id) {
    return membersById.get(id);
  }

  void resize(int other) {
    free += other - size;
    size = other;
  }

  Party open(long id, Terms terms, long nowMs) {
    Party party = new Party(id, terms, nowMs, arrivals++, settings);
    partiesById.put(id, party);
    newcomers.add(party);
    return party;
  }

  /** A waiting member. */
  Member join(long id, Party party, @Nullable Member parent, Terms terms, long nowMs) {
    Member member = new Member(id, party, parent, terms, nowMs, arrivals++);
    membersById.put(id, member);
    enter(party, member);
    party.waiters.add(member);
    return member;
  }

  private void leaveNewcomers(Party party) {
    if (newcomers.remove(party)) {
      party.waiting = false;
      started.add(party);
      stirring.add(party);
    }
  }

  void startParty(Party party, int slots, long nowMs) {
    leaveNewcomers(party);
    party.sinceMs = nowMs;
    changed.add(party.id);
    if (party.isRun()) {
      party.implicit = slots;
    } else {
      party.leased = slots;
    }
    free -= slots;
  }

  /** Grants a member the place that was kept for it, and slots of its own. */
  void startMember(Member member, int own, long nowMs) {
    member.waiting = false;
    member.sinceMs = nowMs;
    member.party.waiters.remove(member);
    member.slots = own + (member.hasPlace() ? 1 : 0);
    switch (member.place) {
      case NONE -> {}
      case SHARED -> {
        Member parent = sharedParent(member);
        parent.kept--;
        parent.sharing++;
      }
      case COVERED -> member.party.covered++;
    }
    member.party.lent -= member.lends ? 1 : 0;
    member.lends = false;
    lease(member, own);
  }

  /** Gives a member leased slots, or takes them back. */
  void lease(Member member, int slots) {
    changed.add(member.id);
    member.own += slots;
    member.party.leased += slots;
    free -= slots;
  }

  void put(Party party, long nowMs) {
    changed.add(party.id);
    party.stock.put(1, nowMs);
    free--;
  }

  void drained(Party party, int asked, int count, long nowMs) {
    changed.add(party.id);
    free += party.stock.drain(asked, count, nowMs);
  }

  /** Writes off the tokens that a party's clients took; how many. */
  int writeOff(Party party) {
    changed.add(party.id);
    int lost = party.stock.writeOff();
    free += lost;
    return lost;
  }

  /** Frees a run's implicit slots; how many. */
  int freeImplicit(Party party) {
    changed.add(party.id);
    int slots = party.implicit;
    party.implicit = 0;
    free += slots;
    return slots;
  }

  /** Ends a party's own claim and all that hangs on it; how many slots became free. */
  int end(Party party) {
    int tokens = party.stock.close();
    int leased = party.isRun() ? 0 : party.leased;
    party.leased -= leased;
    party.ended = true;
    leaveNewcomers(party);
    free += tokens + leased;
    return tokens + leased + freeImplicit(party);
  }

  /** Forgets a member that holds nothing any more. */
  void forget(Member member) {
    if (member.waiting && member.place == Place.SHARED) {
      sharedParent(member).kept--;
    }
    membersById.remove(member.id);
    leave(member);
    member.party.waiters.remove(member);
    dropIfOver(member.party);
  }

  void dropIfOver(Party party) {
    if (party.ended && party.members.isEmpty()) {
      partiesById.remove(party.id);
      started.remove(party);
      stirring.remove(party);
    }
  }

  void adopt(Party party, Event.ClaimAdopted claim) {
    party.terms = claim.terms();
    party.ended = false;
    startParty(party, claim.holding().slots(), claim.nowMs());
    party.stock.adopt(claim.holding().issued(), claim.unread(), claim.nowMs());
    free -= claim.holding().issued();
  }

  /** Moves a member to another party, with what it holds. */
  void move(Member member, Party other) {
    int covered = member.place == Place.COVERED ? 1 : 0;
    leave(member);
    member.party.covered -= covered;
    member.party.leased -= member.own;
    enter(other, member);
    other.covered += covered;
    other.leased += member.own;
  }

  private static void enter(Party party, Member member) {
    member.party = party;
    party.members.add(member);
    party.nestedRuns += member.isRun() ? 1 : 0;
  }

  private static void leave(Member member) {
    member.party.members.remove(member);
    member.party.nestedRuns -= member.isRun() ? 1 : 0;
  }

  /** What those claims hold whose holdings may have changed since this was called last. */
  List<Holding> takeChanges() {
    if (changed.isEmpty()) {
      return List.of();
    }
    List<Holding> holdings = new ArrayList<>(changed.size());
    for (long id : changed) {
      Holding holding = holding(id);
      if (holding != null) {
        holdings.add(holding);
      }
    }
    changed.clear();
    return holdings;
  }

  /** What a claim holds, or null if it is not granted. */
  private @Nullable Holding holding(long id) {
    Member member = membersById.get(id);
    Party party = partiesById.get(id);
    if (member != null) {
      return member.waiting ? null : new Holding(id, member.slots, member.own, 0);
    }
    if (party == null || party.waiting || party.ended) {
      return null;
    }
    int slots = party.isRun() ? party.implicit : party.leased;
    return new Holding(id, slots, slots, party.stock.issued());
  }

  PoolView view(long nowMs) {
    List<Party> all =
        Stream.concat(started.stream(), newcomers.stream())
            .sorted(Comparator.comparingLong(p -> p.arrival))
            .toList();
    return new PoolView(
        size,
        held(),
        Math.max(0, free),
        Math.max(0, -free),
        all.stream().map(p -> p.view(nowMs)).toList(),
        all.stream().flatMap(p -> p.members.stream()).map(Member::view).toList());
  }

  /** Σ held + free = size, and nobody holds less than nothing. */
  void check() {
    if (held() + free != size) {
      throw new IllegalStateException(
          "BUG: " + held() + " slots held + " + free + " free, of " + size);
    }
  }

  private int held() {
    int sum = 0;
    for (Party party : started) {
      if (party.implicit < 0 || party.leased < 0 || party.stock.issued() < 0 || party.covered < 0) {
        throw new IllegalStateException("BUG: negative holdings of party " + party.id);
      }
      sum += party.held();
    }
    return sum;
  }

  static Member sharedParent(Member member) {
    Member parent = member.parent;
    if (parent == null) {
      throw new IllegalStateException("BUG: member " + member.id + " shares nobody's place");
    }
    return parent;
  }
}

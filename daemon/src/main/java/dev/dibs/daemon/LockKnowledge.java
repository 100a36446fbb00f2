package dev.dibs.daemon;

import dev.dibs.daemon.locks.LockFacts;
import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.locks.People;
import dev.dibs.protocol.lines.LockReply;

/** Who holds locks of the daemon, for those who ask in line mode. */
final class LockKnowledge implements LockLines.Knowledge {

  private final LockService locks;
  private final People people = new KnownPeople();

  LockKnowledge(LockService locks) {
    this.locks = locks;
  }

  @Override
  public LockReply holder(long id, String name) {
    return locks
        .holding(name)
        .<LockReply>map(facts -> heldBy(id, facts))
        .orElseGet(() -> new LockReply.NotHeld(id));
  }

  private LockReply heldBy(long id, LockFacts facts) {
    People.Person person = people.of(facts.holder().pid());
    return new LockReply.HeldBy(
        id, person.pid(), facts.since(), person.command(), person.directory());
  }
}

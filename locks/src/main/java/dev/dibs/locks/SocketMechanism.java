package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Locks where the file system has none of the kernel: records in directories say who claims, and
 * loopback TCP says whether he lives.
 *
 * <h2>What there is</h2>
 *
 * <p>A <em>claim</em> has a nonce of 128 random bits, is used once, and begins in its process's
 * table ({@link ClaimListener}), which answers for it at a port of 127.0.0.1. Its <em>record</em>
 * ({@link ClaimRecord}) is an empty file whose name says all: port, nonce, process. A <em>gate</em>
 * ({@link ClaimGate}) is a directory of a fixed name with one record in it, or none; each lock has
 * two, {@code lock} and {@code turn}, and a directory {@code readers} ({@link ClaimRecords}).
 * {@link ClaimPassage} takes the steps below, {@link ClaimReaders} those of who shares; this class
 * decides in which order gates are entered.
 *
 * <pre>
 *   1  announce   put the nonce into the table
 *   2  make       mkdir aside/RECORD, create aside/RECORD/RECORD
 *   3  enter      rename aside/RECORD to the gate: succeeds only where there is none, or an empty one
 *                   done: the claim is in the gate
 *   4  judge      list the gate; ask the process of the record that is there ({@link ClaimInquiry})
 *                   held: wait for the end of the connection; back to 3
 *   5  take away  over: delete GATE/RECORD, by that record's own name; back to 3
 *   6  leave      delete GATE/RECORD of our own; take the nonce out of the table; tell who waits
 * </pre>
 *
 * <p>Exclusive: enter {@code lock}, see that {@code readers} is empty, stay until the release.
 * Shared: enter {@code lock}, make a record of another nonce in {@code readers}, leave {@code
 * lock}. Who wants it exclusively and sees readers leaves the gate, waits for each to be over, and
 * comes again. A downgrade makes the reader's record and then leaves the gate.
 *
 * <h2>The invariant</h2>
 *
 * <p><b>Of all claims that are not over, one at most has its record in a gate</b>, and the process
 * whose claim it is owns what the gate stands for. For:
 *
 * <ul>
 *   <li><i>A gate never holds two records.</i> A record gets there only with its directory, and a
 *       directory is never renamed over one that is not empty. So nobody ever sees a gate of which
 *       the owner is not known yet, and who dies between making and entering leaves nothing there.
 *   <li><i>A record leaves a gate only when its claim is over:</i> its own process deletes it when
 *       it is done, or somebody deletes that name who knows that it is over.
 *   <li><i>What is over stays over</i>, since no nonce comes twice. So it does not matter how long
 *       somebody sleeps between judging and deleting: the name that he deletes is the dead one's,
 *       or not there. He can't hit another's, whatever happened in the gate meanwhile.
 *   <li><i>A claim that is not over is never judged over.</i> It is in the table before its record
 *       can be seen (1 before 2), the table answers as long as the process lives, nobody else can
 *       prove the nonce, and neither silence nor somebody else's nonsense counts as long as the pid
 *       with that start time is there.
 * </ul>
 *
 * <p>A reader's record is made inside {@code lock} only, so whoever is inside and lists {@code
 * readers} sees all that there are: the list may miss what comes or goes while it is read, but
 * nothing comes.
 *
 * <h2>Why so, and not otherwise</h2>
 *
 * <ul>
 *   <li>Generations ({@code lock_0}, {@code lock_1}, ...: the highest owns, owners delete the lower
 *       ones) need to know the highest. A directory that changes while it is listed may show
 *       neither the one that just went nor the one that just came; and a late-comer who makes an
 *       old generation again and dies at once makes the list show that as the highest, and dead.
 *       With one fixed name there is no list to be wrong.
 *   <li>A record's name without a nonce would be deleted by who judged an earlier process at the
 *       same port. A file with content could be found empty, after a death or a full disk.
 *   <li>Hard links, truncation, locks and times are used nowhere.
 * </ul>
 *
 * <h2>Races</h2>
 *
 * <ul>
 *   <li><i>Death at any step.</i> In the table only: nothing is left. Aside: swept by whoever comes
 *       next and sees that the pid is gone. In the gate: the next one judges. As a reader: the next
 *       one who wants it exclusively judges. Between deleting and renaming: the gate is empty.
 *   <li><i>A recycled port:</i> the new process does not know the nonce. A process that connects to
 *       a port where nobody listens may, by chance, be connected to itself; that counts as refused.
 *   <li><i>A recycled pid:</i> its start time is another, in ticks since the boot, which no clock
 *       that is set changes.
 *   <li><i>Dying:</i> the port is closed before the pid is gone. Who is refused while the pid lives
 *       asks again, from a millisecond to 100 ms later. That, and a look once in {@link
 *       SocketSettings#glance} at those who wait already, is all that is polled.
 *   <li><i>Two gates:</i> {@code lock} is entered while {@code turn} is held, never the other way
 *       round, so no circle closes.
 * </ul>
 *
 * <h2>Order</h2>
 *
 * <p>Who has to wait enters {@code turn} first and leaves it when it has the lock, so one process
 * waits for the lock, and who releases it and wants it again stands behind. Those who wait for
 * their turn stand in line at the one who has it, in the order in which they asked, and are told
 * one after the other ({@link OwnClaim}). The order is kept as far as nobody dies or stops; it is
 * for fairness alone. If the one whose turn it is does not take the lock although it is free, for
 * it is stopped, the others go past. Who does not want to wait goes straight to {@code lock}, and
 * bears with whoever is only passing there.
 *
 * <h2>Known gaps</h2>
 *
 * <ul>
 *   <li>From another network namespace a port says nothing, and from another machine neither does a
 *       pid: then it is an error, unless the process is surely gone.
 *   <li>Where pids mean nothing to each other (pid namespaces that share a network; no {@code
 *       /proc}), a silent stranger at a dead process's port holds the lock until he goes; and who
 *       sets {@code tcp_abort_on_overflow} may make a busy process look like a stranger. What is
 *       left aside there stays. Elsewhere than on Linux a directory must not be shared between
 *       machines.
 *   <li>A process that was copied while it ran (a snapshot of a machine, run twice) has its nonces
 *       twice.
 *   <li>Who is stopped while only passing the lock's gate holds up all who want it.
 * </ul>
 *
 * <p>{@code src/test/model/socket-lock.pml} is this in Spin's language; what it checks is said
 * there.
 */
final class SocketMechanism implements Mechanism {

  private final ClaimRecords records;
  private final ClaimPassage passage;
  private final ClaimReaders readers;

  SocketMechanism(
      ClaimRecords records, ClaimListener listener, SocketSettings settings, ClaimSteps steps) {
    this.records = records;
    this.passage = new ClaimPassage(records, listener, settings, steps);
    this.readers = new ClaimReaders(records, listener, settings, steps);
    records.sweep(listener.identity());
  }

  /** That of a lock directory, with a listener of its own for as long as this process lives. */
  static SocketMechanism open(Path directory) throws IOException {
    return open(directory, SocketSettings.usual(), ClaimSteps.NONE);
  }

  /** With other times, and told of its steps. */
  static SocketMechanism open(Path directory, SocketSettings settings, ClaimSteps steps)
      throws IOException {
    ClaimListener listener = ClaimListener.start(settings);
    return new SocketMechanism(ClaimRecords.in(directory, steps), listener, settings, steps);
  }

  @Override
  public @Nullable Hold take(LockName name, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException {
    if (!deadline.waits()) {
      return pass(name, mode, deadline);
    }
    while (true) {
      Hold hold = records.turn(name).isThere() ? null : passIfFree(name, mode);
      if (hold != null) {
        return hold;
      }
      OwnClaim turn = passage.enter(records.turn(name), deadline, () -> isFree(name));
      if (turn != null) {
        return passAndLeave(name, mode, deadline, turn);
      }
      if (deadline.isOver()) {
        return null;
      }
      hold = passIfFree(name, mode); // the next in line does not take what is free
      if (hold != null) {
        return hold;
      }
    }
  }

  private @Nullable Hold passAndLeave(
      LockName name, LockMode mode, Deadline deadline, OwnClaim turn)
      throws IOException, InterruptedException {
    try {
      return pass(name, mode, deadline);
    } finally {
      passage.leave(records.turn(name), turn);
    }
  }

  private boolean isFree(LockName name) {
    return !records.lock(name).isThere() && !Files.exists(records.readers(name));
  }

  /**
   * Once and without asking anybody: nobody has the lock, and for all that can be seen nobody wants
   * it.
   */
  private @Nullable Hold passIfFree(LockName name, LockMode mode)
      throws IOException, InterruptedException {
    if (records.lock(name).isThere()) {
      return null;
    }
    OwnClaim claim = passage.announce();
    boolean entered = false;
    try {
      entered = records.lock(name).enter(claim.record(), records.aside(claim.record()));
      if (entered && isOpen(name, mode)) {
        return hold(name, mode, claim);
      }
    } catch (IOException | RuntimeException | Error failed) {
      passage.abandon(records.lock(name), claim);
      throw failed;
    }
    if (entered) {
      passage.leave(records.lock(name), claim);
    } else {
      passage.abandon(claim);
    }
    return null;
  }

  /** Passes the lock's gate, and waits for readers if there must be none. */
  private @Nullable Hold pass(LockName name, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException {
    while (true) {
      OwnClaim claim = passage.enter(records.lock(name), deadline, () -> false);
      if (claim == null) {
        return null;
      }
      Hold hold = holdIfOpen(name, mode, claim);
      if (hold != null) {
        return hold;
      }
      if (!readers.await(name, deadline)) {
        return null;
      }
    }
  }

  /** Within the gate: the hold, or null if there are readers in its way; then the gate is left. */
  private @Nullable Hold holdIfOpen(LockName name, LockMode mode, OwnClaim claim)
      throws IOException {
    try {
      if (isOpen(name, mode)) {
        return hold(name, mode, claim);
      }
    } catch (IOException | RuntimeException | Error failed) {
      passage.abandon(records.lock(name), claim);
      throw failed;
    }
    passage.leave(records.lock(name), claim);
    return null;
  }

  private boolean isOpen(LockName name, LockMode mode) throws IOException {
    return mode == LockMode.SHARED || readers.isEmpty(name);
  }

  private Hold hold(LockName name, LockMode mode, OwnClaim claim) throws IOException {
    SocketHold hold = new SocketHold(name, claim, records.lock(name), passage, readers);
    if (mode == LockMode.SHARED) {
      hold.downgrade();
    } else {
      claim.own();
    }
    return hold;
  }
}

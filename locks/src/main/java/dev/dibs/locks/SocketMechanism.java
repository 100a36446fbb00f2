package dev.dibs.locks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
  private final ClaimListener listener;
  private final SocketSettings settings;
  private final ClaimSteps steps;

  SocketMechanism(
      ClaimRecords records, ClaimListener listener, SocketSettings settings, ClaimSteps steps) {
    this.records = records;
    this.listener = listener;
    this.settings = settings;
    this.steps = steps;
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

  /**
   * Sees whether this process can listen, and whether directories with something in them are never
   * replaced.
   *
   * @param scratch an empty file, beside which others may be made
   */
  static void probe(Path scratch) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open();
        SocketChannel client = SocketChannel.open()) {
      server.bind(new InetSocketAddress(ClaimListener.loopback(), 0));
      client.connect(server.getLocalAddress());
    }
    Path first = scratch.resolveSibling(scratch.getFileName() + "-1");
    Path second = scratch.resolveSibling(scratch.getFileName() + "-2");
    List<Path> made = List.of(second.resolve("2"), first.resolve("1"), second, first);
    try {
      Files.createDirectory(first);
      Files.createDirectory(second);
      Files.createFile(first.resolve("1"));
      Files.createFile(second.resolve("2"));
      if (replaces(first, second)) {
        throw new IOException("a directory can be renamed to one that is not empty");
      }
    } finally {
      for (Path path : made) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static boolean replaces(Path first, Path second) {
    try {
      Files.move(first, second, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException kept) {
      return false;
    }
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
      OwnClaim turn = enter(records.turn(name), deadline, () -> isFree(name));
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
      leave(records.turn(name), turn);
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
    OwnClaim claim = announce();
    boolean entered = false;
    try {
      entered = records.lock(name).enter(claim.record(), records.aside(claim.record()));
      if (entered && isOpen(name, mode)) {
        return hold(name, mode, claim);
      }
    } catch (IOException | RuntimeException | Error failed) {
      abandon(records.lock(name), claim);
      throw failed;
    }
    if (entered) {
      leave(records.lock(name), claim);
    } else {
      abandon(claim);
    }
    return null;
  }

  /** Passes the lock's gate, and waits for readers if there must be none. */
  private @Nullable Hold pass(LockName name, LockMode mode, Deadline deadline)
      throws IOException, InterruptedException {
    while (true) {
      OwnClaim claim = enter(records.lock(name), deadline, () -> false);
      if (claim == null) {
        return null;
      }
      Hold hold = holdIfOpen(name, mode, claim);
      if (hold != null) {
        return hold;
      }
      if (!awaitReaders(name, deadline)) {
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
      abandon(records.lock(name), claim);
      throw failed;
    }
    leave(records.lock(name), claim);
    return null;
  }

  private boolean isOpen(LockName name, LockMode mode) throws IOException {
    if (mode == LockMode.SHARED) {
      return true;
    }
    Path readers = records.readers(name);
    boolean open =
        Files.notExists(readers, LinkOption.NOFOLLOW_LINKS) || ClaimGate.names(readers).isEmpty();
    steps.done(ClaimSteps.Step.READERS_LISTED);
    return open;
  }

  private Hold hold(LockName name, LockMode mode, OwnClaim claim) throws IOException {
    SocketHold hold = new SocketHold(name, claim);
    if (mode == LockMode.SHARED) {
      hold.downgrade();
    } else {
      claim.own();
    }
    return hold;
  }

  /** Waits for those who share it now; false if the time is over before. */
  private boolean awaitReaders(LockName name, Deadline deadline)
      throws IOException, InterruptedException {
    List<String> names = ClaimGate.names(records.readers(name));
    for (String text : names) {
      Optional<ClaimRecord> reader = ClaimRecord.parse(text);
      if (reader.isEmpty()) {
        throw Unjudgeable.foreign(records.readers(name), text);
      }
      if (!awaitReader(name, reader.get(), deadline)) {
        return false;
      }
    }
    return true;
  }

  private boolean awaitReader(LockName name, ClaimRecord reader, Deadline deadline)
      throws IOException, InterruptedException {
    ClaimGate readers = new ClaimGate(records.readers(name), steps);
    try (ClaimInquiry inquiry = new ClaimInquiry(listener, settings, deadline)) {
      while (readers.has(reader)) {
        switch (inquiry.await(reader, () -> readers.has(reader))) {
          case OVER -> readers.remove(reader);
          case LATE, NEEDLESS -> {
            return false;
          }
          case LOOK_AGAIN -> {}
        }
      }
      return true;
    }
  }

  // --- a gate ---

  /**
   * Gets a record of our own into a gate; null if the time is over before, or there is no need to
   * wait any more.
   */
  private @Nullable OwnClaim enter(ClaimGate gate, Deadline deadline, BooleanSupplier isNeedless)
      throws IOException, InterruptedException {
    OwnClaim claim = announce();
    boolean entered = false;
    try (ClaimInquiry inquiry = new ClaimInquiry(listener, settings, deadline)) {
      entered = enter(gate, claim.record(), inquiry, isNeedless);
      return entered ? claim : null;
    } finally {
      if (!entered) {
        abandon(gate, claim);
      }
    }
  }

  private boolean enter(
      ClaimGate gate, ClaimRecord mine, ClaimInquiry inquiry, BooleanSupplier isNeedless)
      throws IOException, InterruptedException {
    while (!gate.enter(mine, records.aside(mine))) {
      Optional<ClaimRecord> occupant = gate.occupant();
      if (occupant.isPresent()) {
        ClaimRecord other = occupant.get();
        switch (inquiry.await(other, new Lookout(gate, other, isNeedless))) {
          case OVER -> takeAway(gate, other);
          case LATE, NEEDLESS -> {
            return false;
          }
          case LOOK_AGAIN -> {}
        }
      }
    }
    return true;
  }

  /** What is looked at while waiting for somebody in a gate. */
  private record Lookout(ClaimGate gate, ClaimRecord record, BooleanSupplier needless)
      implements ClaimInquiry.Lookout {

    @Override
    public boolean isThere() {
      return gate.has(record);
    }

    @Override
    public boolean isNeedless() {
      return needless.getAsBoolean();
    }
  }

  private void takeAway(ClaimGate gate, ClaimRecord dead) throws IOException {
    steps.done(ClaimSteps.Step.JUDGED);
    gate.remove(dead);
    steps.done(ClaimSteps.Step.DEAD_RECORD_DELETED);
    records.sweep(listener.identity());
  }

  /** A claim of our own: the listener knows it before anybody can see it. */
  private OwnClaim announce() throws IOException {
    OwnClaim claim = listener.begin();
    steps.done(ClaimSteps.Step.ANNOUNCED);
    try {
      records.makeAside(claim.record());
      return claim;
    } catch (IOException | RuntimeException | Error failed) {
      abandon(claim);
      throw failed;
    }
  }

  /** Never throws: who is not in the table any more is over, be his record there or not. */
  private void leave(ClaimGate gate, OwnClaim claim) {
    try {
      gate.remove(claim.record());
    } catch (IOException full) {
      // whoever comes asks us, and deletes it
    } finally {
      forget(claim);
    }
  }

  private void abandon(ClaimGate gate, OwnClaim claim) {
    leave(gate, claim);
    abandon(claim);
  }

  private void abandon(OwnClaim claim) {
    try {
      records.removeAside(claim.record());
    } catch (IOException full) {
      // swept when this process is gone
    } finally {
      forget(claim);
    }
  }

  private void forget(OwnClaim claim) {
    listener.end(claim);
    steps.done(ClaimSteps.Step.FORGOTTEN);
  }

  /** A hold: our record in the lock's gate, or among the readers. */
  private final class SocketHold implements Hold {

    private final LockName name;
    private final OwnClaim owner;
    private @Nullable OwnClaim reader;

    SocketHold(LockName name, OwnClaim owner) {
      this.name = name;
      this.owner = owner;
    }

    @Override
    public void downgrade() throws IOException {
      if (reader != null) {
        return;
      }
      OwnClaim made = listener.begin();
      try {
        made.own();
        records.addReader(name, made.record());
      } catch (IOException | RuntimeException | Error failed) {
        listener.end(made);
        throw failed;
      }
      reader = made;
      leave(records.lock(name), owner);
    }

    @Override
    public void release() {
      if (reader == null) {
        leave(records.lock(name), owner);
        return;
      }
      try {
        records.removeReader(name, reader.record());
      } catch (IOException full) {
        // as in leave
      } finally {
        forget(reader);
      }
    }
  }
}

package dev.dibs.locks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Those who share a name: a record each in the directory {@code readers}, made inside the lock's
 * gate only, and waited for one by one by who wants the name exclusively.
 */
final class ClaimReaders {

  private final ClaimRecords records;
  private final ClaimListener listener;
  private final SocketSettings settings;
  private final ClaimSteps steps;

  ClaimReaders(
      ClaimRecords records, ClaimListener listener, SocketSettings settings, ClaimSteps steps) {
    this.records = records;
    this.listener = listener;
    this.settings = settings;
    this.steps = steps;
  }

  /** Whether nobody shares it; inside the lock's gate that stays so. */
  boolean isEmpty(LockName name) throws IOException {
    Path readers = records.readers(name);
    boolean empty =
        Files.notExists(readers, LinkOption.NOFOLLOW_LINKS) || ClaimGate.names(readers).isEmpty();
    steps.done(ClaimSteps.Step.READERS_LISTED);
    return empty;
  }

  /** One more, of this process; to be called inside the lock's gate. */
  OwnClaim add(LockName name) throws IOException {
    OwnClaim made = listener.begin();
    try {
      made.own();
      records.addReader(name, made.record());
      return made;
    } catch (IOException | RuntimeException | Error failed) {
      listener.end(made);
      throw failed;
    }
  }

  /** Takes out one of ours; who stays in is over as soon as the listener says so. */
  void remove(LockName name, OwnClaim reader) {
    try {
      records.removeReader(name, reader.record());
    } catch (IOException full) {
      // whoever comes asks us, and deletes it
    }
  }

  /** Waits for those who share it now; false if the time is over before. */
  boolean await(LockName name, Deadline deadline) throws IOException, InterruptedException {
    List<String> names = ClaimGate.names(records.readers(name));
    for (String text : names) {
      Optional<ClaimRecord> reader = ClaimRecord.parse(text);
      if (reader.isEmpty()) {
        throw Unjudgeable.foreign(records.readers(name), text);
      }
      if (!await(name, reader.get(), deadline)) {
        return false;
      }
    }
    return true;
  }

  private boolean await(LockName name, ClaimRecord reader, Deadline deadline)
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
}

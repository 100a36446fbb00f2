package dev.dibs.locks;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A hold by sockets: our record in the lock's gate, or among the readers. */
final class SocketHold implements Mechanism.Hold {

  private final LockName name;
  private final OwnClaim owner;
  private final ClaimGate gate;
  private final ClaimPassage passage;
  private final ClaimReaders readers;
  private @Nullable OwnClaim reader;

  SocketHold(
      LockName name, OwnClaim owner, ClaimGate gate, ClaimPassage passage, ClaimReaders readers) {
    this.name = name;
    this.owner = owner;
    this.gate = gate;
    this.passage = passage;
    this.readers = readers;
  }

  @Override
  public void downgrade() throws IOException {
    if (reader == null) {
      reader = readers.add(name);
      passage.leave(gate, owner);
    }
  }

  @Override
  public void release() {
    if (reader == null) {
      passage.leave(gate, owner);
      return;
    }
    try {
      readers.remove(name, reader);
    } finally {
      passage.forget(reader);
    }
  }
}

package dev.dibs.core.tokens;

/**
 * Who is debited for bytes that come back: the writer; who took a token through the same open file
 * (a script's {@code dd}); the nearest ancestor that holds one (a compiler that gives up the slot
 * in which it was started); else the writer is in debt, as far as the run's implicit slots go, for
 * such a slot it may have. What is left was invented, and is swallowed.
 */
final class Debits {

  private final Clients clients;
  private final int implicit;

  /**
   * @param implicit slots of the run for which there are no tokens
   */
  Debits(Clients clients, int implicit) {
    this.clients = clients;
    this.implicit = implicit;
  }

  /**
   * Debits a write, and takes note of it with the last change, so that it is not forgotten before
   * all others are remembered.
   *
   * @return how many of the bytes are tokens
   */
  int debit(Client writer, TokenEvent.Written write, int bytes) {
    int own = Math.clamp(bytes, 0, Math.max(0, writer.balance));
    int left = bytes - own;
    if (left > 0) {
      left = debitOthers(writer, write, left);
    }
    int debt = debt(left);
    writer.counted(write.write(), bytes);
    clients.credit(writer, -own - debt);
    return bytes - left + debt;
  }

  /** Debits what a client wrote into its own FIFO; how many of the bytes are tokens. */
  int debit(Client writer, int bytes) {
    int own = Math.clamp(bytes, 0, Math.max(0, writer.balance));
    int tokens = own + debt(bytes - own);
    clients.take(writer, -tokens);
    return tokens;
  }

  /** How much of what nobody has may be a debt. */
  private int debt(int bytes) {
    return Math.clamp(bytes, 0, Math.max(0, implicit - clients.debts()));
  }

  private int debitOthers(Client writer, TokenEvent.Written write, int bytes) {
    int left = bytes;
    for (Client holder : clients.all()) {
      if (left > 0 && holder != writer && holder.file == write.file()) {
        left -= take(holder, left);
      }
    }
    for (long ancestor : write.ancestors()) {
      Client above = clients.find(ancestor);
      left -= left > 0 && above != null && above != writer ? take(above, left) : 0;
    }
    return left;
  }

  private int take(Client holder, int bytes) {
    int count = Math.clamp(bytes, 0, Math.max(0, holder.balance));
    if (count > 0) {
      clients.credit(holder, -count);
    }
    return count;
  }
}

package dev.dibs.core.tokens;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All clients, and the sums over them. Who holds or waits is a <em>claimant</em>; an even share of
 * the tokens among those is what each is due.
 */
final class Clients {

  private final Map<Long, Client> all = new LinkedHashMap<>();
  private final Effects effects;
  private int held;
  private int debts;
  private int inPipes;
  private int claimants;

  Clients(Effects effects) {
    this.effects = effects;
  }

  @Nullable Client find(long id) {
    return all.get(id);
  }

  Client get(long id) {
    return all.computeIfAbsent(id, Client::new);
  }

  Collection<Client> all() {
    return all.values();
  }

  /** Sum of all balances, debts included. */
  int held() {
    return held;
  }

  /** Sum of all debts, positive. */
  int debts() {
    return debts;
  }

  /** Tokens that lie in clients' own FIFOs. */
  int inPipes() {
    return inPipes;
  }

  /** An even share, at least 1. */
  int due(int issued) {
    return Math.max(1, issued / Math.max(1, claimants));
  }

  /** Changes a balance, and has it remembered. */
  void credit(Client client, int more) {
    add(client, more);
    effects.remember(client);
  }

  private void add(Client client, int more) {
    debts += Math.max(0, -client.balance - more) - Math.max(0, -client.balance);
    client.balance += more;
    held += more;
    recount(client);
  }

  /** More lies in a client's own FIFO, or less; has it remembered. */
  void pipe(Client client, int more) {
    addToPipe(client, more);
    effects.remember(client);
  }

  /** A client took tokens out of its own FIFO, or put so many there; in sum it has what it had. */
  void take(Client client, int count) {
    addToPipe(client, -count);
    add(client, count);
  }

  private void addToPipe(Client client, int more) {
    client.inPipe += more;
    inPipes += more;
  }

  /** To be called when it holds or waits that did not, or the other way. */
  void recount(Client client) {
    boolean claims = client.balance > 0 || client.inLine;
    if (claims != client.counted) {
      client.counted = claims;
      claimants += claims ? 1 : -1;
    }
  }

  /** Forgets a client that has nothing left but a balance, which goes out of the sums. */
  void remove(Client client) {
    debts -= Math.max(0, -client.balance);
    held -= client.balance;
    client.balance = 0;
    addToPipe(client, -client.inPipe);
    recount(client);
    all.remove(client.id);
  }
}

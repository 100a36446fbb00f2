package dev.dibs.core.tokens;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The clients that wait for a token, each once however many threads of it wait. First come, first
 * served among those that hold less than they are due; the others come after them.
 */
final class Line {

  private final TreeSet<Client> waiting =
      new TreeSet<>(Comparator.comparingLong((Client client) -> client.ticket));
  private final Clients clients;
  private long tickets;

  Line(Clients clients) {
    this.clients = clients;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether anybody in it asks, not only might. */
  boolean anyWaits() {
    for (Client client : waiting) {
      if (client.waits()) {
        return true;
      }
    }
    return false;
  }

  /** Joins at the end, or where it was if it has a ticket; who is in line stays where it is. */
  void join(Client client) {
    if (!client.inLine) {
      if (!client.hasTicket()) {
        client.ticket = tickets++;
      }
      client.inLine = true;
      waiting.add(client);
      clients.recount(client);
    }
  }

  /** Leaves the line and keeps its ticket. */
  void leave(Client client) {
    if (client.inLine) {
      waiting.remove(client);
      client.inLine = false;
      clients.recount(client);
    }
  }

  /** Who is next, or null. */
  @Nullable Client next(int due) {
    for (Client client : waiting) {
      if (client.balance < due) {
        return client;
      }
    }
    return waiting.isEmpty() ? null : waiting.first();
  }
}

package dev.dibs.core.tokens;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tokens that are kept for who polls and was told of them. A client that comes too late has its
 * place in line back and is given twice the time when its turn comes again, up to {@link
 * #KEPT_MS_MAX}: on a busy machine it may take that long until a process that was woken runs.
 */
final class Reservations {

  /** How long a token is kept first, ms. */
  static final long KEPT_MS = 5;

  /** How long at most, ms. */
  static final long KEPT_MS_MAX = 80;

  private final Set<Client> kept = new LinkedHashSet<>();

  /** How many tokens are kept. */
  int count() {
    return kept.size();
  }

  void keep(Client client, long nowMs) {
    client.reserved = 1;
    client.reservedUntilMs = nowMs + client.patienceMs;
    kept.add(client);
  }

  /** Ends a reservation, if there is one; how many tokens are free by that. */
  int take(Client client) {
    int count = client.reserved;
    if (count > 0) {
      client.reserved = 0;
      kept.remove(client);
    }
    return count;
  }

  /** Ends what is over; how many tokens are free by that. */
  int expire(long nowMs) {
    int count = 0;
    for (Iterator<Client> i = kept.iterator(); i.hasNext(); ) {
      Client client = i.next();
      if (client.reservedUntilMs <= nowMs) {
        i.remove();
        client.reserved = 0;
        client.missed = true;
        client.keepTicket(nowMs);
        count++;
      }
    }
    return count;
  }

  /** When the next one is over, ms, or {@link Long#MAX_VALUE}. */
  long nextMs() {
    long next = Long.MAX_VALUE;
    for (Client client : kept) {
      next = Math.min(next, client.reservedUntilMs);
    }
    return next;
  }
}

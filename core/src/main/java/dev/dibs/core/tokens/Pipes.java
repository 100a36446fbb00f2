package dev.dibs.core.tokens;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * The FIFOs that some clients have of their own, because they take nothing else. Whether such a
 * client wants a token can't be seen, only that it took one. So each is given one ahead when its
 * turn comes. If others wait, it is left there for a while ({@link #KEPT_MS}), then taken back, and
 * the client pauses three times as long; every time in vain doubles that, for a client that looks
 * only when one of its jobs ends must find a token there some time. While nobody waits, all that is
 * free lies in these FIFOs, evenly: such a client starts as many jobs as it finds tokens, and looks
 * again when one of them ends, which may be long. What was given while nobody waited is taken back
 * the moment somebody does.
 */
final class Pipes {

  /** How long an untaken token is left while others wait, ms. */
  static final long KEPT_MS = 20;

  /** How long at most, ms. */
  private static final long KEPT_MS_MAX = 640;

  private static final int PAUSES = 3;

  private record Pending(Client client, int asked) {}

  private final Set<Client> all = new LinkedHashSet<>();
  private final Queue<Pending> pending = new ArrayDeque<>();
  private final Clients clients;
  private final Line line;
  private final Effects effects;

  Pipes(Clients clients, Line line, Effects effects) {
    this.clients = clients;
    this.line = line;
    this.effects = effects;
  }

  /** Whether a drain waits for its answer: nothing else may happen before. */
  boolean isDraining() {
    return !pending.isEmpty();
  }

  void open(Client client, int unread, long nowMs) {
    client.piped = true;
    clients.take(client, -unread);
    client.pipeWantsAtMs = nowMs;
    all.add(client);
  }

  /** Forgets a FIFO; how many tokens lay in it. */
  int close(Client client) {
    if (!client.piped) {
      return 0;
    }
    int lost = client.inPipe;
    clients.pipe(client, -lost);
    client.pipeSurplus = 0;
    client.piped = false;
    all.remove(client);
    return lost;
  }

  /** Those that want a token now join the line. */
  void stir(long nowMs) {
    for (Client client : all) {
      if (client.inPipe == 0 && client.pipeWantsAtMs <= nowMs) {
        line.join(client);
      }
    }
  }

  /** Puts a token into a client's FIFO; {@code contended}: others wait. */
  void put(Client client, boolean contended, long nowMs) {
    put(client, 1, contended ? nowMs + client.pipePatienceMs : nowMs);
  }

  private void put(Client client, int count, long keptUntilMs) {
    clients.pipe(client, count);
    client.pipeKeptUntilMs = keptUntilMs;
    effects.add(new TokenEffect.PipePut(client.id, count));
  }

  /** Puts free tokens into the FIFOs, since nobody else wants them; how many. */
  int stock(int free, long nowMs) {
    int left = free;
    int takers = all.size();
    for (Client client : all) {
      int share = left / takers + (left % takers > 0 ? 1 : 0);
      if (share > 0) {
        put(client, share, nowMs);
      }
      left -= share;
      takers--;
    }
    return free - left;
  }

  /**
   * Takes note of what lies in a client's FIFO.
   *
   * @return how many bytes it wrote, if more lie there than were put
   */
  int see(Client client, int unread, long nowMs) {
    client.pipeSurplus = 0;
    int taken = client.inPipe - unread;
    if (taken > 0) {
      took(client, taken, nowMs);
    }
    return Math.max(0, -taken);
  }

  private void took(Client client, int count, long nowMs) {
    clients.take(client, count);
    client.pipePatienceMs = KEPT_MS;
    client.pipeWantsAtMs = nowMs;
  }

  /** Asks for all that may be taken back; whether there is anything. */
  boolean reclaim(boolean contended, long nowMs) {
    for (Client client : all) {
      drain(client, client.pipeSurplus + (contended ? reclaimable(client, nowMs) : 0));
    }
    return isDraining();
  }

  private static int reclaimable(Client client, long nowMs) {
    return client.pipeKeptUntilMs <= nowMs ? client.inPipe : Math.max(0, client.inPipe - 1);
  }

  /** Asks for so many tokens, kept or not; whether there is any. */
  boolean reclaimFor(int count) {
    int left = count;
    for (Client client : all) {
      int asked = Math.min(left, client.inPipe);
      drain(client, asked + client.pipeSurplus);
      left -= asked;
    }
    return isDraining();
  }

  private void drain(Client client, int count) {
    if (count > 0) {
      effects.add(new TokenEffect.PipeDrain(client.id, count));
      pending.add(new Pending(client, count));
    }
  }

  /**
   * Takes the answer to the oldest drain, which asked for all surplus; how many tokens are free by
   * it.
   */
  int drained(TokenEvent.PipeDrained answer) {
    Pending drain = pending.peek();
    if (drain == null || drain.client.id != answer.client() || answer.count() > drain.asked) {
      throw new IllegalStateException("BUG: " + answer + " does not answer " + drain);
    }
    pending.remove();
    Client client = drain.client;
    int tokens = answer.count() - Math.min(answer.count(), client.pipeSurplus);
    client.pipeSurplus = 0;
    clients.pipe(client, -tokens);
    if (answer.count() < drain.asked) {
      took(client, client.inPipe, answer.nowMs());
    } else if (client.inPipe == 0) {
      client.pipeWantsAtMs = answer.nowMs() + PAUSES * client.pipePatienceMs;
      client.pipePatienceMs = Math.min(2 * client.pipePatienceMs, KEPT_MS_MAX);
    }
    return tokens;
  }

  /** When something is to be done, ms, or {@link Long#MAX_VALUE}. */
  long nextMs(boolean contended, long nowMs) {
    long next = Long.MAX_VALUE;
    for (Client client : all) {
      if (client.inPipe == 0 && client.pipeWantsAtMs > nowMs) {
        next = Math.min(next, client.pipeWantsAtMs);
      } else if (client.inPipe > 0 && contended) {
        next = Math.min(next, client.pipeKeptUntilMs);
      }
    }
    return next;
  }
}

package dev.dibs.testkit;

import dev.dibs.core.tokens.TokenEffect;
import dev.dibs.core.tokens.TokenEvent;
import dev.dibs.core.tokens.TokenFile;
import java.util.List;

/** Looks after every event whether a token file keeps its promises, in the simulated reality. */
final class TokenCheckers {

  /** How many tokens of others a client may see go by, for each client there is, and beyond. */
  private static final int TURNS = 4;

  private static final int OVERTAKEN_FREE = 20;

  private final TokenWorld world;
  private boolean paused;
  private boolean restarted;

  TokenCheckers(TokenWorld world) {
    this.world = world;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
  }

  void restarted() {
    paused = false;
    restarted = true;
  }

  void check(TokenEvent event) {
    if (paused) {
      return;
    }
    TokenMachine machine = world.machine();
    require(machine.issued() == world.issued, "issued are %s, told after %s", event);
    int used = 0;
    for (TokenClient client : world.clients()) {
      TokenClient.Request request = client.request;
      int returning = request == null || request.read ? 0 : request.count;
      used += Math.max(0, client.hands) + client.pipe - returning;
      books(client, machine);
    }
    require(used <= world.issued + world.implicit, "%s tokens in use after %s", used, event);
    for (TokenFile.Share share : machine.shares()) {
      require(!share.waits() || machine.free() <= 0, "%s though tokens are free", share);
      require(share.client() <= world.clients().size(), "nobody's: %s", share);
    }
  }

  /**
   * The token file knows what each process has, and of a script with its children what they have
   * together. A kill between what is remembered and what is put into a FIFO makes it count too
   * much, never too little; which of a script's processes has a token is not known after one.
   */
  private void books(TokenClient client, TokenMachine machine) {
    boolean script = client.style == TokenClient.Style.SCRIPT;
    boolean unknown = script && (restarted || client.parent != null);
    if (unknown || client.resending || client.style == TokenClient.Style.LENDER) {
      return;
    }
    int really = client.hands + client.pipe;
    int known = machine.holds(client.id) + unread(client, machine);
    for (TokenClient child : script ? world.clients() : List.<TokenClient>of()) {
      really += child.parent == client ? child.hands : 0;
      known += child.parent == client ? machine.holds(child.id) : 0;
    }
    boolean more = client.style == TokenClient.Style.PIPED && restarted && known > really;
    require(known == really || more, "%s, but %s are known", client, known);
  }

  private static int unread(TokenClient client, TokenMachine machine) {
    if (client.style != TokenClient.Style.PIPED) {
      return 0;
    }
    return machine.shares().stream()
        .filter(share -> share.client() == client.id)
        .mapToInt(TokenFile.Share::unread)
        .sum();
  }

  /** Only who asks gets something, and not before its turn. */
  void deliver(TokenClient client, TokenEffect.Deliver deliver) {
    TokenClient.Request request = client.request;
    if (client.buried || (!client.dead && request == null)) {
      throw new Violation(deliver + " to nobody who asks");
    }
    if (request != null) {
      require(request.read && request.number == deliver.read(), "%s to no read", deliver);
      require(deliver.count() >= 1 && deliver.count() <= request.count, "%s: count", deliver);
    }
    turn(client);
    due(client, deliver);
  }

  /** Who has nothing and waits is served after a bounded number of others. */
  private void turn(TokenClient served) {
    int most = TURNS * world.clients().size() + OVERTAKEN_FREE;
    for (TokenClient other : world.clients()) {
      if (other != served && other.waits() && other.hands <= 0) {
        other.overtaken++;
        require(other.overtaken <= most, "%s waits for ever", other);
      }
    }
  }

  /** Who has its due gets nothing, and nobody more than that, while somebody has less and waits. */
  private void due(TokenClient client, TokenEffect.Deliver deliver) {
    int claimants = 0;
    boolean othersWait = false;
    for (TokenClient other : world.clients()) {
      boolean poor = other != client && other.waits() && other.hands <= 0 && !other.polling;
      othersWait |= poor;
      claimants += other.hands > 0 || poor ? 1 : 0;
    }
    TokenClient.Request request = client.request;
    boolean again = request != null && request.again;
    boolean kept = again || client.toldMs >= world.agenda.nowMs();
    if (othersWait && !kept && !paused) {
      int due = Math.max(1, world.issued / Math.max(1, claimants - 1));
      int before = client.hands;
      require(before < due, "%s has its due and gets more: %s", client, deliver);
      require(before + deliver.count() <= Math.max(due, before + 1), "%s: over its due", deliver);
    }
  }

  /** When all are gone, all tokens are back. */
  void checkEnd() {
    TokenMachine machine = world.machine();
    require(machine.unread() == world.issued, "%s of %s", machine.unread(), world.issued);
    require(machine.shares().isEmpty(), "somebody is left: %s", machine.shares());
  }

  private static void require(boolean holds, String message, Object about) {
    if (!holds) {
      throw new Violation(message.formatted(about));
    }
  }

  private static void require(boolean holds, String message, Object about, Object more) {
    if (!holds) {
      throw new Violation(message.formatted(about, more));
    }
  }
}

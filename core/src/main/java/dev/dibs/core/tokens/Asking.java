package dev.dibs.core.tokens;

import org.jspecify.annotations.Nullable;

/**
 * What is to be answered before the event is over: a read that does not wait, a poll. And whether
 * somebody asks in vain.
 */
final class Asking {

  private final Line line;
  private final Effects effects;
  private @Nullable Client client;
  private Client.@Nullable Read read;
  private TokenEvent.@Nullable Polled poll;
  private boolean told;

  Asking(Line line, Effects effects) {
    this.line = line;
    this.effects = effects;
  }

  /** A read that is not served yet. */
  void read(Client asker, Client.Read asked) {
    if (!asked.blocking()) {
      client = asker;
      read = asked;
    }
  }

  /** A poll. */
  void poll(Client asker, TokenEvent.Polled asked) {
    client = asker;
    poll = asked;
  }

  /** Wakes a client for which a token is kept now, on all it polls on; but not who is asking. */
  void wake(Client woken) {
    for (long watch : woken.watches) {
      boolean asks = woken == client && poll != null && poll.watch() == watch;
      if (!asks) {
        effects.add(new TokenEffect.Wake(watch));
      }
    }
    woken.watches.clear();
  }

  /** The tokens are others now, or were: who asks in vain is to be told of again. */
  void mayTellAgain() {
    told = false;
  }

  /** Answers whoever is to be answered now. */
  void settle(boolean anyFree, long nowMs) {
    Client asker = client;
    boolean inVain = false;
    if (asker != null && read != null) {
      inVain = !answer(asker, read, nowMs);
    } else if (asker != null && poll != null) {
      inVain = !tell(asker, poll, nowMs);
    }
    client = null;
    read = null;
    poll = null;
    if (anyFree) {
      told = false;
    } else if (!told && (inVain || line.anyWaits())) {
      told = true;
      effects.add(new TokenEffect.Want());
    }
  }

  /** Refuses a read if it was not served; whether it was. */
  private boolean answer(Client asker, Client.Read asked, long nowMs) {
    if (!asker.reads.remove(asked)) {
      return true;
    }
    effects.add(new TokenEffect.Refuse(asker.id, asked.number()));
    leave(asker, nowMs);
    return false;
  }

  private boolean tell(Client asker, TokenEvent.Polled asked, long nowMs) {
    boolean ready = asker.reserved > 0;
    effects.add(new TokenEffect.TellPoll(asker.id, asked.watch(), ready));
    if (!ready && !asked.stays()) {
      asker.watches.remove(asked.watch());
      leave(asker, nowMs);
    }
    return ready;
  }

  private void leave(Client asker, long nowMs) {
    if (!asker.waits()) {
      line.leave(asker);
      asker.keepTicket(nowMs);
    }
  }
}

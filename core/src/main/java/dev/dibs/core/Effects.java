package dev.dibs.core;

import java.util.ArrayList;
import java.util.List;

/** The effects of one event, in order; tokens for one FIFO become one {@link Effect.Put}. */
final class Effects {

  private final List<Effect> written = new ArrayList<>();
  private final List<Party> putting = new ArrayList<>();

  void add(Effect effect) {
    written.add(effect);
  }

  /** One more token for a FIFO. */
  void put(Party party) {
    if (party.putting == 0) {
      putting.add(party);
    }
    party.putting++;
  }

  /** Writes the puts down; whatever is added later comes after them. */
  void closePuts() {
    for (Party party : putting) {
      written.add(new Effect.Put(party.id, party.putting));
      party.putting = 0;
    }
    putting.clear();
  }

  /** All effects since the last call. */
  List<Effect> take() {
    closePuts();
    List<Effect> all = List.copyOf(written);
    written.clear();
    return all;
  }
}

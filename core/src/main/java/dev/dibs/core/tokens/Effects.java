package dev.dibs.core.tokens;

import java.util.ArrayList;
import java.util.List;

/** The effects of one event, in order. */
final class Effects {

  private List<TokenEffect> written = new ArrayList<>();

  void add(TokenEffect effect) {
    written.add(effect);
  }

  void remember(Client client) {
    add(
        new TokenEffect.Remember(
            client.id, client.balance + client.inPipe, client.operation, client.operationCount));
  }

  /** All effects since the last call. */
  List<TokenEffect> take() {
    List<TokenEffect> all = written;
    written = new ArrayList<>();
    return all;
  }
}

package dev.dibs.testkit;

import dev.dibs.core.tokens.TokenEffect;
import dev.dibs.core.tokens.TokenEvent;
import dev.dibs.core.tokens.TokenFile;
import java.util.List;

/** A token file as the simulator sees it: the real one, or one with a planted fault. */
interface TokenMachine {

  /** Makes the token file of a daemon that starts. */
  @FunctionalInterface
  interface Factory {
    TokenMachine make(int implicit);
  }

  List<TokenEffect> apply(TokenEvent event);

  long nextDeadlineMs();

  int unread();

  int free();

  int issued();

  int holds(long client);

  List<TokenFile.Share> shares();

  /** The real one. */
  static TokenMachine real(int implicit) {
    TokenFile file = new TokenFile(implicit);
    return new TokenMachine() {
      @Override
      public List<TokenEffect> apply(TokenEvent event) {
        return file.apply(event);
      }

      @Override
      public long nextDeadlineMs() {
        return file.nextDeadlineMs();
      }

      @Override
      public int unread() {
        return file.unread();
      }

      @Override
      public int free() {
        return file.free();
      }

      @Override
      public int issued() {
        return file.issued();
      }

      @Override
      public int holds(long client) {
        return file.holds(client);
      }

      @Override
      public List<TokenFile.Share> shares() {
        return file.shares();
      }
    };
  }
}

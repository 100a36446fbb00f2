package dev.dibs.testkit;

import dev.dibs.core.tokens.TokenEffect;
import dev.dibs.core.tokens.TokenEvent;
import dev.dibs.core.tokens.TokenFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;

/** Faults planted around a token file, to see whether the checkers see. */
@NullMarked
enum TokenFault implements TokenMachine.Factory {
  /** What some dead processes had is never free again. */
  FORGETS_TOKENS_OF_THE_DEAD(
      real ->
          new Wrapped(real) {
            @Override
            public List<TokenEffect> apply(TokenEvent event) {
              boolean dropped = event instanceof TokenEvent.ClientEnded && ++count % 3 == 0;
              return dropped ? List.of() : real.apply(event);
            }
          }),
  /** A read that comes again after a restart is counted again. */
  PAYS_A_RESENT_READ_TWICE(
      real ->
          new Wrapped(real) {
            @Override
            TokenEvent heard(TokenEvent event) {
              return event instanceof TokenEvent.ClientAdopted e
                  ? new TokenEvent.ClientAdopted(
                      e.nowMs(), e.client(), e.balance(), TokenFile.NO_OPERATION, 0)
                  : event;
            }
          }),
  /** Who polls is told of a token only when nobody blocks in a read. */
  LETS_BLOCKERS_OVERTAKE_FOR_EVER(
      real ->
          new Wrapped(real) {
            private final List<Long> passedOver = new ArrayList<>();

            @Override
            public List<TokenEffect> apply(TokenEvent event) {
              if (event instanceof TokenEvent.Polled e && anybodyWaits()) {
                passedOver.add(e.watch());
                return List.of(new TokenEffect.TellPoll(e.client(), e.watch(), false));
              }
              List<TokenEffect> effects = new ArrayList<>(real.apply(event));
              if (!anybodyWaits()) {
                passedOver.forEach(watch -> effects.add(new TokenEffect.Wake(watch)));
                passedOver.clear();
              }
              return effects;
            }

            private boolean anybodyWaits() {
              return shares().stream().anyMatch(TokenFile.Share::waits);
            }
          }),
  /** Who reads many bytes gets all there is, before others. */
  GIVES_A_HOARDER_EVERYTHING(
      real ->
          new Wrapped(real) {
            private final Map<Long, TokenEvent.ReadAsked> waiting = new LinkedHashMap<>();

            @Override
            public List<TokenEffect> apply(TokenEvent event) {
              if (event instanceof TokenEvent.ReadAsked e && e.blocking()) {
                waiting.put(e.client(), e);
              } else if (event instanceof TokenEvent.ClientEnded e) {
                waiting.remove(e.client());
              } else if (event instanceof TokenEvent.ReadWithdrawn e) {
                waiting.remove(e.client());
              }
              boolean frees =
                  event instanceof TokenEvent.Written || event instanceof TokenEvent.TokensPut;
              List<TokenEffect> effects = frees ? pushed(event) : real.apply(event);
              for (TokenEffect effect : effects) {
                if (effect instanceof TokenEffect.Deliver e) {
                  waiting.remove(e.client());
                }
              }
              return effects;
            }

            private List<TokenEffect> pushed(TokenEvent event) {
              boolean anyHoarder = waiting.values().stream().anyMatch(e -> e.count() > 3);
              if (!anyHoarder) {
                return real.apply(event);
              }
              List<TokenEvent.ReadAsked> others =
                  waiting.values().stream().filter(e -> e.count() <= 3).toList();
              others.forEach(
                  e ->
                      real.apply(
                          new TokenEvent.ReadWithdrawn(event.nowMs(), e.client(), e.read())));
              List<TokenEffect> effects = new ArrayList<>(real.apply(event));
              for (TokenEvent.ReadAsked e : others) {
                effects.addAll(
                    real.apply(
                        new TokenEvent.ReadAsked(
                            event.nowMs(), e.client(), e.read(), e.file(), e.count(), true)));
              }
              return effects;
            }
          }),
  /** Now and then a read gets a token more than there is; the books agree. */
  DELIVERS_TOO_MUCH(
      real ->
          new Wrapped(real) {
            @Override
            List<TokenEffect> said(List<TokenEffect> effects) {
              return effects.stream().map(this::more).toList();
            }

            private TokenEffect more(TokenEffect effect) {
              return effect instanceof TokenEffect.Deliver e && ++count % 9 == 0
                  ? new TokenEffect.Deliver(e.client(), e.read(), e.count() + 1)
                  : effect;
            }
          }),
  /** What is remembered comes after the answer, so that a kill in between loses it. */
  REMEMBERS_LATE(
      real ->
          new Wrapped(real) {
            @Override
            List<TokenEffect> said(List<TokenEffect> effects) {
              List<TokenEffect> late = new ArrayList<>(effects);
              late.sort(Comparator.comparing(TokenEffect.Remember.class::isInstance));
              return late;
            }
          }),
  /** Tokens of a script's children that ended are free at once, while the script works. */
  IGNORES_HEIRS(
      real ->
          new Wrapped(real) {
            @Override
            TokenEvent heard(TokenEvent event) {
              return event instanceof TokenEvent.ClientEnded e
                  ? new TokenEvent.ClientEnded(e.nowMs(), e.client(), null)
                  : event;
            }
          }),
  /** Some sleepers are not woken. */
  FORGETS_TO_WAKE(
      real ->
          new Wrapped(real) {
            @Override
            List<TokenEffect> said(List<TokenEffect> effects) {
              return effects.stream()
                  .filter(e -> !(e instanceof TokenEffect.Wake) || ++count % 3 != 0)
                  .toList();
            }
          }),
  /** What came out of a client's own FIFO is lost now and then. */
  LOSES_DRAINED(
      real ->
          new Wrapped(real) {
            @Override
            TokenEvent heard(TokenEvent event) {
              return event instanceof TokenEvent.PipeDrained e && ++count % 3 == 0
                  ? new TokenEvent.PipeDrained(e.nowMs(), e.client(), 0)
                  : event;
            }
          }),
  /** Time never passes by itself. */
  FORGETS_DEADLINES(
      real ->
          new Wrapped(real) {
            @Override
            public long nextDeadlineMs() {
              return Long.MAX_VALUE;
            }
          });

  @SuppressWarnings("ImmutableEnumChecker") // each makes a new machine and keeps nothing
  private final UnaryOperator<TokenMachine> plant;

  TokenFault(UnaryOperator<TokenMachine> plant) {
    this.plant = plant;
  }

  @Override
  public TokenMachine make(int implicit) {
    return plant.apply(TokenMachine.real(implicit));
  }

  /** The real token file, to be lied to, or to lie. */
  private static class Wrapped implements TokenMachine {

    final TokenMachine real;
    int count;

    Wrapped(TokenMachine real) {
      this.real = real;
    }

    @Override
    public List<TokenEffect> apply(TokenEvent event) {
      return said(real.apply(heard(event)));
    }

    /** What it hears instead. */
    TokenEvent heard(TokenEvent event) {
      return event;
    }

    /** What is heard of it instead. */
    List<TokenEffect> said(List<TokenEffect> effects) {
      return effects;
    }

    @Override
    public long nextDeadlineMs() {
      return real.nextDeadlineMs();
    }

    @Override
    public int unread() {
      return real.unread();
    }

    @Override
    public int free() {
      return real.free();
    }

    @Override
    public int issued() {
      return real.issued();
    }

    @Override
    public int holds(long client) {
      return real.holds(client);
    }

    @Override
    public List<TokenFile.Share> shares() {
      return real.shares();
    }
  }
}

package dev.dibs.testkit;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.core.PoolView;
import dev.dibs.core.Settings;
import dev.dibs.core.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** Faults planted around the core, to see whether the checkers see. */
@NullMarked
enum Fault implements StateMachine.Factory {
  /** Now and then a death is not noticed. */
  DROPS_ENDS {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          boolean dropped = event instanceof Event.ClaimEnded && ++count % 7 == 0;
          return dropped ? List.of() : real.apply(event);
        }
      };
    }
  },
  /** Now and then one token too many is put into a FIFO. */
  PUTS_TOO_MUCH {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          return real.apply(event).stream().map(this::more).toList();
        }

        private Effect more(Effect effect) {
          return effect instanceof Effect.Put put && ++count % 5 == 0
              ? new Effect.Put(put.run(), put.count() + 1)
              : effect;
        }
      };
    }
  },
  /** One slot more is granted than the pool has; the books agree. */
  GRANTS_ONE_TOO_MANY {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size + 1, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          return real.apply(
              event instanceof Event.PoolResized e
                  ? new Event.PoolResized(e.nowMs(), e.size() + 1)
                  : event);
        }

        @Override
        public PoolView view() {
          PoolView v = real.view();
          int free = v.free() - v.owed() - 1;
          return new PoolView(
              v.size() - 1,
              v.held(),
              Math.max(0, free),
              Math.max(0, -free),
              v.parties(),
              v.members());
        }
      };
    }
  },
  /** Whoever waited for a lock goes on at once, in a slot that others have. */
  RESUMES_AT_ONCE {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          if (!(event instanceof Event.Resumed resumed)) {
            return real.apply(event);
          }
          List<Effect> effects = new ArrayList<>(real.apply(event));
          effects.removeIf(effect -> effect instanceof Effect.Resume);
          effects.addFirst(new Effect.Resume(resumed.waiter()));
          return effects;
        }
      };
    }
  },
  /** Whoever waits for a lock keeps its slot. */
  LENDS_NOTHING {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          return event instanceof Event.Suspended e
              ? real.apply(new Event.Ticked(e.nowMs()))
              : real.apply(event);
        }
      };
    }
  },
  /** Surplus bytes are left in the FIFO. */
  FORGETS_SURPLUS {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          return real.apply(event instanceof Event.TokensSeen e ? clamped(e) : event);
        }

        private Event clamped(Event.TokensSeen seen) {
          return new Event.TokensSeen(
              seen.nowMs(), seen.run(), Math.min(seen.unread(), issued(seen.run())));
        }

        private int issued(long run) {
          return view().parties().stream()
              .filter(p -> p.id() == run)
              .mapToInt(PoolView.PartyView::issued)
              .sum();
        }
      };
    }
  },
  /** Every job of one slot in a run counts as covered. */
  COVERS_EVERYBODY {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        private final Map<Long, PoolView.MemberView> covered = new HashMap<>();

        @Override
        public List<Effect> apply(Event event) {
          if (event instanceof Event.ClaimEnded e && covered.remove(e.claim()) != null) {
            return List.of();
          }
          return event instanceof Event.ClaimRequested e && isJobIn(e)
              ? cover(e)
              : real.apply(event);
        }

        private boolean isJobIn(Event.ClaimRequested e) {
          return e.run() != null
              && e.terms().kind() == Terms.Kind.JOB
              && view().parties().stream().anyMatch(p -> p.id() == e.run());
        }

        private List<Effect> cover(Event.ClaimRequested e) {
          long run = e.run() == null ? 0 : e.run();
          covered.put(
              e.claim(),
              new PoolView.MemberView(
                  e.claim(), run, run, e.terms(), false, e.nowMs(), true, 0, 1));
          return List.of(new Effect.Grant(e.claim(), 1, 0));
        }

        @Override
        public PoolView view() {
          PoolView v = real.view();
          List<PoolView.MemberView> members = new ArrayList<>(v.members());
          members.addAll(covered.values());
          return new PoolView(v.size(), v.held(), v.free(), v.owed(), v.parties(), members);
        }
      };
    }
  },
  /** Whoever came last is served first. */
  SERVES_THE_LAST_FIRST {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        private final List<Event.ClaimRequested> kept = new ArrayList<>();

        @Override
        public List<Effect> apply(Event event) {
          if (event instanceof Event.ClaimRequested e && isPatientParty(e) && view().free() == 0) {
            kept.addFirst(e);
            return List.of();
          }
          if (event instanceof Event.ClaimEnded && !kept.isEmpty()) {
            return letLastAsk(event);
          }
          return real.apply(event);
        }

        private boolean isPatientParty(Event.ClaimRequested e) {
          return e.run() == null && e.terms().deadlineMs() == Long.MAX_VALUE;
        }

        private List<Effect> letLastAsk(Event event) {
          List<Effect> effects = new ArrayList<>(real.apply(event));
          boolean draining = effects.stream().anyMatch(e -> e instanceof Effect.Drain);
          while (!draining && !kept.isEmpty()) {
            Event.ClaimRequested last = kept.removeFirst();
            effects.addAll(
                real.apply(
                    new Event.ClaimRequested(
                        event.nowMs(),
                        last.claim(),
                        last.run(),
                        last.belowClient(),
                        last.terms())));
            draining = effects.stream().anyMatch(e -> e instanceof Effect.Drain);
          }
          return effects;
        }
      };
    }
  },
  /** Tells of a change only after it was carried out once, so that a kill in between loses it. */
  TELLS_CHANGES_LATE {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        private List<Holding> late = List.of();

        @Override
        public List<Holding> takeChanges() {
          List<Holding> now = late;
          late = real.takeChanges();
          return now;
        }
      };
    }
  },
  /** After a restart, tokens in clients' hands are forgotten. */
  FORGETS_ADOPTED_TOKENS {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          return real.apply(
              event instanceof Event.ClaimAdopted e
                  ? new Event.ClaimAdopted(
                      e.nowMs(),
                      e.within(),
                      e.belowClient(),
                      e.terms(),
                      new Holding(e.claim(), e.holding().slots(), e.holding().own(), e.unread()),
                      e.unread())
                  : event);
        }
      };
    }
  },
  /** Grants are carried out one event late, when the waiter may have gone. */
  GRANTS_LATE {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        private final List<Effect> late = new ArrayList<>();

        @Override
        public List<Effect> apply(Event event) {
          List<Effect> now = new ArrayList<>(late);
          late.clear();
          for (Effect effect : real.apply(event)) {
            boolean delayed = effect instanceof Effect.Grant && ++count % 5 == 0;
            (delayed ? late : now).add(effect);
          }
          return now;
        }
      };
    }
  },
  /** Time never passes by itself. */
  FORGETS_DEADLINES {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public long nextDeadlineMs() {
          return Long.MAX_VALUE;
        }
      };
    }
  },
  /** Caps count for nothing. */
  IGNORES_CAPS {
    @Override
    public StateMachine make(int size, Settings settings) {
      return withTerms(size, settings, terms -> terms.withCap(Integer.MAX_VALUE));
    }
  },
  /** That clients ask is not heard. */
  IGNORES_ASKERS {
    @Override
    public StateMachine make(int size, Settings settings) {
      return new Wrapped(StateMachine.real(size, settings)) {
        @Override
        public List<Effect> apply(Event event) {
          return event instanceof Event.TokensWanted ? List.of() : real.apply(event);
        }
      };
    }
  },
  /** Weights count for nothing. */
  IGNORES_WEIGHTS {
    @Override
    public StateMachine make(int size, Settings settings) {
      return withTerms(size, settings, terms -> terms.withWeight(Terms.WEIGHT_USUAL));
    }
  },
  /** An unread token is taken back at once, and nobody is asked again. */
  STARVES_POLLERS {
    @Override
    public StateMachine make(int size, Settings settings) {
      return StateMachine.real(size, new Settings(Duration.ZERO, Duration.ofDays(1)));
    }
  };

  private static StateMachine withTerms(
      int size, Settings settings, java.util.function.UnaryOperator<Terms> change) {
    return new Wrapped(StateMachine.real(size, settings)) {
      @Override
      public List<Effect> apply(Event event) {
        return real.apply(
            event instanceof Event.ClaimRequested e
                ? new Event.ClaimRequested(
                    e.nowMs(), e.claim(), e.run(), e.belowClient(), change.apply(e.terms()))
                : event);
      }
    };
  }

  /** The real core, to be lied to. */
  private static class Wrapped extends WrappedMachine {

    int count;

    Wrapped(StateMachine real) {
      super(real);
    }
  }
}

package dev.dibs.testkit;

import dev.dibs.core.locks.LockEffect;
import dev.dibs.core.locks.LockEvent;
import dev.dibs.core.locks.LockMode;
import dev.dibs.core.locks.Refusal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Locks that break a promise. */
@NullMarked
enum LockFault {
  /** Takes all for shared. */
  SHARES_EXCLUSIVE {
    @Override
    LockEvent distort(LockEvent event) {
      return event instanceof LockEvent.Requested r ? with(r, LockMode.SHARED) : event;
    }
  },
  /** Takes all for exclusive. */
  SHARES_NOTHING {
    @Override
    LockEvent distort(LockEvent event) {
      return event instanceof LockEvent.Requested r ? with(r, LockMode.EXCLUSIVE) : event;
    }
  },
  /** Has everybody wait. */
  WAITS_UNASKED {
    @Override
    LockEvent distort(LockEvent event) {
      return event instanceof LockEvent.Requested r
          ? new LockEvent.Requested(r.claim(), r.within(), r.names(), r.priority(), true)
          : event;
    }
  },
  /** Has nobody be within anything. */
  KNOWS_NO_WITHIN {
    @Override
    LockEvent distort(LockEvent event) {
      return event instanceof LockEvent.Requested r
          ? new LockEvent.Requested(r.claim(), null, r.names(), r.priority(), r.waits())
          : event;
    }
  },
  /** Knows nothing of what was held before. */
  ADOPTS_NOTHING {
    @Override
    LockEvent distort(LockEvent event) {
      return event instanceof LockEvent.Adopted a ? new LockEvent.Ended(a.claim()) : event;
    }
  },
  /** Goes on excluding who could share by now. */
  DOES_NOT_DOWNGRADE {
    @Override
    LockEvent distort(LockEvent event) {
      return event instanceof LockEvent.Downgraded d ? new LockEvent.Ended(-d.claim()) : event;
    }
  },
  /** Forgets who was granted in vain. */
  LOSES_WHO_IS_DISPLACED {
    @Override
    LockEvent distort(LockEvent event) {
      return event instanceof LockEvent.Displaced d ? new LockEvent.Ended(d.claim()) : event;
    }
  },
  /** Grants at once again what an outsider has. */
  FORGETS_OUTSIDERS {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean keepsOut(One holder, One one, String name) {
          return !holder.outsider && super.keepsOut(holder, one, name);
        }
      };
    }
  },
  /** Keeps others waiting for the sake of one who waits for an outsider. */
  KEEPS_BARRIERS {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        void soften(String name, @Nullable One level) {}

        @Override
        boolean isKeptOutside(One one) {
          return false;
        }
      };
    }
  },
  /** Forgets the second of several grants. */
  LOSES_A_GRANT {
    @Override
    List<LockEffect> distort(List<LockEffect> effects) {
      return effects.size() > 1 ? effects.subList(0, 1) : effects;
    }
  },
  /** Grants in the wrong order. */
  GRANTS_BACKWARDS {
    @Override
    List<LockEffect> distort(List<LockEffect> effects) {
      return effects.reversed();
    }
  },
  /** Has nobody be a barrier. */
  FORGETS_THE_BOUND {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean isBarrier(One one) {
          return false;
        }
      };
    }
  },
  /** Gives all when one name is free. */
  GRANTS_PARTIALLY {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean canGrant(One one) {
          return one.names.keySet().stream().anyMatch(name -> canHave(one, name));
        }
      };
    }
  },
  /** Refuses no circle. */
  MISSES_CIRCLES {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        List<Refusal.Link> circle(One from, One to, Set<One> seen) {
          return List.of();
        }
      };
    }
  },
  /** Sees a circle only if it leads through one other waiter. */
  MISSES_LONG_CIRCLES {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        List<Refusal.Link> circle(One from, One to, Set<One> seen) {
          List<Refusal.Link> found = super.circle(from, to, seen);
          return found.size() > 2 ? List.of() : found;
        }
      };
    }
  },
  /** Has those within a holder wait for it. */
  IGNORES_ANCESTORS {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean keepsOut(One holder, One one, String name) {
          return super.keepsOut(holder, one, name)
              || (holder.holds && one.isWithin(holder) && holder.wantsExclusive(name));
        }
      };
    }
  },
  /** Has all that is within a holder hold what it holds. */
  LETS_SIBLINGS_SHARE {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean keepsOut(One holder, One one, String name) {
          return super.keepsOut(holder, one, name) && level(one, name) == null;
        }
      };
    }
  },
  /** Lets those within a shared holder exclude others. */
  UPGRADES {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean isUpgrade(One one, String name) {
          return false;
        }
      };
    }
  },
  /** Takes from those within a holder what that held, when it ends. */
  FREES_WHAT_IS_HELD_WITHIN {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        void end(One one) {
          all.stream()
              .filter(child -> one.equals(child.parent))
              .forEach(child -> child.names.keySet().removeAll(one.names.keySet()));
          super.end(one);
        }
      };
    }
  },
  /** Lets others share with a downgraded holder though something within it excludes them. */
  DOWNGRADES_WHAT_IS_WITHIN {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean excludes(One holder, String name) {
          return holder.wantsExclusive(name);
        }
      };
    }
  },
  /** Now and then grants nothing although something ended. */
  LOSES_A_WAKE_UP {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        private int calls;

        @Override
        void grantAll(List<LockEffect> effects) {
          if (++calls % 20 != 0) {
            super.grantAll(effects);
          }
        }
      };
    }
  },
  /** Serves the last first. */
  SERVES_THE_LAST_FIRST {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        Comparator<One> order() {
          return Comparator.<One, Boolean>comparing(one -> !isBarrier(one))
              .thenComparing(one -> one.priority)
              .thenComparing(Comparator.<One>comparingLong(one -> one.arrival).reversed());
        }
      };
    }
  },
  /** Lets readers go before writers that wait. */
  STARVES_WRITERS {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean mayPass(One one, One ahead) {
          return one.names.values().stream().allMatch(mode -> mode == LockMode.SHARED)
              || super.mayPass(one, ahead);
        }
      };
    }
  },
  /** Has everybody keep to lines, also before one who waits for him. */
  KEEPS_TO_LINES {
    @Override
    NaiveLocks naive() {
      return new NaiveLocks() {
        @Override
        boolean mayPass(One one, One ahead) {
          return false;
        }
      };
    }
  };

  LockEvent distort(LockEvent event) {
    return event;
  }

  List<LockEffect> distort(List<LockEffect> effects) {
    return effects;
  }

  /** What decides; the real ones do what these do if nothing is wrong with them. */
  NaiveLocks naive() {
    return new NaiveLocks();
  }

  private static LockEvent with(LockEvent.Requested r, LockMode mode) {
    Map<String, LockMode> names = new TreeMap<>(r.names());
    names.replaceAll((name, before) -> mode);
    return new LockEvent.Requested(r.claim(), r.within(), names, r.priority(), r.waits());
  }

  Function<LockEvent, List<LockEffect>> locks() {
    NaiveLocks locks = naive();
    return event -> distort(locks.apply(distort(event)));
  }
}

package dev.dibs.testkit;

import dev.dibs.core.Coordinator;
import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.core.MemoryView;
import dev.dibs.core.PoolView;
import dev.dibs.core.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The core as the simulator sees it: the real one, or one with a planted fault. */
public interface StateMachine {

  /** Makes the state machine of a daemon that starts. */
  @FunctionalInterface
  interface Factory {
    /** A fresh one. */
    StateMachine make(int size, Settings settings);
  }

  /** As {@code Coordinator.apply}. */
  List<Effect> apply(Event event);

  /** As {@code Coordinator.takeChanges}. */
  List<Holding> takeChanges();

  /** As {@code Coordinator.nextDeadlineMs}. */
  long nextDeadlineMs();

  /** As {@code Coordinator.view}. */
  PoolView view();

  /** What is known of memory, or null. */
  default @Nullable MemoryView memory() {
    return null;
  }

  /** The real core. */
  static StateMachine real(int size, Settings settings) {
    Coordinator coordinator = new Coordinator(size, settings);
    return new StateMachine() {
      @Override
      public List<Effect> apply(Event event) {
        return coordinator.apply(event);
      }

      @Override
      public List<Holding> takeChanges() {
        return coordinator.takeChanges();
      }

      @Override
      public long nextDeadlineMs() {
        return coordinator.nextDeadlineMs();
      }

      @Override
      public PoolView view() {
        return coordinator.view();
      }

      @Override
      public @Nullable MemoryView memory() {
        return coordinator.memory();
      }
    };
  }
}

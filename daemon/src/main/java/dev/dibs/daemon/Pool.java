package dev.dibs.daemon;

import dev.dibs.core.Coordinator;
import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.core.MemoryView;
import dev.dibs.core.PoolView;
import dev.dibs.core.Settings;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.TimerQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bounded set of slots under a name: its core, and the order in which events and effects take
 * turns. For the loop's thread only.
 */
final class Pool {

  /** Where the core's effects happen. */
  interface Performer {
    /** What claims hold from now on; told before it is carried out. */
    void changed(List<Holding> holdings);

    /**
     * Carries an effect out.
     *
     * @param drained takes the answer to a drain, which the core wants before anything else
     * @param ended takes what else came up, for after that
     */
    void perform(Effect effect, Deque<Event> drained, Deque<Event> ended);
  }

  private final String name;
  private final Coordinator core;
  private List<String> sizeReasons;
  private final EventLoop loop;
  private final Performer performer;
  private final Deque<Event> drained = new ArrayDeque<>();
  private final Deque<Event> ended = new ArrayDeque<>();
  private TimerQueue.@Nullable Timer tick;
  private long tickAtMs = Long.MAX_VALUE;

  Pool(String name, PoolSize size, EventLoop loop, Performer performer) {
    this.name = name;
    this.core = new Coordinator(size.slots(), Settings.DEFAULT);
    this.sizeReasons = size.reasons();
    this.loop = loop;
    this.performer = performer;
  }

  String name() {
    return name;
  }

  int size() {
    return core.size();
  }

  /** Whether a slot that is returned now would not stay free. */
  boolean isContended() {
    return core.isContended();
  }

  /** Why it has its size, for people. */
  List<String> sizeReasons() {
    return sizeReasons;
  }

  /** Gives it another size, at once. What is held beyond it is taken back as it returns. */
  void resize(PoolSize other) {
    sizeReasons = other.reasons();
    apply(new Event.PoolResized(loop.nowMs(), other.slots()));
  }

  /** Whether anybody holds slots of it or waits for some. */
  boolean isInUse() {
    return !core.view().parties().isEmpty();
  }

  PoolView view() {
    return core.view();
  }

  /** What is known of memory, if anything is. */
  Optional<MemoryView> memory() {
    return Optional.ofNullable(core.memory());
  }

  /** Claims that wait and lack nothing but memory. */
  Set<Long> lackingMemory() {
    return core.lackingMemory();
  }

  /** Takes an event and sees to everything that follows from it. */
  void apply(Event first) {
    for (Event next = first;
        next != null;
        next = drained.isEmpty() ? ended.poll() : drained.poll()) {
      List<Effect> effects = core.apply(next);
      performer.changed(core.takeChanges());
      for (Effect effect : effects) {
        performer.perform(effect, drained, ended);
      }
    }
    armTick();
  }

  private void armTick() {
    long nextMs = core.nextDeadlineMs();
    if (nextMs == tickAtMs) {
      return;
    }
    if (tick != null) {
      tick.cancel();
    }
    tickAtMs = nextMs;
    tick =
        nextMs == Long.MAX_VALUE
            ? null
            : loop.after(Math.max(0, nextMs - loop.nowMs()), this::tick);
  }

  private void tick() {
    tickAtMs = Long.MAX_VALUE;
    tick = null;
    apply(new Event.Ticked(loop.nowMs()));
  }
}

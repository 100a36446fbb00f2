package dev.dibs.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A host whose clients do nothing by themselves: what lies in a FIFO is what the test says. */
@NullMarked
final class TestHost {

  final Coordinator coordinator;
  long nowMs;
  private final Map<Long, Integer> fifos = new HashMap<>();

  TestHost(int size) {
    coordinator = new Coordinator(size, Settings.DEFAULT);
  }

  /** Applies an event and carries out what follows; all effects in order. */
  List<Effect> apply(Event event) {
    List<Effect> done = new ArrayList<>();
    Queue<Effect> due = new ArrayDeque<>(coordinator.apply(event));
    for (Effect next = due.poll(); next != null; next = due.poll()) {
      done.add(next);
      if (next instanceof Effect.Put put) {
        fifos.merge(put.run(), put.count(), Integer::sum);
      } else if (next instanceof Effect.Drain drain) {
        due.addAll(coordinator.apply(drain(drain)));
      }
    }
    return done;
  }

  private Event drain(Effect.Drain drain) {
    int count = Math.min(drain.count(), unread(drain.run()));
    fifos.merge(drain.run(), -count, Integer::sum);
    return new Event.TokensDrained(nowMs, drain.run(), count);
  }

  List<Effect> ask(long claim, Terms terms) {
    return ask(claim, null, terms);
  }

  List<Effect> ask(long claim, @Nullable Long run, Terms terms) {
    return apply(new Event.ClaimRequested(nowMs, claim, run, false, terms));
  }

  List<Effect> end(long claim) {
    return apply(new Event.ClaimEnded(nowMs, claim));
  }

  /** The clients of a run leave so many bytes in its FIFO. */
  List<Effect> leave(long run, int unread) {
    fifos.put(run, unread);
    return apply(new Event.TokensSeen(nowMs, run, unread));
  }

  List<Effect> passTo(long timeMs) {
    nowMs = timeMs;
    return apply(new Event.Ticked(timeMs));
  }

  int unread(long run) {
    return fifos.getOrDefault(run, 0);
  }

  PoolView.PartyView party(long id) {
    return coordinator.view().parties().stream()
        .filter(p -> p.id() == id)
        .findFirst()
        .orElseThrow();
  }
}

package dev.dibs.daemon;

import dev.dibs.core.Effect;
import dev.dibs.core.Event;
import dev.dibs.core.Holding;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Tokens on their way into runs' FIFOs and out of them. For the loop's thread only. */
final class TokenTraffic {

  private final LongFunction<@Nullable Claimant> claimants;
  private final EventLoop loop;
  private final Log log;

  /**
   * @param claimants finds a claim by its number
   */
  TokenTraffic(LongFunction<@Nullable Claimant> claimants, EventLoop loop, Log log) {
    this.claimants = claimants;
    this.loop = loop;
    this.log = log;
  }

  /** How many tokens lie in a run's FIFO now; nothing if it has none. */
  Optional<Event> seen(Claimant run) {
    try {
      RunEndpoint endpoint = run.endpoint();
      if (endpoint == null) {
        return Optional.empty();
      }
      int unread = endpoint.unread();
      endpoint.told(unread);
      return Optional.of(new Event.TokensSeen(loop.nowMs(), run.id(), unread));
    } catch (OsException failure) {
      log.warn("Tokens could not be counted: " + failure);
      return Optional.empty();
    }
  }

  /** What is to be told of a run's tokens now. */
  List<Event> news(Claimant run) {
    RunEndpoint endpoint = run.endpoint();
    return endpoint == null ? List.of() : endpoint.news(loop.nowMs(), run.id());
  }

  /**
   * Puts tokens.
   *
   * @param next takes what is to be told of that, after all effects
   */
  void put(Effect.Put put, Deque<Event> next) {
    RunEndpoint endpoint = endpoint(put.run());
    if (endpoint == null) {
      return;
    }
    try {
      endpoint.put(put.count());
      next.addAll(endpoint.news(loop.nowMs(), put.run()));
    } catch (OsException failure) {
      log.warn("Tokens could not be put: " + failure);
    }
  }

  /**
   * Drains, and answers how many tokens came.
   *
   * @param next takes what else is to be told of that, after all effects
   */
  Event drain(Effect.Drain drain, Deque<Event> next) {
    RunEndpoint endpoint = endpoint(drain.run());
    int count = 0;
    try {
      count = endpoint == null ? 0 : endpoint.drain(drain.count());
    } catch (OsException failure) {
      log.warn("Tokens could not be drained: " + failure);
    }
    remember(drain.run(), count);
    if (endpoint != null) {
      next.addAll(endpoint.news(loop.nowMs(), drain.run()));
    }
    return new Event.TokensDrained(loop.nowMs(), drain.run(), count);
  }

  /** At once, for what a kill before the core's own word would make forget is a slot. */
  private void remember(long run, int drained) {
    Claimant claimant = claimants.apply(run);
    if (claimant != null) {
      Holding before = claimant.holding();
      claimant.holds(
          new Holding(run, before.slots(), before.own(), Math.max(0, before.issued() - drained)));
    }
  }

  private @Nullable RunEndpoint endpoint(long run) {
    Claimant claimant = claimants.apply(run);
    return claimant == null ? null : claimant.endpoint();
  }
}

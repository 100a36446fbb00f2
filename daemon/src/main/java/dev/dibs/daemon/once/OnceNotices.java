package dev.dibs.daemon.once;

import dev.dibs.core.once.Once;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Notices;
import dev.dibs.protocol.Answer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Tells those who wait for work of others whose that is. */
final class OnceNotices {

  private final Once core;
  private final LongFunction<@Nullable OnceClaim> claims;
  private final OnceTexts texts;
  private final Consumer<OnceClaim> deaf;
  private final Notices notices;

  /**
   * @param deaf told of one who can't be told anything any more
   */
  OnceNotices(
      Once core,
      LongFunction<@Nullable OnceClaim> claims,
      OnceTexts texts,
      EventLoop loop,
      Consumer<OnceClaim> deaf) {
    this.core = core;
    this.claims = claims;
    this.texts = texts;
    this.deaf = deaf;
    this.notices = new Notices(loop, () -> {});
  }

  /** Tells this one until {@link #forget}. */
  void watch(OnceClaim waiter) {
    notices.watch(
        new Notices.Waiter(
            waiter.id(), waiter.sinceMs(), () -> blockers(waiter), () -> tell(waiter)));
  }

  /** It waits no more, or never did. */
  void forget(long claim) {
    notices.forget(claim);
  }

  /** The run that a claim waits for; 0: none. */
  long awaited(OnceClaim claim) {
    return core.awaited(claim.id()).orElse(0);
  }

  private Object blockers(OnceClaim waiter) {
    OnceClaim runner = claims.apply(awaited(waiter));
    return runner == null
        ? List.of(waiter.phase())
        : List.of(waiter.phase(), runner.id(), runner.phase());
  }

  private void tell(OnceClaim waiter) {
    long runner = awaited(waiter);
    String text = texts.waiting(waiter, runner, core.waiters(runner) - 1);
    if (!waiter.holder().answer(new Answer.Waiting(text))) {
      deaf.accept(waiter);
    }
  }
}

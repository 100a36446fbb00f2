package dev.dibs.testkit;

import dev.dibs.testkit.TokenClient.Style;
import java.util.List;

/**
 * A token file with its clients, from a seed: blockers, pollers, hoarders, scripts, FIFOs; they
 * work, are interrupted, die; tokens come and go; the daemon is killed between any two effects.
 * {@link TokenCheckers} look after every event; at the end all must have been served and all be
 * back.
 */
final class TokenSimulation implements TokenWorld.Listener {

  private static final long END_MS = 5 * 60_000;
  private static final int TOKENS_MAX = 8;
  private static final List<Style> STYLES = List.of(Style.values());

  private final long seed;
  private final Dice dice;
  private final Trace trace = new Trace();
  private final TokenWorld world;
  private int living;

  private TokenSimulation(long seed, TokenMachine.Factory factory) {
    this.seed = seed;
    dice = new Dice(seed);
    world = new TokenWorld(dice.split(), factory, trace, this);
  }

  /**
   * Runs one seed.
   *
   * @return how many events and effects there were
   * @throws Violation if a promise was broken; the message names the seed and tells the last events
   */
  static long run(long seed, TokenMachine.Factory factory) {
    TokenSimulation simulation = new TokenSimulation(seed, factory);
    simulation.run();
    return simulation.trace.count();
  }

  private void run() {
    try {
      plan();
      while (world.agenda.step()) {
        if (world.agenda.nowMs() > END_MS) {
          throw new Violation("no end: " + left());
        }
      }
      if (living > 0) {
        throw new Violation("some wait for ever: " + left());
      }
      new TokenCheckers(world).checkEnd();
    } catch (Violation | IllegalStateException e) {
      throw new Violation(
          "token seed %d at %d ms: %s%n%s"
              .formatted(seed, world.agenda.nowMs(), e.getMessage(), trace),
          e);
    }
  }

  private String left() {
    return world.clients().stream().filter(client -> !client.dead).toList()
        + " "
        + world.machine().shares();
  }

  private void plan() {
    boolean crowd = dice.percent(15);
    world.put(dice.between(1, crowd ? 2 : TOKENS_MAX));
    int count = crowd ? 8 : dice.between(1, 10);
    for (int i = 0; i < count; i++) {
      Style style = crowd ? crowdStyle(i) : anyStyle();
      world.agenda.in(dice.below(50), () -> start(style, crowd ? 4 : 1));
    }
    living += count;
    for (int i = dice.below(6); i > 0; i--) {
      world.agenda.in(dice.below(300), this::resize);
    }
    if (dice.percent(30)) {
      for (int i = dice.between(1, 2); i > 0; i--) {
        world.agenda.in(dice.below(200), world::killSoon);
      }
    }
    refill();
  }

  private Style anyStyle() {
    return STYLES.get(dice.below(STYLES.size()));
  }

  /** Many who block and few who poll, for long. */
  private static Style crowdStyle(int number) {
    return number < 2 ? Style.POLLER : Style.BLOCKER;
  }

  /** Somebody else wants tokens, or has no use for them. */
  private void resize() {
    if (dice.percent(50) && world.issued < TOKENS_MAX) {
      world.put(dice.between(1, 3));
    } else if (world.issued > 0) {
      world.drain(dice.between(1, world.issued));
    }
  }

  private void refill() {
    if (world.issued == 0) {
      world.put(1);
    }
    if (living > 0) {
      world.agenda.in(50, this::refill);
    }
  }

  private void start(Style style, int times) {
    TokenClient client = world.join(style, null);
    client.turns *= times;
    if (client.dice.percent(20)) {
      world.agenda.in(client.dice.below(200), () -> end(client, true));
    }
    next(client);
  }

  private void end(TokenClient client, boolean killed) {
    if (!client.dead) {
      living--;
      world.ended(client, killed);
    }
  }

  private void in(TokenClient client, int delayMs, Runnable action) {
    world.agenda.in(
        delayMs,
        () -> {
          if (!client.dead) {
            action.run();
          }
        });
  }

  /** A client's next turn, or its end. */
  private void next(TokenClient client) {
    if (client.dead) {
      return;
    }
    if (client.turns-- <= 0) {
      end(client, client.dice.percent(20));
      return;
    }
    Dice own = client.dice;
    switch (client.style) {
      case BLOCKER -> block(client);
      case POLLER, TRIER -> world.read(client, 1, false);
      case HOARDER -> world.read(client, 8, own.percent(50));
      case SCRIPT -> child(client, false);
      case LENDER -> world.write(client, 1);
      case PIPED -> pipe(client);
    }
  }

  private void block(TokenClient client) {
    world.read(client, client.dice.percent(90) ? 1 : 3, true);
    TokenClient.Request request = client.request;
    if (request != null && (client.hands > 0 || client.dice.percent(20))) {
      in(client, client.dice.below(20), () -> interrupt(client, request));
    }
  }

  /** A signal; if it told that its work is done, the tokens come back. */
  private void interrupt(TokenClient client, TokenClient.Request request) {
    if (client.request == request && client.resending) {
      in(client, 5, () -> interrupt(client, request));
    } else if (client.request == request) {
      world.interrupt(client);
      if (client.hands > 0) {
        giveBack(client);
      } else {
        in(client, client.dice.below(3), () -> block(client));
      }
    }
  }

  /** A script's dd or printf. */
  private void child(TokenClient script, boolean writes) {
    TokenClient child = world.join(Style.SCRIPT, script);
    living++;
    if (writes) {
      world.write(child, 1);
    } else {
      world.read(child, 1, true);
    }
    if (child.dice.percent(5)) {
      world.agenda.in(child.dice.below(30), () -> kill(child, script, writes));
    }
  }

  /** The script goes on as if its child had done its work: to it the token is returned. */
  private void kill(TokenClient child, TokenClient script, boolean writes) {
    if (child.dead) {
      return;
    }
    TokenClient.Request request = child.request;
    if (writes && request != null) {
      child.request = null;
      script.hands -= request.count;
    }
    end(child, true);
    afterChild(script, () -> goOn(script, writes));
  }

  private void goOn(TokenClient script, boolean hasWritten) {
    if (hasWritten) {
      next(script);
    } else {
      giveBack(script);
    }
  }

  /** The daemon has heard of the child's end. */
  private void afterChild(TokenClient script, Runnable action) {
    in(script, 5 + script.dice.below(20), action);
  }

  private void pipe(TokenClient client) {
    if (client.pipe > 0 && client.dice.percent(70)) {
      client.pipe--;
      client.hands++;
      world.pipeUsed(client);
      in(client, client.dice.between(1, 30), () -> unpipe(client));
    } else {
      in(client, client.dice.between(1, 60), () -> next(client));
    }
  }

  private void unpipe(TokenClient client) {
    client.pipe++;
    client.hands--;
    world.pipeUsed(client);
    in(client, client.dice.below(3), () -> next(client));
  }

  @Override
  public void delivered(TokenClient client, int count) {
    TokenClient script = client.parent;
    if (client.dead) {
      return;
    }
    if (script != null) {
      end(client, false);
      afterChild(script, () -> goOn(script, false));
      return;
    }
    boolean more = client.style == Style.BLOCKER && client.dice.percent(30) && client.hands < 4;
    boolean longer = client.style == Style.HOARDER;
    if (more) {
      in(client, client.dice.below(5), () -> block(client));
    } else {
      in(client, client.dice.between(1, longer ? 150 : 20), () -> giveBack(client));
    }
  }

  private void giveBack(TokenClient client) {
    if (client.hands <= 0 || client.style == Style.LENDER) {
      next(client);
    } else if (client.style == Style.SCRIPT) {
      child(client, true);
    } else {
      world.write(client, client.hands);
    }
  }

  @Override
  public void refused(TokenClient client) {
    if (client.dead) {
      return;
    }
    if (client.style == Style.POLLER) {
      world.poll(client);
    } else {
      in(client, client.dice.between(1, 40), () -> next(client));
    }
  }

  @Override
  public void accepted(TokenClient client) {
    TokenClient script = client.parent;
    if (client.dead) {
      return;
    }
    if (script != null) {
      end(client, false);
      afterChild(script, () -> goOn(script, true));
    } else if (client.style == Style.LENDER) {
      in(client, client.dice.below(10), () -> world.read(client, 1, true));
    } else {
      next(client);
    }
  }

  /** It does nothing until all others have ended, or are like it. */
  private void endWithOthers(TokenClient client) {
    if (world.clients().stream().allMatch(other -> other.dead || other.gone)) {
      end(client, false);
    } else {
      in(client, 50, () -> endWithOthers(client));
    }
  }

  @Override
  public void woken(TokenClient client, boolean ready) {
    if (client.dead || client.request != null) {
      return;
    }
    if (ready && client.dice.percent(5)) {
      client.gone = true;
      endWithOthers(client);
    } else if (ready) {
      world.read(client, 1, false);
    } else {
      world.poll(client);
    }
  }
}

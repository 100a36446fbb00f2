package dev.dibs.daemon;

import dev.dibs.daemon.learned.CpuMeter;
import dev.dibs.daemon.learned.LearnedSize;
import dev.dibs.daemon.learned.LearnedSizes;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import dev.dibs.protocol.Request;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code --slots auto}: how many slots a command gets is what it made use of before. A command is
 * known by the folder it is started in and by what the launcher calls it: its program and its first
 * argument that is no option. For the loop's thread only.
 */
final class Learning {

  private static final long FIRST_LOOK_MS = 200;

  /** Looks become rarer, up to this. */
  private static final long LOOK_EVERY_MS_MAX = 5_000;

  /** A run that is being measured. */
  private record Lesson(String key, int slots, CpuMeter meter) {}

  private final Map<Long, Lesson> lessons = new HashMap<>();
  private final LearnedSizes sizes;
  private final EventLoop loop;
  private final Log log;

  Learning(LearnedSizes sizes, EventLoop loop, Log log) {
    this.sizes = sizes;
    this.loop = loop;
    this.log = log;
  }

  /** The claim with the range of slots that was learned for it, if that is what it asks for. */
  Request.Claim sized(Request.Claim claim, int poolSize) throws OsException {
    String key = key(claim);
    if (key == null) {
      return claim;
    }
    Optional<LearnedSize> learned = sizes.of(key);
    return claim.withSlots(
        1, learned.map(size -> size.next(poolSize)).orElse(LearnedSize.ofUnknown(poolSize)));
  }

  private static @Nullable String key(Request.Claim claim) throws OsException {
    String learn = claim.machine().learn();
    return learn == null ? null : Proc.directory(claim.pid()).orElse("?") + " " + learn;
  }

  /** Measures the run, if there is something to be learned. */
  void granted(Claimant claimant) {
    try {
      String key = key(claimant.request());
      if (key != null) {
        CpuMeter meter = new CpuMeter(claimant.pid(), loop.nowMs());
        lessons.put(claimant.id(), new Lesson(key, claimant.slots(), meter));
        lookLater(claimant.id(), FIRST_LOOK_MS);
      }
    } catch (OsException gone) {
      log.warn("Nothing is learned of " + claimant.name() + ": " + gone.getMessage());
    }
  }

  private void lookLater(long claim, long afterMs) {
    loop.after(afterMs, () -> look(claim, afterMs));
  }

  private void look(long claim, long afterMs) {
    Lesson lesson = lessons.get(claim);
    if (lesson == null) {
      return;
    }
    try {
      lesson.meter.look(loop.nowMs());
      lookLater(claim, Math.min(2 * afterMs, LOOK_EVERY_MS_MAX));
    } catch (OsException failure) {
      log.warn("Cannot look what a run uses: " + failure.getMessage());
    }
  }

  /** The run's command is over, whatever it left behind. Nothing happens the second time. */
  void ended(Claimant claimant) {
    Lesson lesson = lessons.remove(claimant.id());
    if (lesson == null) {
      return;
    }
    try (CpuMeter meter = lesson.meter) {
      meter.end(loop.nowMs()).ifPresent(cores -> learn(lesson, cores));
    } catch (OsException failure) {
      log.warn("Nothing is learned of " + claimant.name() + ": " + failure.getMessage());
    }
  }

  private void learn(Lesson lesson, double cores) {
    sizes.put(
        lesson.key,
        sizes
            .of(lesson.key)
            .map(known -> known.after(cores, lesson.slots))
            .orElseGet(() -> LearnedSize.first(cores, lesson.slots)));
  }
}

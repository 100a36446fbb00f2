package dev.dibs.daemon.learned;

import dev.dibs.core.Event;
import dev.dibs.core.history.Ending;
import dev.dibs.core.history.JobKey;
import dev.dibs.daemon.loop.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToIntFunction;

/** What living claims teach a history, once they end. For the loop's thread only. */
public final class Lessons implements PeakListener {

  private final StoredHistory history;
  private final LongToIntFunction slots;
  private final EventLoop loop;
  private final Map<Long, Lesson> lessons = new HashMap<>();

  /**
   * @param slots how many slots a claim has now
   */
  public Lessons(StoredHistory history, LongToIntFunction slots, EventLoop loop) {
    this.history = history;
    this.slots = slots;
    this.loop = loop;
  }

  /**
   * Learns of a claim from now on, until {@link #ended} or {@link #forget}.
   *
   * @param perSlot whether what each of its slots needs is to be learned, and not the whole
   */
  public void begin(long claim, JobKey key, boolean perSlot) {
    lessons.put(claim, new Lesson(key, perSlot));
  }

  @Override
  public void looked(long nowMs, List<Event.Usage> usages, List<Units.Living> compilers) {
    for (Event.Usage usage : usages) {
      Lesson lesson = lessons.get(usage.claim());
      if (lesson != null) {
        lesson.looked(nowMs, Math.max(0, usage.mib()), slots.applyAsInt(usage.claim()));
      }
    }
    for (Units.Living compiler : compilers) {
      Lesson lesson = lessons.get(compiler.claim());
      if (lesson != null) {
        lesson.sawCompiler(compiler.mib());
      }
    }
  }

  @Override
  public void compilersEnded(List<Units.Ended> compilers) {
    compilers.forEach(compiler -> history.add(compiler.key(), compiler.sample()));
  }

  @Override
  public void ended(long claim, int peakMib, long durationMs, Ending how) {
    Lesson lesson = lessons.remove(claim);
    if (lesson != null) {
      lesson
          .end(loop.nowMs(), peakMib, Math.max(0, durationMs), how)
          .ifPresent(sample -> history.add(lesson.key(), sample));
    }
  }

  @Override
  public void outOfMemory(long claim, int peakMib) {
    Lesson lesson = lessons.get(claim);
    if (lesson != null) {
      lesson.outOfMemory(peakMib);
    }
  }

  /** Nothing more is learned of it. */
  public void forget(long claim) {
    lessons.remove(claim);
  }
}

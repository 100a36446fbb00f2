package dev.dibs.daemon.learned;

import dev.dibs.core.history.Estimate;
import dev.dibs.core.history.History;
import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.JobRecord;
import dev.dibs.daemon.status.Ages;
import dev.dibs.daemon.status.TextTable;
import dev.dibs.protocol.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code dibs history} for people. */
public final class HistoryText {

  /** More are counted only, unless somebody names them. */
  private static final int JOBS_SHOWN_MAX = 40;

  private static final int TARGET_CHARACTERS_MAX = 80;
  private static final int MIB_IN_GIB = 1024;
  private static final long SECOND_MS = 1_000;
  private static final long TENTHS_BELOW_MS = 10 * SECOND_MS;
  private static final String UNKNOWN = "-";

  private HistoryText() {}

  /**
   * Whole lines.
   *
   * @param all whether everything was asked for, which may be too much to show
   */
  public static String render(HistoryView view, boolean all) {
    if (view.jobs().isEmpty()) {
      return "Nothing is known of any job yet: they are learned as they end. See: dibs help history\n";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TOOL", "KIND", "SEEN", "PEAK", "TIME", "EXPECTED", "BASIS", "TARGET"));
    view.classes().forEach(one -> rows.add(row(one)));
    view.jobs().stream()
        .limit(all ? JOBS_SHOWN_MAX : Long.MAX_VALUE)
        .forEach(job -> rows.add(row(job)));
    StringBuilder text = new StringBuilder();
    new TextTable(rows).appendTo(text);
    int more = view.jobs().size() - JOBS_SHOWN_MAX;
    if (all && more > 0) {
      text.append("and %d more; to see them: dibs history TOOL, or --json\n".formatted(more));
    }
    return text.toString();
  }

  private static List<String> row(History.ClassEstimate one) {
    return List.of(
        Printable.of(one.jobClass().tool()),
        Printable.of(one.jobClass().kind()),
        UNKNOWN,
        UNKNOWN,
        time(one.estimate().durationMs()),
        size(one.estimate().mib()),
        basis(one.estimate()),
        one.jobs() == 1 ? "(others like 1 job)" : "(others like " + one.jobs() + " jobs)");
  }

  private static List<String> row(HistoryView.Job job) {
    JobRecord known = job.known();
    JobKey key = known.key();
    boolean measured = !known.last().isEmpty();
    return List.of(
        Printable.of(key.tool()),
        Printable.of(key.kind()),
        Integer.toString(known.seen()),
        measured ? size(known.peakMib()) : UNKNOWN,
        measured ? time(known.durationMs()) : UNKNOWN,
        size(job.estimate().mib()),
        basis(job.estimate()),
        key.target().isEmpty() ? UNKNOWN : Printable.of(key.target(), TARGET_CHARACTERS_MAX));
  }

  private static String basis(Estimate estimate) {
    return estimate.basis().name().toLowerCase(Locale.ROOT);
  }

  private static String size(int mib) {
    return mib < MIB_IN_GIB
        ? mib + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", (double) mib / MIB_IN_GIB);
  }

  private static String time(long ms) {
    return ms < TENTHS_BELOW_MS
        ? String.format(Locale.ROOT, "%.1f s", (double) ms / SECOND_MS)
        : Ages.of(ms);
  }
}

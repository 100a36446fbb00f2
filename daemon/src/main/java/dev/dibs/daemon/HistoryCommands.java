package dev.dibs.daemon;

import dev.dibs.core.history.JobKey;
import dev.dibs.daemon.learned.HistoryJson;
import dev.dibs.daemon.learned.HistoryText;
import dev.dibs.daemon.learned.HistoryView;
import dev.dibs.daemon.learned.StoredHistory;
import dev.dibs.daemon.loop.Log;
import dev.dibs.protocol.Printable;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.util.function.Predicate;

/** What becomes of the requests that are about what jobs needed. For the loop's thread only. */
final class HistoryCommands {

  private static final int KEY_CHARACTERS_MAX = 100;
  private static final int STATUS_UNKNOWN = 1;

  private final StoredHistory history;
  private final Log log;

  HistoryCommands(StoredHistory history, Log log) {
    this.history = history;
    this.log = log;
  }

  /** Does what is asked for. */
  void perform(Request.History wish, Asker asker, LockCommands.Printer printer) throws IOException {
    String key = wish.key();
    Predicate<JobKey> meant = key == null ? any -> true : one -> one.isMeantBy(key);
    if (key != null && history.jobs().stream().noneMatch(job -> meant.test(job.key()))) {
      String unknown = "No job is known by '%s'. Those that are: dibs history\n";
      printer.print(
          asker, unknown.formatted(Printable.of(key, KEY_CHARACTERS_MAX)), STATUS_UNKNOWN);
    } else if (wish.forget()) {
      int jobs = history.forget(meant);
      log.info("Forgot what " + jobs + " jobs needed, for pid " + asker.pid());
      printer.print(
          asker, jobs == 1 ? "1 job is forgotten.\n" : jobs + " jobs are forgotten.\n", 0);
    } else {
      HistoryView view = HistoryView.of(history, meant);
      printer.print(asker, render(view, wish.form(), key == null), 0);
    }
  }

  private static String render(HistoryView view, Request.Form form, boolean all) {
    return switch (form) {
      case TEXT -> HistoryText.render(view, all);
      case JSON -> HistoryJson.render(view, false);
      case JSON_LINE -> HistoryJson.render(view, true);
    };
  }
}

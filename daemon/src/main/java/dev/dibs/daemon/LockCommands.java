package dev.dibs.daemon;

import dev.dibs.daemon.locks.LockService;
import dev.dibs.daemon.loop.EventLoop;
import dev.dibs.daemon.loop.Log;
import dev.dibs.daemon.status.JsonDocument;
import dev.dibs.protocol.Answer;
import dev.dibs.protocol.LockNames;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;

/** What becomes of the requests that are about locks. For the loop's thread only. */
final class LockCommands {

  private final Layout layout;
  private final LockService locks;
  private final LockProcesses processes;
  private final LockList list;
  private final LockKiller killer;

  LockCommands(Layout layout, LockService locks, LockProcesses processes, EventLoop loop, Log log) {
    this.layout = layout;
    this.locks = locks;
    this.processes = processes;
    this.list = new LockList(locks, new KnownPeople(), loop);
    this.killer = new LockKiller(locks, new KnownPeople(), loop, log);
  }

  /** What an asker is told later, besides its answer. */
  interface Printer {
    void print(Holder asker, String text, int status) throws IOException;
  }

  /** Does what is asked for; the asker is answered now or later. */
  void perform(Request.OfLocks request, Holder asker, Printer printer)
      throws IOException, MalformedRequestException {
    switch (request) {
      case Request.Lock lock -> lock(lock, asker);
      case Request.ListLocks all -> printer.print(asker, list.render(all.form()), 0);
      case Request.KillHolders kill -> killer.perform(kill, asker, printer);
    }
  }

  /** Whether anybody holds a lock or waits for one. */
  boolean isInUse() {
    return locks.isInUse();
  }

  /** Who holds locks and who waits, for programs. */
  JsonDocument.Part listed() {
    return list::write;
  }

  /** Who holds locks, in half a line; empty if nobody does. */
  String summary() {
    return list.summary();
  }

  private void lock(Request.Lock lock, Holder asker) throws IOException, MalformedRequestException {
    processes.ask(lock, lock.names().isEmpty() ? namesFile(asker) : lock.names(), asker);
  }

  /**
   * The names in a file beside the reply FIFO, which stays until the last answer: who hears none
   * asks another daemon.
   */
  private Collection<String> namesFile(Holder asker) throws IOException, MalformedRequestException {
    Path file = layout.replyNames(asker.pid());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw LockNames.malformed("no file of names: " + file);
    }
    if (Files.size(file) > LockNames.LIST_BYTES_MAX) {
      throw LockNames.malformed(
          "the names have more than " + LockNames.LIST_BYTES_MAX + " bytes together");
    }
    byte[] bytes = Files.readAllBytes(file);
    return LockNames.checked(LockNames.lines(bytes));
  }

  /** What a request that makes no sense is answered. */
  static Answer refusal(MalformedRequestException refusal) {
    return new Answer.Misuse(refusal.why());
  }
}

package dev.dibs.daemon;

import dev.dibs.core.Event;
import dev.dibs.daemon.files.Jobserver;
import dev.dibs.daemon.files.RunTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tokens in the file system's jobserver, which knows who has them. */
final class FileTokens implements TokenStore {

  private final Path path;
  private final Jobserver jobserver;
  private final RunTokens tokens;

  /** What the pool thinks lies there. */
  private int told;

  FileTokens(Path path, Jobserver jobserver, RunTokens tokens) {
    this.path = path;
    this.jobserver = jobserver;
    this.tokens = tokens;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public int unread() {
    return tokens.unread();
  }

  @Override
  public void put(int count) {
    told += count;
    tokens.put(count);
  }

  @Override
  public int drain(int count) {
    int drained = tokens.drain(count);
    told = drained < count ? 0 : told - drained;
    return drained;
  }

  @Override
  public void told(int unread) {
    told = unread;
  }

  @Override
  public List<Event> news(long nowMs, long run) {
    List<Event> news = new ArrayList<>(2);
    int unread = tokens.unread();
    if (unread != told) {
      told = unread;
      news.add(new Event.TokensSeen(nowMs, run, unread));
    }
    if (tokens.takeWant() && unread == 0) {
      news.add(new Event.TokensWanted(nowMs, run));
    }
    return news;
  }

  @Override
  public void adopt(int issued) throws IOException {
    jobserver.adopt(tokens, issued);
    told = tokens.unread();
  }

  @Override
  public Optional<RunTokens> exact() {
    return Optional.of(tokens);
  }

  @Override
  public void close() {
    tokens.close();
  }
}

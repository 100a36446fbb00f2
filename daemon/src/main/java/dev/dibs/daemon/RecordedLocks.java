package dev.dibs.daemon;

import dev.dibs.core.Holding;
import dev.dibs.core.locks.LockMode;
import dev.dibs.daemon.locks.LockRecords;
import dev.dibs.daemon.loop.Log;
import dev.dibs.host.Proc;
import dev.dibs.host.ProcessStat;
import dev.dibs.protocol.LockNames;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.RequestLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Locks among the records of claims. The record's request says how the holder is found again, the
 * fencing number, and the names: {@code exclusive=} and {@code shared=} as in a control line, or
 * {@code file=1} if they lie in a file of their own, each behind an {@code e} or {@code s}. They
 * hold no slots.
 */
final class RecordedLocks implements LockRecords {

  private static final String START = "lock" + RequestLine.SEPARATOR + RequestLine.PROTOCOL;

  /** Most bytes of names that a record has room for. */
  private static final int NAMES_BYTES_MAX = 450;

  private final ClaimRecords records;
  private final Path grants;
  private final Log log;

  /**
   * @param grants the folder of the files
   */
  RecordedLocks(ClaimRecords records, Path grants, Log log) {
    this.records = records;
    this.grants = grants;
    this.log = log;
  }

  @Override
  public Entry add(HeldLocks held) throws IOException {
    String exclusive = LockNames.join(names(held, LockMode.EXCLUSIVE));
    String shared = LockNames.join(names(held, LockMode.SHARED));
    Path file = null;
    String names = field("exclusive", exclusive) + field("shared", shared);
    if (names.getBytes(StandardCharsets.UTF_8).length > NAMES_BYTES_MAX) {
      file = write(held);
      names = field("file", file.getFileName().toString());
    }
    String request =
        START
            + RequestLine.SEPARATOR
            + held.trace()
            + field("pid", Integer.toString(held.pid()))
            + field("fence", Long.toString(held.fence()))
            + names;
    try {
      ClaimRecords.Entry entry =
          records.add(record(held, request), new Holding(held.claim(), 0, 0, 0));
      Path written = file;
      return () -> remove(entry, written);
    } catch (IOException failure) {
      delete(file);
      throw failure;
    }
  }

  private static void remove(ClaimRecords.Entry entry, @Nullable Path file) {
    entry.remove();
    delete(file);
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      Leftovers.deleteQuietly(file);
    }
  }

  private static String field(String key, String value) {
    return value.isEmpty() ? "" : RequestLine.SEPARATOR + key + "=" + value;
  }

  private static List<String> names(HeldLocks held, LockMode mode) {
    return held.names().entrySet().stream()
        .filter(name -> name.getValue() == mode)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Complete before a record leads to it; one of a claim that is downgraded beside the old one. */
  private Path write(HeldLocks held) throws IOException {
    boolean exclusive = held.names().containsValue(LockMode.EXCLUSIVE);
    StringBuilder text = new StringBuilder();
    held.names()
        .forEach(
            (name, mode) ->
                text.append(mode == LockMode.EXCLUSIVE ? 'e' : 's').append(name).append('\n'));
    Path file = grants.resolve(ClaimIds.name(held.claim()) + (exclusive ? "" : ".s"));
    try {
      Files.writeString(file, text);
    } catch (IOException failure) {
      delete(file);
      throw failure;
    }
    return file;
  }

  private static ClaimRecord record(HeldLocks held, String request) throws IOException {
    Optional<ProcessStat> holder = Proc.stat(held.pid());
    return new ClaimRecord(
        held.claim(),
        held.pid(),
        holder.map(ProcessStat::startTicks).orElse(0L),
        held.sinceEpochMs(),
        held.within(),
        null,
        false,
        null,
        PoolName.CPU,
        request);
  }

  /** Whether a record is of a lock. */
  static boolean isOne(ClaimRecords.Found found) {
    return found.record().request().startsWith(START);
  }

  /**
   * What a record remembers.
   *
   * @throws IOException if its file can't be read
   * @throws MalformedRequestException if it makes no sense
   */
  HeldLocks read(ClaimRecords.Found found) throws IOException, MalformedRequestException {
    ClaimRecord record = found.record();
    String line = record.request();
    Map<String, LockMode> names = new TreeMap<>();
    Optional<String> file = RequestLine.field(line, "file");
    if (file.isPresent()) {
      readFile(grants.resolve(file.get()), names);
    }
    put(names, RequestLine.field(line, "exclusive"), LockMode.EXCLUSIVE);
    put(names, RequestLine.field(line, "shared"), LockMode.SHARED);
    LockNames.checked(names.keySet());
    return new HeldLocks(
        record.id(),
        record.within(),
        record.pid(),
        record.sinceEpochMs(),
        names,
        RequestLine.field(line, "fence").map(Long::parseLong).orElse(0L),
        line);
  }

  private static void put(Map<String, LockMode> names, Optional<String> field, LockMode mode)
      throws MalformedRequestException {
    if (field.isPresent()) {
      LockNames.split(field.get()).forEach(name -> names.put(name, mode));
    }
  }

  private static void readFile(Path file, Map<String, LockMode> names)
      throws IOException, MalformedRequestException {
    for (String line : LockNames.lines(Files.readAllBytes(file))) {
      LockMode mode = line.startsWith("e") ? LockMode.EXCLUSIVE : LockMode.SHARED;
      names.put(line.substring(Math.min(1, line.length())), mode);
    }
  }

  /** What forgets a record that was found, and its file. */
  Entry entry(ClaimRecords.Found found) {
    Optional<String> file = RequestLine.field(found.record().request(), "file");
    Path path = file.map(grants::resolve).orElse(null);
    return () -> remove(found.entry(), path);
  }

  /** Removes files to which no record leads. */
  void sweep(List<ClaimRecords.Found> found) {
    Set<String> used = new HashSet<>();
    found.forEach(
        record -> RequestLine.field(record.record().request(), "file").ifPresent(used::add));
    List<Path> stale = new ArrayList<>();
    try (Stream<Path> files = Files.list(grants)) {
      files.filter(file -> !used.contains(file.getFileName().toString())).forEach(stale::add);
    } catch (IOException failure) {
      log.warn("Old files stay in " + grants + ": " + failure);
    }
    stale.forEach(Leftovers::deleteQuietly);
  }
}

package dev.dibs.daemon.learned;

import dev.dibs.core.history.JobKey;
import dev.dibs.core.history.JobRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What jobs needed, as a file that outlives daemons (docs/history.md): {@code dibs history 1
 * CHECKSUM}, then a line for each job, fields with tabs between:
 *
 * <pre>{@code SEEN  FLOOR_MIB  MIB:MS MIB:MS ...  TOOL  KIND  TARGET}</pre>
 *
 * It is written aside, to the disk, and renamed, so nobody sees half of it; the checksum finds what
 * a crash of the machine, or somebody's editor, left. Safe for threads that do one thing at a time.
 */
public final class HistoryFile {

  /** Most jobs in it. The daemon's memory is small, and so this is some three megabytes of it. */
  public static final int JOBS_MAX = 4_096;

  private static final String FORM = "dibs history";
  private static final String VERSION = "1";
  private static final int FIELDS = 6;
  private static final int DECIMAL = 10;
  private static final int BYTES_MAX = 6 * 1024 * 1024;

  private final Path file;

  public HistoryFile(Path file) {
    this.file = file;
  }

  /** The file is there, but of no use. */
  public static final class UnfitException extends Exception {
    private static final long serialVersionUID = 1;

    UnfitException(String why) {
      super(why);
    }
  }

  /** Where it lies. */
  public Path path() {
    return file;
  }

  /** Where it is put if it is of no use, in the place of what was there. */
  public Path aside() {
    return file.resolveSibling(file.getFileName() + ".unfit");
  }

  /**
   * All jobs, those that were used last at the end; none if there is no file.
   *
   * @throws UnfitException if it can't be understood; the message says why
   * @throws IOException if it can't be read
   */
  public List<JobRecord> read() throws IOException, UnfitException {
    if (Files.notExists(file)) {
      return List.of();
    }
    if (!Files.isRegularFile(file) || Files.size(file) > BYTES_MAX) {
      throw new UnfitException("it is no file of at most " + BYTES_MAX + " bytes");
    }
    return parse(Files.readAllBytes(file));
  }

  private static List<JobRecord> parse(byte[] bytes) throws UnfitException {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    int from = Math.min(end + 1, bytes.length);
    if (!head.startsWith(FORM + " " + VERSION + " ")) {
      throw new UnfitException("it does not begin with '" + FORM + " " + VERSION + "'");
    }
    if (!head.equals(head(bytes, from))) {
      throw new UnfitException("its checksum is wrong");
    }
    return jobs(bytes, from);
  }

  private static List<JobRecord> jobs(byte[] bytes, int from) throws UnfitException {
    List<JobRecord> jobs = new ArrayList<>();
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
              .toString();
      text.lines().limit(JOBS_MAX).forEach(line -> jobs.add(job(line)));
      return jobs;
    } catch (CharacterCodingException | IllegalArgumentException garbage) {
      throw new UnfitException("line " + (jobs.size() + 2) + " is no job");
    }
  }

  private static JobRecord job(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException(line);
    }
    return new JobRecord(
        new JobKey(fields[3], fields[4], fields[5]),
        Integer.parseInt(fields[0]),
        measures(fields[2]),
        Integer.parseInt(fields[1]));
  }

  private static List<JobRecord.Measure> measures(String text) {
    List<JobRecord.Measure> measures = new ArrayList<>(JobRecord.LAST_MAX);
    for (int from = 0; from < text.length(); ) {
      int blank = text.indexOf(' ', from);
      int end = blank < 0 ? text.length() : blank;
      int colon = text.indexOf(':', from);
      if (colon < 0 || colon > end) {
        throw new IllegalArgumentException(text);
      }
      int mib = Integer.parseInt(text, from, colon, DECIMAL);
      measures.add(new JobRecord.Measure(mib, Long.parseLong(text, colon + 1, end, DECIMAL)));
      from = end + 1;
    }
    return measures;
  }

  /**
   * Puts these jobs in the place of all that is there.
   *
   * @throws IOException if they can't be written; then the file is what it was
   */
  public void write(List<JobRecord> jobs) throws IOException {
    StringBuilder text = new StringBuilder();
    jobs.forEach(job -> append(text, job));
    byte[] lines = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] head = (head(lines, 0) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(head, head.length + lines.length);
    System.arraycopy(lines, 0, all, head.length, lines.length);
    replace(all);
  }

  private void replace(byte[] bytes) throws IOException {
    @Nullable Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path next = Files.createTempFile(folder, "." + file.getFileName(), "");
    try {
      Files.write(next, bytes, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      Files.deleteIfExists(next);
      throw failure;
    }
  }

  /** Puts what is of no use out of the way, for somebody to look at. */
  public void setAside() throws IOException {
    Files.move(file, aside(), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String head(byte[] bytes, int from) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, from, bytes.length - from);
    return "%s %s %08x".formatted(FORM, VERSION, checksum.getValue());
  }

  private static void append(StringBuilder text, JobRecord job) {
    text.append(job.seen()).append('\t').append(job.floorMib()).append('\t');
    String blank = "";
    for (JobRecord.Measure measure : job.last()) {
      text.append(blank).append(measure.mib()).append(':').append(measure.ms());
      blank = " ";
    }
    JobKey key = job.key();
    text.append('\t').append(key.tool());
    text.append('\t').append(key.kind());
    text.append('\t').append(key.target()).append('\n');
  }
}

package dev.dibs.locks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file {@code mechanism} of a lock directory, which says for ever how locks are held there:
 * {@code dibs locks 1 file}, {@code dibs locks 1 socket} or {@code dibs locks 1 daemon}, and a line
 * feed.
 */
final class MechanismFile {

  private static final String NAME = "mechanism";
  private static final String BEGINNING = "dibs locks 1 ";
  private static final int BYTES_MAX = 64;

  /** Whether a mechanism works. */
  interface Probe {

    /**
     * Tries it.
     *
     * @throws IOException if it does not work; the message says why in a few words
     */
    void probe(MechanismKind kind) throws IOException;
  }

  private MechanismFile() {}

  /**
   * The mechanism of a directory. If none is fixed, the first that works is, from now on.
   *
   * @param candidates which it may be, if none is fixed
   * @throws IOException if what is fixed does not work here, nothing works, or the file says
   *     nothing that is known
   */
  static MechanismKind read(Path directory, List<MechanismKind> candidates, Probe probe)
      throws IOException {
    Path file = Published.find(directory, NAME);
    if (file == null) {
      file = Published.file(directory, NAME, content(firstThatWorks(directory, candidates, probe)));
    }
    MechanismKind kind = parse(file);
    try {
      probe.probe(kind);
    } catch (IOException unusable) {
      throw new IOException(
          "Locks in "
              + directory
              + " are held by the mechanism '"
              + kind.word()
              + "', which does not work here: "
              + unusable.getMessage()
              + ". Use another directory, or remove this one when nobody holds a lock there.",
          unusable);
    }
    return kind;
  }

  private static MechanismKind firstThatWorks(
      Path directory, List<MechanismKind> candidates, Probe probe) throws IOException {
    List<String> why = new ArrayList<>();
    for (MechanismKind kind : candidates) {
      try {
        probe.probe(kind);
        return kind;
      } catch (IOException unusable) {
        why.add(kind.word() + ": " + unusable.getMessage());
      }
    }
    throw new IOException(
        "Locks can't be held in "
            + directory
            + " ("
            + String.join("; ", why)
            + "). Use a directory on a local file system.");
  }

  private static byte[] content(MechanismKind kind) {
    return (BEGINNING + kind.word() + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static MechanismKind parse(Path file) throws IOException {
    String text = beginning(file);
    for (MechanismKind kind : MechanismKind.values()) {
      if (text.equals(BEGINNING + kind.word() + "\n")) {
        return kind;
      }
    }
    throw new IOException(
        file
            + " says '"
            + text.strip().replaceAll("[^ -~]", "?")
            + "', which is no mechanism of locks that this version knows. It is damaged, or of a newer"
            + " version: use that, or remove the directory when nobody holds a lock there.");
  }

  private static String beginning(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1);
    }
  }
}

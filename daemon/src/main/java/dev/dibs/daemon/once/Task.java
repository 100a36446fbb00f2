package dev.dibs.daemon.once;

import dev.dibs.host.EnvironmentBlock;
import dev.dibs.host.Proc;
import dev.dibs.protocol.MalformedRequestException;
import dev.dibs.protocol.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A piece of work, as the kernel tells it of the process that asks: nobody can say that it asks for
 * something else than it would run.
 *
 * @param key what people call it
 * @param fingerprint a checksum of the command's words, the directory and the chosen variables
 * @param command the words with blanks between, printable, cut to what people read
 * @param directory where, printable
 */
public record Task(String key, String fingerprint, String command, String directory) {

  /** Longest key, bytes. */
  public static final int KEY_BYTES_MAX = 4096;

  private static final int COMMAND_CHARACTERS_MAX = 200;
  private static final int DIRECTORY_CHARACTERS_MAX = 500;
  private static final int SHOWN_CHARACTERS_MAX = 60;
  private static final byte[] NOT_SET = {0};
  private static final byte[] SET = {1};

  /**
   * What a process asks for: {@code ... KEY -- COMMAND}.
   *
   * @param words how many words the command has
   * @param variables names of variables of its environment
   * @throws MalformedRequestException if it can't be told for certain what that is; says why
   * @throws IOException if the process has gone
   */
  public static Task of(int pid, int words, List<String> variables)
      throws IOException, MalformedRequestException {
    List<byte[]> line = commandLine(pid);
    int first = line.size() - words;
    if (first < 2 || !"--".equals(text(line.get(first - 1)))) {
      throw refused("the command line of pid " + pid + " is not: dibs once KEY -- COMMAND");
    }
    String key = key(line.get(first - 2));
    List<byte[]> command = line.subList(first, line.size());
    String directory = Proc.directory(pid).orElseThrow(() -> gone(pid));
    MessageDigest digest = sha256();
    add(digest, ByteBuffer.allocate(Integer.BYTES).putInt(words).array());
    command.forEach(word -> add(digest, word));
    addDirectory(digest, pid, directory);
    addVariables(digest, pid, variables);
    return new Task(
        key,
        HexFormat.of().formatHex(digest.digest()),
        Printable.of(
            command.stream().map(Task::text).collect(Collectors.joining(" ")),
            COMMAND_CHARACTERS_MAX),
        Printable.of(directory, DIRECTORY_CHARACTERS_MAX));
  }

  private static List<byte[]> commandLine(int pid) throws IOException, MalformedRequestException {
    byte[] bytes = Proc.commandLineBytes(pid).orElseThrow(() -> gone(pid));
    if (bytes.length >= Proc.BLOCK_BYTES_MAX) {
      throw refused(
          "the command line has more than "
              + Proc.BLOCK_BYTES_MAX
              + " bytes. Put its arguments into a file");
    }
    List<byte[]> words = new ArrayList<>();
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    for (byte b : bytes) {
      if (b == 0) {
        words.add(word.toByteArray());
        word.reset();
      } else {
        word.write(b);
      }
    }
    return words;
  }

  private static String key(byte[] bytes) throws MalformedRequestException {
    String shown = Printable.of(text(bytes), SHOWN_CHARACTERS_MAX);
    if (bytes.length == 0) {
      throw refused("the key is empty. Is a variable not set?");
    }
    if (bytes.length > KEY_BYTES_MAX) {
      throw refused(
          "the key '"
              + shown
              + "' is longer than "
              + KEY_BYTES_MAX
              + " bytes. Use a checksum of it");
    }
    String key;
    try {
      key = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException other) {
      throw refused("the key '" + shown + "' is no UTF-8");
    }
    if (key.chars().anyMatch(Character::isISOControl)) {
      throw refused("the key '" + shown + "' has control characters. Leave them out");
    }
    return key;
  }

  /** By its path and by what it is, for another mount namespace may have another one there. */
  private static void addDirectory(MessageDigest digest, int pid, String directory)
      throws IOException {
    Path itself = Path.of("/proc", Integer.toString(pid), "cwd");
    add(digest, directory.getBytes(StandardCharsets.UTF_8));
    add(digest, Files.getAttribute(itself, "unix:dev").toString().getBytes(StandardCharsets.UTF_8));
    add(digest, Files.getAttribute(itself, "unix:ino").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void addVariables(MessageDigest digest, int pid, List<String> variables)
      throws IOException, MalformedRequestException {
    if (variables.isEmpty()) {
      return;
    }
    EnvironmentBlock environment = Proc.environment(pid).orElseThrow(() -> gone(pid));
    if (environment.length() >= Proc.BLOCK_BYTES_MAX) {
      throw refused("the environment has more than " + Proc.BLOCK_BYTES_MAX + " bytes");
    }
    for (String name : variables.stream().sorted().distinct().toList()) {
      add(digest, name.getBytes(StandardCharsets.UTF_8));
      add(digest, environment.bytes(name).isPresent() ? SET : NOT_SET);
      add(digest, environment.bytes(name).orElse(new byte[0]));
    }
  }

  /** With its length in front, so that no two lists of words look the same. */
  private static void add(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException("BUG: no SHA-256", everyJdkHasIt);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static IOException gone(int pid) {
    return new IOException("pid " + pid + " has gone");
  }

  private static MalformedRequestException refused(String why) {
    return MalformedRequestException.because(why);
  }
}

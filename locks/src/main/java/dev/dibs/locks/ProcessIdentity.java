package dev.dibs.locks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Which process it is, and among which others. What can't be told here is zeros, which are equal to
 * zeros only.
 *
 * @param pid as its own pid namespace numbers it
 * @param start when it was started, in ticks since the boot; 0 if not known. Not a time of day,
 *     which two JVMs work out differently after the clock was set
 * @param network the number of its network namespace
 * @param space 8 hexadecimal digits for where {@code pid} and {@code start} mean something: the
 *     namespaces of pids and of time. Zeros if what {@code /proc} shows can't be relied on
 * @param boot 16 hexadecimal digits for this boot of this kernel
 * @param machine 8 hexadecimal digits for this machine, as far as that can be told
 */
record ProcessIdentity(
    long pid, long start, String network, String space, String boot, String machine) {

  private static final String NO_NETWORK = "0";
  private static final String NO_SPACE = "0".repeat(8);
  private static final String NO_BOOT = "0".repeat(16);
  private static final String NO_MACHINE = "0".repeat(8);

  /** How the process of somebody's record stands to this one. */
  enum Kinship {
    /** The same machine, boot and network: its port is ours to ask. */
    NEAR,
    /** Of an earlier boot of this machine: it is over. */
    PAST,
    /** The same kernel, another network: its port says nothing. */
    OTHER_NETWORK,
    /** Another machine, or one can't tell. */
    OTHER_MACHINE
  }

  /** This process. */
  static ProcessIdentity own() {
    long pid = ProcessHandle.current().pid();
    long start = Pids.startOf(pid).orElse(0);
    return new ProcessIdentity(
        pid, start, ownNetwork(), start == 0 ? NO_SPACE : ownSpace(), ownBoot(), ownMachine());
  }

  /** How {@code other} stands to this process. */
  Kinship kinshipOf(ProcessIdentity other) {
    boolean sameMachine = machine.equals(other.machine);
    if (!boot.equals(other.boot)) {
      boolean known = knowsBoot() && other.knowsBoot() && !machine.equals(NO_MACHINE);
      return known && sameMachine ? Kinship.PAST : Kinship.OTHER_MACHINE;
    }
    if (!knowsBoot() && !sameMachine) {
      return Kinship.OTHER_MACHINE;
    }
    return network.equals(other.network) ? Kinship.NEAR : Kinship.OTHER_NETWORK;
  }

  /** Whether the pid of {@code other} means the same process here and there. */
  boolean sharesPidsWith(ProcessIdentity other) {
    return knowsBoot()
        && boot.equals(other.boot)
        && !space.equals(NO_SPACE)
        && space.equals(other.space);
  }

  private boolean knowsBoot() {
    return !boot.equals(NO_BOOT);
  }

  private static String ownNetwork() {
    String digits = namespace("net").replaceAll("\\D", "");
    return digits.isEmpty() || digits.length() > 10 ? NO_NETWORK : digits;
  }

  private static String ownSpace() {
    String pids = namespace("pid");
    return pids.isEmpty() || Pids.mayBeHidden() ? NO_SPACE : digest(pids + namespace("time"), 8);
  }

  private static String ownBoot() {
    String boot = line(Path.of("/proc/sys/kernel/random/boot_id"));
    return boot.isEmpty() ? NO_BOOT : digest(boot, 16);
  }

  /** With the host's name, since copies of a machine may have the same number. */
  private static String ownMachine() {
    String number = line(Path.of("/etc/machine-id"));
    String name = line(Path.of("/proc/sys/kernel/hostname"));
    String windows = Objects.requireNonNullElse(System.getenv("COMPUTERNAME"), "");
    String all = String.join("\n", number, name, windows);
    return all.isBlank() ? NO_MACHINE : digest(all, 8);
  }

  private static String namespace(String kind) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString();
    } catch (IOException | UnsupportedOperationException notHere) {
      return "";
    }
  }

  private static String line(Path file) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.findFirst().orElse("").strip();
    } catch (IOException | java.io.UncheckedIOException notHere) {
      return "";
    }
  }

  private static String digest(String text, int digits) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum).substring(0, digits);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("BUG: every Java platform has SHA-256", impossible);
    }
  }
}

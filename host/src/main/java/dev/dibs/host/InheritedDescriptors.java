package dev.dibs.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The descriptors that this process was started with. */
public final class InheritedDescriptors {

  private InheritedDescriptors() {}

  /**
   * Those that are open and lead neither to the JDK nor to jars. To be asked first of all: with the
   * first system call, file channel or random number the JVM opens more.
   */
  public static Set<Integer> find() {
    Set<Integer> found = look(); // the first look loads classes, by descriptors that it meets
    found.retainAll(look());
    return found;
  }

  private static Set<Integer> look() {
    Set<Integer> found = new HashSet<>();
    Path jdk = Path.of(System.getProperty("java.home"));
    String[] open = new File("/proc/self/fd").list();
    for (String number : open == null ? new String[0] : open) {
      if (!isOfJvm(Path.of("/proc/self/fd", number), jdk)) {
        found.add(Integer.valueOf(number));
      }
    }
    return found;
  }

  private static boolean isOfJvm(Path descriptor, Path jdk) {
    try {
      Path target = Files.readSymbolicLink(descriptor);
      return target.startsWith(jdk) || target.toString().endsWith(".jar");
    } catch (IOException gone) {
      return true; // the one that listed them
    }
  }
}

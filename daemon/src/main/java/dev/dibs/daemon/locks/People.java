package dev.dibs.daemon.locks;

/** What people know processes by. */
public interface People {

  /**
   * A process as of now.
   *
   * @param pid 0 for one that is not known
   */
  Person of(int pid);

  /**
   * One of them; not escaped.
   *
   * @param command its command line, or something in brackets
   * @param directory where it is, the home folder as {@code ~}
   */
  record Person(int pid, String command, String directory) {}
}

package dev.dibs.daemon.files;

/** Answers launchers that ask by opening a file (docs/control.md). */
public interface Asks {

  /**
   * Tries what a line asks for, at once: nothing of it stays if it would have to wait.
   *
   * @param line a control line
   * @param pid the process that asks, as the kernel says
   * @param again whether an earlier daemon may have read this, so that it may be granted already
   * @return the content of the file: shell commands
   */
  String answer(String line, int pid, boolean again);
}

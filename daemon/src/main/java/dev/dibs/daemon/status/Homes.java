package dev.dibs.daemon.status;

/** Folders as people write them. */
public final class Homes {

  private Homes() {}

  /** The folder with the home folder in front as {@code ~}. */
  public static String shorten(String folder, String home) {
    if (home.length() < 2) {
      return folder;
    }
    if (folder.equals(home)) {
      return "~";
    }
    return folder.startsWith(home + "/") ? "~" + folder.substring(home.length()) : folder;
  }
}

package dev.dibs.daemon.status;

import java.util.List;

/** Columns that line up, two spaces between them; the last one is as long as it is. */
public final class TextTable {

  private final List<List<String>> rows;

  /**
   * @param rows at least one, all of the same length
   */
  public TextTable(List<List<String>> rows) {
    this.rows = rows;
  }

  /** Adds the lines. */
  public void appendTo(StringBuilder text) {
    int[] widths = widths();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        line.append(row.get(column)).repeat(" ", widths[column] + 2 - length(row.get(column)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private int[] widths() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    return widths;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}

package dev.sluice.connectors.console;

import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.List;

/** Rows in a frame, as Spark's {@code show()} draws it. */
public final class ConsoleTable {
  private static final int LONGEST_CELL = 20;
  private static final int NARROWEST_COLUMN = 3;

  private final int[] widths;
  private final boolean right;

  /**
   * A frame as wide as its longest cells.
   *
   * @param lines the cells of each line, as {@link #escape} gives them
   * @param right whether cells stand at the right
   */
  private ConsoleTable(int columns, List<List<String>> lines, boolean right) {
    this.right = right;
    this.widths = new int[columns];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = NARROWEST_COLUMN;
      for (List<String> line : lines) {
        widths[c] = Math.max(widths[c], width(line.get(c)));
      }
    }
  }

  /** A frame for values in full, wide enough for these lines; longer cells stick out. */
  public static ConsoleTable fitting(int columns, List<List<String>> lines) {
    return new ConsoleTable(columns, lines, false);
  }

  /**
   * The frame, with a line feed after every line.
   *
   * @param rows those to show, each value as text
   * @param truncate cuts values to 20 characters and aligns them right
   * @param more true if there are rows beyond those shown
   */
  static String draw(Schema schema, List<List<String>> rows, boolean truncate, boolean more) {
    List<List<String>> lines = new ArrayList<>(rows.size() + 1);
    List<String> header = new ArrayList<>();
    for (String name : schema.names()) {
      header.add(escape(name));
    }
    lines.add(header);
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>(row.size());
      for (String value : row) {
        cells.add(truncate ? cut(escape(value)) : escape(value));
      }
      lines.add(cells);
    }
    ConsoleTable table = new ConsoleTable(schema.size(), lines, truncate);
    StringBuilder out = new StringBuilder(table.rule());
    table.line(header, out);
    out.append(table.rule());
    for (List<String> cells : lines.subList(1, lines.size())) {
      table.line(cells, out);
    }
    out.append(table.rule());
    if (more) {
      out.append("only showing top ")
          .append(rows.size())
          .append(rows.size() == 1 ? " row\n" : " rows\n");
    }
    return out.toString();
  }

  /** The line between, above and below. */
  public String rule() {
    StringBuilder out = new StringBuilder("+");
    for (int c = 0; c < widths.length; c++) {
      out.append(c > 0 ? "+" : "").append("-".repeat(widths[c]));
    }
    return out.append("+\n").toString();
  }

  /** Appends one line of cells. */
  public void line(List<String> cells, StringBuilder out) {
    out.append('|');
    for (int c = 0; c < cells.size(); c++) {
      String cell = cells.get(c);
      String padding = " ".repeat(Math.max(0, widths[c] - width(cell)));
      out.append(c > 0 ? "|" : "").append(right ? padding + cell : cell + padding);
    }
    out.append("|\n");
  }

  private static String cut(String text) {
    return text.length() > LONGEST_CELL ? text.substring(0, LONGEST_CELL - 3) + "..." : text;
  }

  /** Columns on the terminal: the wide letters of East Asian scripts take two. */
  private static int width(String text) {
    int width = text.length();
    for (int i = 0; i < text.length(); i++) {
      if (isWide(text.charAt(i))) {
        width++;
      }
    }
    return width;
  }

  private static boolean isWide(char c) {
    return c >= 0x1100 && c <= 0x115F
        || c >= 0x2E80 && c <= 0xA4CF
        || c >= 0xAC00 && c <= 0xD7A3
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0xFE30 && c <= 0xFE6F
        || c >= 0xFF00 && c <= 0xFF60
        || c >= 0xFFE0 && c <= 0xFFE6;
  }

  /** Control characters become visible: data must not steer the terminal. */
  public static String escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return escapeAll(text);
      }
    }
    return text;
  }

  private static String escapeAll(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        case 0x0B -> out.append("\\v");
        case 0x07 -> out.append("\\a");
        default -> {
          if (Character.isISOControl(c)) {
            out.append("\\u00")
                .append(Character.forDigit(c >> 4, 16))
                .append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }
}

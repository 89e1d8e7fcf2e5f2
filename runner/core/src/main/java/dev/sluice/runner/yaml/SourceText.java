package dev.sluice.runner.yaml;

import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.Arrays;

/** The text of a file as code points, and where its lines start. */
final class SourceText {
  private final String file;
  private final int[] points;
  private int[] lineStarts = new int[64];
  private int lines;

  SourceText(String file, String text) {
    this.file = file;
    points = text.codePoints().toArray();
    addLine(0);
    for (int i = 0; i < points.length; i++) {
      boolean carriageReturnOfPair =
          points[i] == '\r' && i + 1 < points.length && points[i + 1] == '\n';
      if (isBreak(points[i]) && !carriageReturnOfPair) {
        addLine(i + 1);
      }
    }
  }

  private void addLine(int start) {
    if (lines == lineStarts.length) {
      lineStarts = Arrays.copyOf(lineStarts, lines * 2);
    }
    lineStarts[lines++] = start;
  }

  static boolean isBreak(int point) {
    return point == '\n' || point == '\r';
  }

  static boolean isBlank(int point) {
    return point == ' ' || point == '\t';
  }

  /** The code point at an index, or 0 beyond the end. */
  int at(int index) {
    return index < points.length ? points[index] : 0;
  }

  int length() {
    return points.length;
  }

  /** Line and column, in code points, of an index. */
  SourcePosition position(int index) {
    int line = Arrays.binarySearch(lineStarts, 0, lines, index);
    if (line < 0) {
      line = -line - 2;
    }
    return new SourcePosition(file, line + 1, index - lineStarts[line] + 1);
  }

  /** How many code points the line break at an index takes. */
  int breakLength(int index) {
    return at(index) == '\r' && at(index + 1) == '\n' ? 2 : 1;
  }
}

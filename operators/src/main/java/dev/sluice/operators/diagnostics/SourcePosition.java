package dev.sluice.operators.diagnostics;

/** A place in a file; line and column count from 1. Prints {@code file:line:column}. */
public record SourcePosition(String file, int line, int column)
    implements Comparable<SourcePosition> {
  /** For what no file says: the command line, a default. */
  public static final SourcePosition NOWHERE = new SourcePosition("", 0, 0);

  @Override
  public int compareTo(SourcePosition other) {
    int byFile = file.compareTo(other.file);
    if (byFile != 0) {
      return byFile;
    }
    int byLine = Integer.compare(line, other.line);
    return byLine != 0 ? byLine : Integer.compare(column, other.column);
  }

  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}

package dev.sluice.operators.function.json;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.ScalarTexts;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.StructColumn;
import java.util.List;

/**
 * Arrays, maps and structs as a field of CSV, as Spark writes them: {@code [1, 2]}, {@code {a ->
 * 1}}, {@code {1, x}}. A null leaves its place empty. Not thread-safe.
 */
final class NestedTexts {
  private final ScalarTexts scalars;

  NestedTexts(ScalarTexts scalars) {
    this.scalars = scalars;
  }

  static boolean isNested(FlatColumn column) {
    return column instanceof ArrayColumn
        || column instanceof MapColumn
        || column instanceof StructColumn;
  }

  /** Puts the value of a row that is not null. */
  void put(FlatColumn column, int row, Bytes out) {
    if (column instanceof ArrayColumn array) {
      FlatColumn elements = array.elements().flatten();
      out.put('[');
      for (int i = 0; i < array.lengths()[row]; i++) {
        item(elements, array.starts()[row] + i, i > 0, out);
      }
      out.put(']');
    } else if (column instanceof MapColumn map) {
      FlatColumn keys = map.keys().flatten();
      FlatColumn values = map.values().flatten();
      out.put('{');
      for (int i = 0; i < map.lengths()[row]; i++) {
        int entry = map.starts()[row] + i;
        item(keys, entry, i > 0, out);
        out.putAscii(" ->");
        if (!values.isNull(entry)) {
          out.put(' ');
          put(values, entry, out);
        }
      }
      out.put('}');
    } else if (column instanceof StructColumn struct) {
      List<Column> children = struct.children();
      out.put('{');
      for (int i = 0; i < children.size(); i++) {
        item(children.get(i).flatten(), row, i > 0, out);
      }
      out.put('}');
    } else {
      scalars.put(column, row, out);
    }
  }

  private void item(FlatColumn column, int row, boolean later, Bytes out) {
    if (later) {
      out.put(',');
    }
    if (!column.isNull(row)) {
      if (later) {
        out.put(' ');
      }
      put(column, row, out);
    }
  }
}

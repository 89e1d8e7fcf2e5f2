package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Casts of arrays, maps and structs: their parts are cast. */
final class NestedCasts {
  private NestedCasts() {}

  static CastKernel kernel(DataType from, DataType to, Session session, boolean quiet) {
    if (from instanceof ArrayType a && to instanceof ArrayType b) {
      CastKernel elements = Casts.kernel(a.element(), b.element(), session, quiet);
      return (column, rows) -> {
        ArrayColumn arrays = (ArrayColumn) column;
        Members used =
            Members.of(
                arrays.starts(),
                arrays.lengths(),
                arrays.validity(),
                rows,
                arrays.elements().size());
        return new ArrayColumn(
            b,
            used.cast(elements, arrays.elements()),
            used.starts(),
            arrays.lengths(),
            arrays.validity(),
            rows);
      };
    }
    if (from instanceof MapType a && to instanceof MapType b) {
      CastKernel keys = Casts.kernel(a.key(), b.key(), session, quiet);
      CastKernel values = Casts.kernel(a.value(), b.value(), session, quiet);
      return (column, rows) -> {
        MapColumn maps = (MapColumn) column;
        Members used =
            Members.of(maps.starts(), maps.lengths(), maps.validity(), rows, maps.keys().size());
        return new MapColumn(
            b,
            used.cast(keys, maps.keys()),
            used.cast(values, maps.values()),
            used.starts(),
            maps.lengths(),
            maps.validity(),
            rows);
      };
    }
    StructType a = (StructType) from;
    StructType b = (StructType) to;
    List<CastKernel> fields = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      fields.add(Casts.kernel(a.field(i).type(), b.field(i).type(), session, quiet));
    }
    return (column, rows) -> {
      StructColumn structs = (StructColumn) column;
      List<Column> children = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        // A child's value under a null struct means nothing and must not fail.
        Column child = Access.withNulls(structs.child(i), structs.validity());
        children.add(fields.get(i).cast(child.flatten(), rows));
      }
      return new StructColumn(b, children, structs.validity(), rows);
    };
  }

  /**
   * The elements that rows have: others, which a filter left behind or which stand under a null,
   * must not be cast, since they could fail.
   *
   * @param positions where they stand; null for all elements as they are
   */
  private record Members(int[] starts, int rows, int @Nullable [] positions, int count) {
    static Members of(int[] starts, int[] lengths, Validity validity, int rows, int elements) {
      int count = 0;
      boolean all = true;
      for (int i = 0; i < rows; i++) {
        if (validity.isValid(i)) {
          all &= starts[i] == count;
          count += lengths[i];
        } else {
          all &= lengths[i] == 0;
        }
      }
      if (all && count == elements) {
        return new Members(starts, rows, null, count);
      }
      int[] positions = new int[count];
      int[] moved = new int[rows];
      int next = 0;
      for (int i = 0; i < rows; i++) {
        moved[i] = next;
        for (int k = 0; k < lengths[i] && validity.isValid(i); k++) {
          positions[next++] = starts[i] + k;
        }
      }
      return new Members(moved, rows, positions, count);
    }

    /** A failure names the row that has the element. */
    FlatColumn cast(CastKernel kernel, Column elements) {
      Column used = positions == null ? elements : elements.select(positions, count);
      try {
        return kernel.cast(used.flatten(), count);
      } catch (EvaluationException e) {
        int row = 0;
        while (row + 1 < rows && starts[row + 1] <= e.row()) {
          row++;
        }
        throw e.atRow(row);
      }
    }
  }
}

package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import java.util.ArrayList;
import java.util.List;

/** Casts of arrays, maps and structs: their parts are cast. */
final class NestedCasts {
  private NestedCasts() {}

  static CastKernel kernel(DataType from, DataType to, Session session, boolean quiet) {
    if (from instanceof ArrayType a && to instanceof ArrayType b) {
      CastKernel elements = Casts.kernel(a.element(), b.element(), session, quiet);
      return (column, rows) -> {
        ArrayColumn arrays = (ArrayColumn) column;
        Column cast = elements.cast(arrays.elements().flatten(), arrays.elements().size());
        return new ArrayColumn(b, cast, arrays.starts(), arrays.lengths(), arrays.validity(), rows);
      };
    }
    if (from instanceof MapType a && to instanceof MapType b) {
      CastKernel keys = Casts.kernel(a.key(), b.key(), session, quiet);
      CastKernel values = Casts.kernel(a.value(), b.value(), session, quiet);
      return (column, rows) -> {
        MapColumn maps = (MapColumn) column;
        return new MapColumn(
            b,
            keys.cast(maps.keys().flatten(), maps.keys().size()),
            values.cast(maps.values().flatten(), maps.values().size()),
            maps.starts(),
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
        Column child = Access.withNulls(structs.child(i), structs.validity(), rows);
        children.add(fields.get(i).cast(child.flatten(), rows));
      }
      return new StructColumn(b, children, structs.validity(), rows);
    };
  }
}

package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Collation;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Spark's order of the values of a type: strings by bytes, NaN equal to itself and above all, -0.0
 * equal to 0.0, arrays and structs element by element with nulls first. Both columns have the type;
 * the rows are not null.
 */
@FunctionalInterface
public interface RowComparator {
  int compare(FlatColumn left, int leftRow, FlatColumn right, int rightRow);

  /**
   * Also for maps, whose order means nothing but whose equality does: entries are compared in their
   * order.
   */
  static RowComparator of(DataType type) {
    return switch (type.physical()) {
      case BOOLEAN ->
          (a, i, b, j) -> Boolean.compare(((BooleanColumn) a).get(i), ((BooleanColumn) b).get(j));
      case INT -> (a, i, b, j) -> Integer.compare(((IntColumn) a).get(i), ((IntColumn) b).get(j));
      case LONG -> (a, i, b, j) -> Long.compare(((LongColumn) a).get(i), ((LongColumn) b).get(j));
      case FLOAT -> (a, i, b, j) -> compare(((FloatColumn) a).get(i), ((FloatColumn) b).get(j));
      case DOUBLE -> (a, i, b, j) -> compare(((DoubleColumn) a).get(i), ((DoubleColumn) b).get(j));
      case BYTES ->
          type instanceof CollatedType collated
              ? compareTexts(Collations.of(collated))
              : RowComparator::compareBytes;
      case DECIMAL128 -> RowComparator::compareDecimals;
      case INTERVAL -> RowComparator::compareIntervals;
      case ARRAY -> {
        RowComparator elements = nullsFirst(of(((ArrayType) type).element()));
        yield (a, i, b, j) -> compareArrays(elements, (ArrayColumn) a, i, (ArrayColumn) b, j);
      }
      case MAP -> {
        RowComparator keys = of(((MapType) type).key());
        RowComparator values = nullsFirst(of(((MapType) type).value()));
        yield (a, i, b, j) -> compareMaps(keys, values, (MapColumn) a, i, (MapColumn) b, j);
      }
      case STRUCT -> {
        List<RowComparator> fields = new ArrayList<>();
        ((StructType) type).fields().forEach(f -> fields.add(nullsFirst(of(f.type()))));
        yield (a, i, b, j) -> compareStructs(fields, (StructColumn) a, i, (StructColumn) b, j);
      }
      case NULL -> (a, i, b, j) -> 0;
    };
  }

  /** The same order for rows that may be null, nulls being equal and first. */
  static RowComparator nullsFirst(RowComparator order) {
    return (a, i, b, j) -> {
      boolean leftNull = a.isNull(i);
      boolean rightNull = b.isNull(j);
      if (leftNull || rightNull) {
        return leftNull ? (rightNull ? 0 : -1) : 1;
      }
      return order.compare(a, i, b, j);
    };
  }

  /** {@code Double.compare} but for zeros, which are equal whatever their sign. */
  static int compare(double a, double b) {
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
  }

  private static int compareBytes(FlatColumn a, int i, FlatColumn b, int j) {
    BytesColumn x = (BytesColumn) a;
    BytesColumn y = (BytesColumn) b;
    int xs = x.starts()[i];
    int ys = y.starts()[j];
    return Arrays.compareUnsigned(
        x.data(), xs, xs + x.lengths()[i], y.data(), ys, ys + y.lengths()[j]);
  }

  private static RowComparator compareTexts(Collation collation) {
    return (a, i, b, j) -> {
      BytesColumn x = (BytesColumn) a;
      BytesColumn y = (BytesColumn) b;
      return collation.compare(
          x.data(), x.starts()[i], x.lengths()[i], y.data(), y.starts()[j], y.lengths()[j]);
    };
  }

  private static int compareDecimals(FlatColumn a, int i, FlatColumn b, int j) {
    Decimal128Column x = (Decimal128Column) a;
    Decimal128Column y = (Decimal128Column) b;
    int high = Long.compare(x.high()[i], y.high()[j]);
    return high != 0 ? high : Long.compareUnsigned(x.low()[i], y.low()[j]);
  }

  private static int compareIntervals(FlatColumn a, int i, FlatColumn b, int j) {
    IntervalColumn x = (IntervalColumn) a;
    IntervalColumn y = (IntervalColumn) b;
    int months = Integer.compare(x.months()[i], y.months()[j]);
    if (months != 0) {
      return months;
    }
    int days = Integer.compare(x.days()[i], y.days()[j]);
    return days != 0 ? days : Long.compare(x.microseconds()[i], y.microseconds()[j]);
  }

  private static int compareArrays(
      RowComparator elements, ArrayColumn a, int i, ArrayColumn b, int j) {
    FlatColumn x = a.elements().flatten();
    FlatColumn y = b.elements().flatten();
    int common = Math.min(a.lengths()[i], b.lengths()[j]);
    for (int k = 0; k < common; k++) {
      int order = elements.compare(x, a.starts()[i] + k, y, b.starts()[j] + k);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.lengths()[i], b.lengths()[j]);
  }

  private static int compareMaps(
      RowComparator keys, RowComparator values, MapColumn a, int i, MapColumn b, int j) {
    int common = Math.min(a.lengths()[i], b.lengths()[j]);
    for (int k = 0; k < common; k++) {
      int left = a.starts()[i] + k;
      int right = b.starts()[j] + k;
      int order = keys.compare(a.keys().flatten(), left, b.keys().flatten(), right);
      if (order == 0) {
        order = values.compare(a.values().flatten(), left, b.values().flatten(), right);
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.lengths()[i], b.lengths()[j]);
  }

  private static int compareStructs(
      List<RowComparator> fields, StructColumn a, int i, StructColumn b, int j) {
    for (int k = 0; k < fields.size(); k++) {
      int order = fields.get(k).compare(a.child(k).flatten(), i, b.child(k).flatten(), j);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}

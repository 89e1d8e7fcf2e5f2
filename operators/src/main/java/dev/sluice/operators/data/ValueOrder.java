package dev.sluice.operators.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Spark's order of the values of one type, over columns of any shape: nulls are equal and first,
 * strings go by bytes, NaN is equal to itself and above all numbers, -0.0 equals 0.0, arrays and
 * structs compare element by element. Maps have no order of their own: they compare by their
 * entries sorted by key, so that 0 means equal whatever the order of entries.
 */
public abstract class ValueOrder {
  private ValueOrder() {}

  /** The order of a type; both columns that are compared must have it. Stateless: share it. */
  public static ValueOrder of(DataType type) {
    return switch (type.physical()) {
      case BOOLEAN -> new Booleans();
      case INT -> new Ints();
      case LONG -> new Longs();
      case FLOAT -> new Floats();
      case DOUBLE -> new Doubles();
      case BYTES -> type instanceof CollatedType c ? new Texts(Collations.of(c)) : new Bytes();
      case DECIMAL128 -> new Decimals();
      case INTERVAL -> new Intervals();
      case ARRAY -> new Lists(of(((ArrayType) type).element()));
      case MAP -> new Maps(of(((MapType) type).key()), of(((MapType) type).value()));
      case STRUCT -> new Structs((StructType) type);
      case NULL -> new Nothing();
    };
  }

  /**
   * Negative, 0 or positive as row {@code i} of {@code a} comes before, with or after row {@code j}
   * of {@code b}.
   */
  public final int compare(Column a, int i, Column b, int j) {
    if (a instanceof SelectedColumn selected) {
      return compare(selected.base(), selected.rows()[i], b, j);
    }
    if (b instanceof SelectedColumn selected) {
      return compare(a, i, selected.base(), selected.rows()[j]);
    }
    if (a instanceof ConstantColumn constant) {
      return compare(constant.one(), 0, b, j);
    }
    if (b instanceof ConstantColumn constant) {
      return compare(a, i, constant.one(), 0);
    }
    boolean leftNull = a.isNull(i);
    boolean rightNull = b.isNull(j);
    if (leftNull || rightNull) {
      return leftNull ? (rightNull ? 0 : -1) : 1;
    }
    return valid((FlatColumn) a, i, (FlatColumn) b, j);
  }

  /** The order of two rows that are not null. */
  public abstract int valid(FlatColumn a, int i, FlatColumn b, int j);

  /** {@code Double.compare} but for zeros, which are equal whatever their sign. */
  public static int compareDoubles(double a, double b) {
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
  }

  private static final class Booleans extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      return Boolean.compare(((BooleanColumn) a).get(i), ((BooleanColumn) b).get(j));
    }
  }

  private static final class Ints extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      return Integer.compare(((IntColumn) a).get(i), ((IntColumn) b).get(j));
    }
  }

  private static final class Longs extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      return Long.compare(((LongColumn) a).get(i), ((LongColumn) b).get(j));
    }
  }

  private static final class Floats extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      return compareDoubles(((FloatColumn) a).get(i), ((FloatColumn) b).get(j));
    }
  }

  private static final class Doubles extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      return compareDoubles(((DoubleColumn) a).get(i), ((DoubleColumn) b).get(j));
    }
  }

  private static final class Bytes extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      BytesColumn x = (BytesColumn) a;
      BytesColumn y = (BytesColumn) b;
      int from = x.starts()[i];
      int otherFrom = y.starts()[j];
      return Arrays.compareUnsigned(
          x.data(), from, from + x.lengths()[i], y.data(), otherFrom, otherFrom + y.lengths()[j]);
    }
  }

  private static final class Texts extends ValueOrder {
    private final Collation collation;

    Texts(Collation collation) {
      this.collation = collation;
    }

    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      BytesColumn x = (BytesColumn) a;
      BytesColumn y = (BytesColumn) b;
      return collation.compare(
          x.data(), x.starts()[i], x.lengths()[i], y.data(), y.starts()[j], y.lengths()[j]);
    }
  }

  private static final class Decimals extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      Decimal128Column x = (Decimal128Column) a;
      Decimal128Column y = (Decimal128Column) b;
      int high = Long.compare(x.high()[i], y.high()[j]);
      return high != 0 ? high : Long.compareUnsigned(x.low()[i], y.low()[j]);
    }
  }

  private static final class Intervals extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      IntervalColumn x = (IntervalColumn) a;
      IntervalColumn y = (IntervalColumn) b;
      int months = Integer.compare(x.months()[i], y.months()[j]);
      if (months != 0) {
        return months;
      }
      int days = Integer.compare(x.days()[i], y.days()[j]);
      return days != 0 ? days : Long.compare(x.microseconds()[i], y.microseconds()[j]);
    }
  }

  private static final class Lists extends ValueOrder {
    private final ValueOrder element;

    Lists(ValueOrder element) {
      this.element = element;
    }

    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      ArrayColumn x = (ArrayColumn) a;
      ArrayColumn y = (ArrayColumn) b;
      int common = Math.min(x.lengths()[i], y.lengths()[j]);
      for (int k = 0; k < common; k++) {
        int order =
            element.compare(x.elements(), x.starts()[i] + k, y.elements(), y.starts()[j] + k);
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(x.lengths()[i], y.lengths()[j]);
    }
  }

  private static final class Maps extends ValueOrder {
    private final ValueOrder key;
    private final ValueOrder value;

    Maps(ValueOrder key, ValueOrder value) {
      this.key = key;
      this.value = value;
    }

    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      MapColumn x = (MapColumn) a;
      MapColumn y = (MapColumn) b;
      int size = Integer.compare(x.lengths()[i], y.lengths()[j]);
      if (size != 0) {
        return size;
      }
      List<Integer> left = sorted(x, i);
      List<Integer> right = sorted(y, j);
      for (int k = 0; k < left.size(); k++) {
        int order = key.compare(x.keys(), left.get(k), y.keys(), right.get(k));
        if (order == 0) {
          order = value.compare(x.values(), left.get(k), y.values(), right.get(k));
        }
        if (order != 0) {
          return order;
        }
      }
      return 0;
    }

    private List<Integer> sorted(MapColumn map, int row) {
      List<Integer> entries = new ArrayList<>(map.lengths()[row]);
      for (int k = 0; k < map.lengths()[row]; k++) {
        entries.add(map.starts()[row] + k);
      }
      entries.sort((p, q) -> key.compare(map.keys(), p, map.keys(), q));
      return entries;
    }
  }

  private static final class Structs extends ValueOrder {
    private final ValueOrder[] fields;

    Structs(StructType type) {
      fields = new ValueOrder[type.size()];
      for (int f = 0; f < fields.length; f++) {
        fields[f] = of(type.field(f).type());
      }
    }

    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      StructColumn x = (StructColumn) a;
      StructColumn y = (StructColumn) b;
      for (int f = 0; f < fields.length; f++) {
        int order = fields[f].compare(x.child(f), i, y.child(f), j);
        if (order != 0) {
          return order;
        }
      }
      return 0;
    }
  }

  private static final class Nothing extends ValueOrder {
    @Override
    public int valid(FlatColumn a, int i, FlatColumn b, int j) {
      return 0;
    }
  }
}

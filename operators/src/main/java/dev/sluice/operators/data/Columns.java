package dev.sluice.operators.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What many kernels do with columns as wholes. */
public final class Columns {
  private Columns() {}

  /** {@code count} values at {@code rows}, null where a row is negative. The array is kept. */
  public static Column pick(Column source, int[] rows, int count) {
    boolean missing = false;
    for (int i = 0; i < count; i++) {
      missing |= rows[i] < 0;
    }
    if (!missing) {
      return source.select(rows, count);
    }
    if (source.size() == 0) {
      return new ConstantColumn(nulls(source.type(), 1), count);
    }
    boolean[] nulls = new boolean[count];
    int[] valid = new int[count];
    for (int i = 0; i < count; i++) {
      nulls[i] = rows[i] < 0;
      valid[i] = Math.max(0, rows[i]);
    }
    FlatColumn picked = source.select(valid, count).flatten();
    return withNulls(picked, Validity.ofNulls(nulls, count));
  }

  /** A column of nothing but nulls. */
  public static FlatColumn nulls(DataType type, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      builder.appendNull();
    }
    return builder.build();
  }

  /** The same values, null also where {@code more} says so. */
  public static FlatColumn withNulls(FlatColumn column, Validity more) {
    int rows = column.size();
    Validity valid = column.validity().and(more, rows);
    if (valid == column.validity()) {
      return column;
    }
    if (column instanceof BooleanColumn c) {
      return new BooleanColumn(c.type(), c.values(), valid, rows);
    } else if (column instanceof IntColumn c) {
      return new IntColumn(c.type(), c.values(), valid, rows);
    } else if (column instanceof LongColumn c) {
      return new LongColumn(c.type(), c.values(), valid, rows);
    } else if (column instanceof FloatColumn c) {
      return new FloatColumn(c.type(), c.values(), valid, rows);
    } else if (column instanceof DoubleColumn c) {
      return new DoubleColumn(c.type(), c.values(), valid, rows);
    } else if (column instanceof BytesColumn c) {
      return new BytesColumn(c.type(), c.data(), c.starts(), c.lengths(), valid, rows);
    } else if (column instanceof Decimal128Column c) {
      return new Decimal128Column(c.type(), c.high(), c.low(), valid, rows);
    } else if (column instanceof IntervalColumn c) {
      return new IntervalColumn(c.months(), c.days(), c.microseconds(), valid, rows);
    } else if (column instanceof ArrayColumn c) {
      return new ArrayColumn(c.type(), c.elements(), c.starts(), c.lengths(), valid, rows);
    } else if (column instanceof MapColumn c) {
      return new MapColumn(c.type(), c.keys(), c.values(), c.starts(), c.lengths(), valid, rows);
    } else if (column instanceof StructColumn c) {
      return new StructColumn(c.type(), c.children(), valid, rows);
    }
    return column;
  }

  /** One column after the other, all of one type. */
  public static FlatColumn concatenate(DataType type, List<? extends Column> columns) {
    int size = 0;
    for (Column column : columns) {
      size += column.size();
    }
    FlatColumn numbers = numbers(type, columns, size);
    if (numbers != null) {
      return numbers;
    }
    ColumnBuilder builder = ColumnBuilder.of(type, size);
    for (Column column : columns) {
      for (int i = 0; i < column.size(); i++) {
        builder.appendFrom(column, i);
      }
    }
    return builder.build();
  }

  /** Plain numbers without nulls are copied as arrays; null if they are not that. */
  private static @Nullable FlatColumn numbers(
      DataType type, List<? extends Column> columns, int size) {
    boolean longs = type.physical() == DataType.Physical.LONG;
    boolean doubles = type.physical() == DataType.Physical.DOUBLE;
    if (!longs && !doubles || columns.stream().anyMatch(Column::mayHaveNulls)) {
      return null;
    }
    Object all = longs ? new long[size] : new double[size];
    int at = 0;
    for (Column column : columns) {
      FlatColumn flat = column.flatten();
      Object part = longs ? ((LongColumn) flat).values() : ((DoubleColumn) flat).values();
      System.arraycopy(part, 0, all, at, flat.size());
      at += flat.size();
    }
    return longs
        ? new LongColumn(type, (long[]) all, Validity.ALL, size)
        : new DoubleColumn(type, (double[]) all, Validity.ALL, size);
  }
}

package dev.sluice.operators.data;

/** How much of the heap columns take. */
public final class ColumnMemory {
  /** What an object and the headers of its arrays come to. */
  private static final int OBJECTS = 64;

  private ColumnMemory() {}

  /**
   * About how many bytes the arrays of a column are, with those of all that is nested in it. Arrays
   * that it shares with other columns count in full.
   */
  public static long bytes(Column column) {
    if (column instanceof ConstantColumn constant) {
      return OBJECTS + bytes(constant.one());
    }
    if (!(column instanceof FlatColumn flat)) {
      return OBJECTS + 4L * column.size() + bytes(column.flatten());
    }
    return OBJECTS + 8L * flat.validity().words().length + values(flat);
  }

  private static long values(FlatColumn column) {
    if (column instanceof BooleanColumn c) {
      return c.values().length;
    } else if (column instanceof IntColumn c) {
      return 4L * c.values().length;
    } else if (column instanceof LongColumn c) {
      return 8L * c.values().length;
    } else if (column instanceof FloatColumn c) {
      return 4L * c.values().length;
    } else if (column instanceof DoubleColumn c) {
      return 8L * c.values().length;
    } else if (column instanceof BytesColumn c) {
      return c.data().length + 8L * c.starts().length;
    } else if (column instanceof Decimal128Column c) {
      return 16L * c.high().length;
    } else if (column instanceof IntervalColumn c) {
      return 16L * c.months().length;
    } else if (column instanceof ArrayColumn c) {
      return 8L * c.starts().length + bytes(c.elements());
    } else if (column instanceof MapColumn c) {
      return 8L * c.starts().length + bytes(c.keys()) + bytes(c.values());
    } else if (column instanceof StructColumn c) {
      return c.children().stream().mapToLong(ColumnMemory::bytes).sum();
    }
    return 0;
  }
}

package dev.sluice.operators.state;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.Validity;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes batches as bytes, column by column. A whole number takes as many bytes as the largest
 * distance from the least one of its column needs. {@link ColumnReader} reads them back.
 */
final class ColumnWriter {
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** In the place of the flag for nulls: the column has nothing else, and no values follow. */
  static final byte ALL_NULL = 2;

  private byte[] bytes = new byte[1 << 12];
  private int position;

  void reset() {
    position = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return position;
  }

  void batch(Batch batch) {
    for (Column column : batch.columns()) {
      column(column, batch.rows());
    }
  }

  private void column(Column any, int rows) {
    if (rows > 0 && any instanceof ConstantColumn && any.isNull(0)) {
      ensure(1);
      bytes[position++] = ALL_NULL;
      return;
    }
    FlatColumn column = any.flatten();
    validity(column.validity(), rows);
    switch (column.type().physical()) {
      case NULL -> {}
      case BOOLEAN -> booleans(((BooleanColumn) column).values(), rows);
      case INT -> integers(((IntColumn) column).values(), rows);
      case LONG -> integers(((LongColumn) column).values(), rows);
      case FLOAT -> {
        float[] values = ((FloatColumn) column).values();
        ensure(rows * 4L);
        for (int row = 0; row < rows; row++, position += 4) {
          INTS.set(bytes, position, Float.floatToRawIntBits(values[row]));
        }
      }
      case DOUBLE -> {
        double[] values = ((DoubleColumn) column).values();
        ensure(rows * 8L);
        for (int row = 0; row < rows; row++, position += 8) {
          LONGS.set(bytes, position, Double.doubleToRawLongBits(values[row]));
        }
      }
      case BYTES -> texts((BytesColumn) column, rows);
      case DECIMAL128 -> {
        integers(((Decimal128Column) column).high(), rows);
        integers(((Decimal128Column) column).low(), rows);
      }
      case INTERVAL -> {
        integers(((IntervalColumn) column).months(), rows);
        integers(((IntervalColumn) column).days(), rows);
        integers(((IntervalColumn) column).microseconds(), rows);
      }
      case ARRAY -> {
        ArrayColumn arrays = (ArrayColumn) column;
        int[] lengths = lengths(arrays.lengths(), column.validity(), rows);
        int[] children = children(arrays.starts(), lengths, rows);
        column(arrays.elements().select(children, children.length), children.length);
      }
      case MAP -> {
        MapColumn maps = (MapColumn) column;
        int[] lengths = lengths(maps.lengths(), column.validity(), rows);
        int[] children = children(maps.starts(), lengths, rows);
        column(maps.keys().select(children, children.length), children.length);
        column(maps.values().select(children, children.length), children.length);
      }
      case STRUCT -> {
        for (Column child : ((StructColumn) column).children()) {
          column(child, rows);
        }
      }
    }
  }

  private void validity(Validity validity, int rows) {
    ensure(1 + 8L * Validity.wordsFor(rows));
    if (validity == Validity.ALL) {
      bytes[position++] = 0;
      return;
    }
    bytes[position++] = 1;
    long[] words = validity.copyWords(rows);
    for (long word : words) {
      LONGS.set(bytes, position, word);
      position += 8;
    }
  }

  private void booleans(boolean[] values, int rows) {
    ensure(rows);
    for (int row = 0; row < rows; row++) {
      bytes[position++] = (byte) (values[row] ? 1 : 0);
    }
  }

  private void integers(int[] values, int rows) {
    long[] wide = new long[rows];
    for (int row = 0; row < rows; row++) {
      wide[row] = values[row];
    }
    integers(wide, rows);
  }

  private void integers(long[] values, int rows) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int row = 0; row < rows; row++) {
      least = Math.min(least, values[row]);
      most = Math.max(most, values[row]);
    }
    if (rows == 0) {
      least = 0;
      most = 0;
    }
    int width = width(most - least);
    ensure(9 + (long) rows * width);
    bytes[position++] = (byte) width;
    LONGS.set(bytes, position, least);
    position += 8;
    for (int row = 0; row < rows; row++) {
      long distance = values[row] - least;
      switch (width) {
        case 0 -> {}
        case 1 -> bytes[position] = (byte) distance;
        case 2 -> SHORTS.set(bytes, position, (short) distance);
        case 4 -> INTS.set(bytes, position, (int) distance);
        default -> LONGS.set(bytes, position, distance);
      }
      position += width;
    }
  }

  /** The distance counts as unsigned: it may exceed the largest {@code long}. */
  private static int width(long distance) {
    if (distance == 0) {
      return 0;
    }
    if (distance < 0 || distance >>> 32 != 0) {
      return 8;
    }
    return distance < 1 << 8 ? 1 : distance < 1 << 16 ? 2 : 4;
  }

  private void texts(BytesColumn column, int rows) {
    int[] lengths = lengths(column.lengths(), column.validity(), rows);
    long total = 0;
    for (int length : lengths) {
      total += length;
    }
    ensure(total);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(column.data(), column.starts()[row], bytes, position, lengths[row]);
      position += lengths[row];
    }
  }

  /** Writes the lengths; those of nulls are 0. */
  private int[] lengths(int[] lengths, Validity validity, int rows) {
    int[] own = Arrays.copyOf(lengths, rows);
    if (validity != Validity.ALL) {
      for (int row = 0; row < rows; row++) {
        if (validity.isNull(row)) {
          own[row] = 0;
        }
      }
    }
    integers(own, rows);
    return own;
  }

  private static int[] children(int[] starts, int[] lengths, int rows) {
    int total = 0;
    for (int row = 0; row < rows; row++) {
      total = Math.addExact(total, lengths[row]);
    }
    int[] children = new int[total];
    int next = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < lengths[row]; i++) {
        children[next++] = starts[row] + i;
      }
    }
    return children;
  }

  private void ensure(long more) {
    long needed = position + more;
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("more than 2 GiB of state in one batch of rows");
      }
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, bytes.length * 2L)));
    }
  }
}

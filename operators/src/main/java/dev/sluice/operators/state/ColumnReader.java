package dev.sluice.operators.state;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.NullColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what {@link ColumnWriter} wrote. Bytes that make no sense end in an {@link
 * IndexOutOfBoundsException}; a checksum has told most such before.
 */
final class ColumnReader {
  private final byte[] bytes;
  private int position;

  ColumnReader(byte[] bytes) {
    this.bytes = bytes;
  }

  Batch batch(Schema schema, int rows) {
    List<Column> columns = new ArrayList<>(schema.size());
    for (Field field : schema.fields()) {
      columns.add(column(field.type(), rows));
    }
    return new Batch(schema, columns, rows);
  }

  private FlatColumn column(DataType type, int rows) {
    if (rows > 0 && bytes[position] == ColumnWriter.ALL_NULL) {
      position++;
      return Columns.nulls(type, rows);
    }
    Validity validity = validity(rows);
    return switch (type.physical()) {
      case NULL -> new NullColumn(rows);
      case BOOLEAN -> {
        boolean[] values = new boolean[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = bytes[position++] != 0;
        }
        yield new BooleanColumn(type, values, validity, rows);
      }
      case INT -> new IntColumn(type, ints(rows), validity, rows);
      case LONG -> new LongColumn(type, longs(rows), validity, rows);
      case FLOAT -> {
        float[] values = new float[rows];
        for (int row = 0; row < rows; row++, position += 4) {
          values[row] = Float.intBitsToFloat((int) ColumnWriter.INTS.get(bytes, position));
        }
        yield new FloatColumn(type, values, validity, rows);
      }
      case DOUBLE -> {
        double[] values = new double[rows];
        for (int row = 0; row < rows; row++, position += 8) {
          values[row] = Double.longBitsToDouble((long) ColumnWriter.LONGS.get(bytes, position));
        }
        yield new DoubleColumn(type, values, validity, rows);
      }
      case BYTES -> texts(type, validity, rows);
      case DECIMAL128 -> {
        long[] high = longs(rows);
        yield new Decimal128Column((DecimalType) type, high, longs(rows), validity, rows);
      }
      case INTERVAL -> {
        int[] months = ints(rows);
        int[] days = ints(rows);
        yield new IntervalColumn(months, days, longs(rows), validity, rows);
      }
      case ARRAY -> {
        int[] lengths = ints(rows);
        int[] starts = starts(lengths);
        FlatColumn elements = column(((ArrayType) type).element(), total(starts, lengths));
        yield new ArrayColumn((ArrayType) type, elements, starts, lengths, validity, rows);
      }
      case MAP -> {
        MapType map = (MapType) type;
        int[] lengths = ints(rows);
        int[] starts = starts(lengths);
        FlatColumn keys = column(map.key(), total(starts, lengths));
        FlatColumn values = column(map.value(), total(starts, lengths));
        yield new MapColumn(map, keys, values, starts, lengths, validity, rows);
      }
      case STRUCT -> {
        List<Column> children = new ArrayList<>();
        for (Field field : ((StructType) type).fields()) {
          children.add(column(field.type(), rows));
        }
        yield new StructColumn((StructType) type, children, validity, rows);
      }
    };
  }

  private Validity validity(int rows) {
    if (bytes[position++] == 0) {
      return Validity.ALL;
    }
    long[] words = new long[Validity.wordsFor(rows)];
    for (int i = 0; i < words.length; i++, position += 8) {
      words[i] = (long) ColumnWriter.LONGS.get(bytes, position);
    }
    return Validity.of(words, rows);
  }

  private int[] ints(int rows) {
    long[] wide = longs(rows);
    int[] values = new int[rows];
    for (int row = 0; row < rows; row++) {
      values[row] = (int) wide[row];
    }
    return values;
  }

  private long[] longs(int rows) {
    int width = bytes[position++];
    long least = (long) ColumnWriter.LONGS.get(bytes, position);
    position += 8;
    long[] values = new long[rows];
    for (int row = 0; row < rows; row++, position += width) {
      long distance =
          switch (width) {
            case 0 -> 0L;
            case 1 -> bytes[position] & 0xFFL;
            case 2 -> (short) ColumnWriter.SHORTS.get(bytes, position) & 0xFFFFL;
            case 4 -> (int) ColumnWriter.INTS.get(bytes, position) & 0xFFFFFFFFL;
            case 8 -> (long) ColumnWriter.LONGS.get(bytes, position);
            default -> throw new IndexOutOfBoundsException("a number of " + width + " bytes");
          };
      values[row] = least + distance;
    }
    return values;
  }

  private BytesColumn texts(DataType type, Validity validity, int rows) {
    int[] lengths = ints(rows);
    int[] starts = starts(lengths);
    int total = total(starts, lengths);
    byte[] data = Arrays.copyOfRange(bytes, position, Math.addExact(position, total));
    position += total;
    return new BytesColumn(type, data, starts, lengths, validity, rows);
  }

  private static int[] starts(int[] lengths) {
    int[] starts = new int[lengths.length];
    int next = 0;
    for (int row = 0; row < lengths.length; row++) {
      starts[row] = next;
      next = Math.addExact(next, lengths[row]);
    }
    return starts;
  }

  private static int total(int[] starts, int[] lengths) {
    int last = starts.length - 1;
    return last < 0 ? 0 : starts[last] + lengths[last];
  }
}

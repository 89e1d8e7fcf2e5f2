package dev.sluice.operators.spill;

import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DataType.Physical;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalBuilder;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.keyed.KeyReader;
import java.util.List;

/**
 * The columns of a row that are no key, in the form in which they lie beyond the heap, which is as
 * short as can be had without much work: what a store reads, writes and moves about is bytes. A bit
 * for each column says whether it has a value; then come the values, whole numbers with their sign
 * in the lowest bit and seven bits a byte, the lowest first. With a nested column among them they
 * are the bytes that {@link KeyCodec} makes of values. Not thread-safe, but for reading.
 */
final class SpilledValues {
  private final List<DataType> types;
  private final int flagBytes;
  private final int fixedWidth;
  private final boolean nested;
  private final KeyCodec nestedCodec;
  private final KeyBatch nestedRows = new KeyBatch();
  private byte[] data = new byte[0];
  private int[] starts = new int[0];
  private int[] ends = new int[0];

  SpilledValues(List<DataType> types) {
    this.types = List.copyOf(types);
    this.nestedCodec = KeyCodec.ofValues(types);
    this.nested = types.stream().anyMatch(KeyCodec::isNested);
    this.flagBytes = types.size() + 7 >> 3;
    this.fixedWidth =
        flagBytes + types.stream().mapToInt(type -> largestWidth(type.physical())).sum();
  }

  List<DataType> types() {
    return types;
  }

  /** Of strings without their bytes. */
  private static int largestWidth(Physical physical) {
    return switch (physical) {
      case NULL, ARRAY, MAP, STRUCT -> 0;
      case BOOLEAN -> 1;
      case FLOAT -> 4;
      case INT, BYTES -> 5;
      case DOUBLE -> 8;
      case LONG -> 10;
      case DECIMAL128 -> 18;
      case INTERVAL -> 20;
    };
  }

  /** Takes rows; good until others are taken. */
  void encode(List<Column> columns, int rows) {
    if (starts.length < rows) {
      starts = new int[rows];
      ends = new int[rows];
    }
    if (nested) {
      nestedCodec.encode(columns, rows, nestedRows);
      data = nestedRows.data;
      System.arraycopy(nestedRows.offsets, 0, starts, 0, rows);
      System.arraycopy(nestedRows.offsets, 1, ends, 0, rows);
      return;
    }
    List<FlatColumn> flat = columns.stream().map(Column::flatten).toList();
    place(flat, rows);
    for (int column = 0; column < flat.size(); column++) {
      write(flat.get(column), column, rows);
    }
  }

  byte[] data() {
    return data;
  }

  /** Row {@code row} is {@code data[start(row)..start(row) + length(row))}. */
  int start(int row) {
    return starts[row];
  }

  int length(int row) {
    return ends[row] - starts[row];
  }

  /** Gives each row room for the longest that it may be. */
  private void place(List<FlatColumn> columns, int rows) {
    for (int row = 0; row < rows; row++) {
      ends[row] = fixedWidth;
    }
    for (FlatColumn column : columns) {
      if (column instanceof BytesColumn bytes) {
        int[] lengths = bytes.lengths();
        for (int row = 0; row < rows; row++) {
          ends[row] += bytes.validity().isValid(row) ? lengths[row] : 0;
        }
      }
    }
    long total = 0;
    for (int row = 0; row < rows; row++) {
      starts[row] = Math.toIntExact(total);
      total += ends[row];
      ends[row] = starts[row] + flagBytes;
    }
    if (data.length < total) {
      data = new byte[(int) Math.min(Integer.MAX_VALUE - 16, total + (total >> 1))];
    }
    for (int row = 0; row < rows; row++) {
      for (int flags = 0; flags < flagBytes; flags++) {
        data[starts[row] + flags] = 0;
      }
    }
  }

  private void write(FlatColumn column, int number, int rows) {
    Validity validity = column.validity();
    boolean all = validity == Validity.ALL;
    int flags = number >> 3;
    int bit = 1 << (number & 7);
    for (int row = 0; row < rows; row++) {
      if (all || validity.isValid(row)) {
        data[starts[row] + flags] |= (byte) bit;
      }
    }
    if (column instanceof LongColumn longs) {
      long[] values = longs.values();
      for (int row = 0; row < rows; row++) {
        if (all || validity.isValid(row)) {
          ends[row] = writeNumber(data, ends[row], values[row]);
        }
      }
    } else if (column instanceof DoubleColumn doubles) {
      double[] values = doubles.values();
      for (int row = 0; row < rows; row++) {
        if (all || validity.isValid(row)) {
          Hashing.LONGS.set(data, ends[row], Double.doubleToRawLongBits(values[row]));
          ends[row] += 8;
        }
      }
    } else {
      for (int row = 0; row < rows; row++) {
        if (all || validity.isValid(row)) {
          ends[row] = writeValue(column, row, ends[row]);
        }
      }
    }
  }

  private int writeValue(FlatColumn column, int row, int at) {
    if (column instanceof IntColumn ints) {
      return writeNumber(data, at, ints.values()[row]);
    }
    if (column instanceof BytesColumn bytes) {
      int length = bytes.lengths()[row];
      int from = writeNumber(data, at, length);
      System.arraycopy(bytes.data(), bytes.starts()[row], data, from, length);
      return from + length;
    }
    if (column instanceof BooleanColumn booleans) {
      data[at] = (byte) (booleans.get(row) ? 1 : 0);
      return at + 1;
    }
    if (column instanceof FloatColumn floats) {
      Hashing.INTS.set(data, at, Float.floatToRawIntBits(floats.values()[row]));
      return at + 4;
    }
    if (column instanceof Decimal128Column decimals) {
      int low = writeNumber(data, at, decimals.high()[row]);
      Hashing.LONGS.set(data, low, decimals.low()[row]);
      return low + 8;
    }
    if (column instanceof IntervalColumn intervals) {
      int days = writeNumber(data, at, intervals.months()[row]);
      int micros = writeNumber(data, days, intervals.days()[row]);
      return writeNumber(data, micros, intervals.microseconds()[row]);
    }
    return at;
  }

  private static int writeNumber(byte[] into, int position, long number) {
    long rest = number << 1 ^ number >> 63;
    int at = position;
    while (rest >>> 7 != 0) {
      into[at++] = (byte) (rest | 128);
      rest >>>= 7;
    }
    into[at++] = (byte) rest;
    return at;
  }

  /** Reads rows back, one at a time. One for each thread. */
  Reader reader() {
    return new Reader();
  }

  final class Reader {
    private final KeyReader nestedReader = new KeyReader();
    private byte[] from = new byte[0];
    private int at;

    /** Appends the values of a row. */
    void read(byte[] rows, int start, List<ColumnBuilder> into) {
      if (nested) {
        nestedReader.at(rows, start);
        for (int column = 0; column < types.size(); column++) {
          nestedReader.read(types.get(column), into.get(column));
        }
        return;
      }
      from = rows;
      at = start + flagBytes;
      for (int column = 0; column < types.size(); column++) {
        if ((rows[start + (column >> 3)] & 1 << (column & 7)) == 0) {
          into.get(column).appendNull();
        } else {
          readValue(types.get(column).physical(), into.get(column));
        }
      }
    }

    private long number() {
      long bits = from[at++];
      if (bits < 0) {
        bits &= 127;
        int shift = 7;
        long more;
        do {
          more = from[at++];
          bits |= (more & 127) << shift;
          shift += 7;
        } while (more < 0);
      }
      return bits >>> 1 ^ -(bits & 1);
    }

    private long eightBytes() {
      long bits = (long) Hashing.LONGS.get(from, at);
      at += 8;
      return bits;
    }

    private void readValue(Physical physical, ColumnBuilder into) {
      switch (physical) {
        case LONG -> ((LongBuilder) into).append(number());
        case DOUBLE -> ((DoubleBuilder) into).append(Double.longBitsToDouble(eightBytes()));
        case INT -> ((IntBuilder) into).append((int) number());
        case BYTES -> {
          int length = (int) number();
          ((BytesBuilder) into).append(from, at, length);
          at += length;
        }
        case BOOLEAN -> ((BooleanBuilder) into).append(from[at++] != 0);
        case FLOAT -> {
          ((FloatBuilder) into).append(Float.intBitsToFloat((int) Hashing.INTS.get(from, at)));
          at += 4;
        }
        case DECIMAL128 -> {
          long high = number();
          ((Decimal128Builder) into).append(high, eightBytes());
        }
        case INTERVAL -> {
          int months = (int) number();
          int days = (int) number();
          ((IntervalBuilder) into).append(months, days, number());
        }
        case NULL -> into.appendNull();
        case ARRAY, MAP, STRUCT -> throw new IllegalStateException("a nested value stands alone");
      }
    }
  }
}

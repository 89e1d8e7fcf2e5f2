package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.time.Rebase;
import dev.sluice.operators.time.TimesOfDay;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Makes columns of physical values: first of the type that the file means, then of the one asked.
 */
final class LeafColumns {
  /**
   * How old dates and times count.
   *
   * @param dates by which dates and INT64 times count
   * @param int96 by which INT96 times do
   */
  record Calendar(Rebase.Calendar dates, Rebase.Calendar int96) {}

  private LeafColumns() {}

  static FlatColumn column(
      ParquetNode node, Values values, Validity validity, DataType wanted, Calendar calendar)
      throws IOException {
    DataType meant = meant(node, wanted);
    FlatColumn column = natural(node, values, validity, meant, calendar);
    return meant.equals(wanted) ? column : convert(node, column, wanted);
  }

  /** Plain integers may have been intervals. */
  private static DataType meant(ParquetNode node, DataType wanted) throws IOException {
    DataType type = ParquetTypes.elementType(node);
    boolean interval =
        type == AtomicType.INT && wanted instanceof YearMonthIntervalType
            || type == AtomicType.BIGINT && wanted instanceof DayTimeIntervalType;
    return interval ? wanted : type;
  }

  private static FlatColumn natural(
      ParquetNode node, Values values, Validity validity, DataType type, Calendar calendar) {
    int size = values.size;
    return switch (values.type) {
      case BOOLEAN -> new BooleanColumn(type, values.booleans, validity, size);
      case FLOAT -> new FloatColumn(type, values.floats, validity, size);
      case DOUBLE -> new DoubleColumn(type, values.doubles, validity, size);
      case INT32 -> ints(values, validity, type, calendar);
      case INT64 -> longs(node, values, validity, type, calendar);
      case INT96 -> {
        if (calendar.int96.matters()) {
          for (int i = 0; i < size; i++) {
            if (!validity.isNull(i)) {
              values.longs[i] = calendar.int96.micros(values.longs[i]);
            }
          }
        }
        yield new LongColumn(type, values.longs, validity, size);
      }
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          type instanceof DecimalType decimal
              ? decimals(values, validity, decimal)
              : new BytesColumn(type, values.data, values.starts, values.lengths, validity, size);
    };
  }

  private static FlatColumn ints(
      Values values, Validity validity, DataType type, Calendar calendar) {
    int size = values.size;
    if (type.physical() == DataType.Physical.LONG) {
      boolean unsigned = type == AtomicType.BIGINT;
      long[] longs = new long[size];
      for (int i = 0; i < size; i++) {
        longs[i] = unsigned ? values.ints[i] & 0xffffffffL : values.ints[i];
      }
      return new LongColumn(type, longs, validity, size);
    }
    if (type instanceof DecimalType decimal) {
      long[] low = new long[size];
      for (int i = 0; i < size; i++) {
        low[i] = values.ints[i];
      }
      return wide(decimal, low, validity, size);
    }
    if (type == AtomicType.DATE && calendar.dates.matters()) {
      for (int i = 0; i < size; i++) {
        if (!validity.isNull(i)) {
          values.ints[i] = calendar.dates.days(values.ints[i]);
        }
      }
    }
    return new IntColumn(type, values.ints, validity, size);
  }

  private static FlatColumn wide(DecimalType type, long[] low, Validity validity, int size) {
    long[] high = new long[size];
    for (int i = 0; i < size; i++) {
      high[i] = low[i] >> 63;
    }
    return new Decimal128Column(type, high, low, validity, size);
  }

  private static FlatColumn longs(
      ParquetNode node, Values values, Validity validity, DataType type, Calendar calendar) {
    int size = values.size;
    long[] longs = values.longs;
    if (type instanceof DecimalType decimal && type.physical() == DataType.Physical.DECIMAL128) {
      return node.logical() instanceof IntLogicalTypeAnnotation
          ? new Decimal128Column(decimal, new long[size], longs, validity, size)
          : wide(decimal, longs, validity, size);
    }
    if (type instanceof TimeType) {
      for (int i = 0; i < size; i++) {
        longs[i] *= TimesOfDay.NANOS_PER_MICRO;
      }
    }
    if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      if (isMillis(node)) {
        for (int i = 0; i < size; i++) {
          longs[i] *= 1000;
        }
      }
      if (calendar.dates.matters() && type == AtomicType.TIMESTAMP) {
        for (int i = 0; i < size; i++) {
          if (!validity.isNull(i)) {
            longs[i] = calendar.dates.micros(longs[i]);
          }
        }
      }
    }
    return new LongColumn(type, longs, validity, size);
  }

  private static boolean isMillis(ParquetNode node) {
    return node.logical() instanceof TimestampLogicalTypeAnnotation timestamp
        && timestamp.getUnit() == TimeUnit.MILLIS;
  }

  /** Big-endian two's complement numbers. */
  private static FlatColumn decimals(Values values, Validity validity, DecimalType type) {
    int size = values.size;
    long[] high = new long[size];
    long[] low = new long[size];
    for (int i = 0; i < size; i++) {
      if (validity.isNull(i)) {
        continue;
      }
      int start = values.starts[i];
      int end = start + values.lengths[i];
      long h = start < end && values.data[start] < 0 ? -1 : 0;
      long l = h;
      for (int at = start; at < end; at++) {
        h = h << 8 | l >>> 56;
        l = l << 8 | values.data[at] & 0xffL;
      }
      high[i] = h;
      low[i] = l;
    }
    return type.physical() == DataType.Physical.LONG
        ? new LongColumn(type, low, validity, size)
        : new Decimal128Column(type, high, low, validity, size);
  }

  private static FlatColumn convert(ParquetNode node, FlatColumn column, DataType wanted)
      throws IOException {
    DataType from = column.type();
    Validity validity = column.validity();
    int size = column.size();
    if (column instanceof BytesColumn bytes && wanted.physical() == DataType.Physical.BYTES) {
      return new BytesColumn(wanted, bytes.data(), bytes.starts(), bytes.lengths(), validity, size);
    }
    if (column instanceof FloatColumn floats && wanted == AtomicType.DOUBLE) {
      double[] doubles = new double[size];
      for (int i = 0; i < size; i++) {
        doubles[i] = floats.values()[i];
      }
      return new DoubleColumn(wanted, doubles, validity, size);
    }
    if (column instanceof LongColumn longs && wanted instanceof TimeType time) {
      if (!(from instanceof TimeType)) {
        throw mismatch(node, from, wanted);
      }
      long[] cut = new long[size];
      for (int i = 0; i < size; i++) {
        cut[i] = TimesOfDay.cut(longs.values()[i], time.precision());
      }
      return new LongColumn(wanted, cut, validity, size);
    }
    if (column instanceof LongColumn longs
        && isTimestamp(from)
        && isTimestamp(wanted)
        && node.primitive().getPrimitiveTypeName() == PrimitiveTypeName.INT64) {
      return new LongColumn(wanted, longs.values(), validity, size);
    }
    if (column instanceof IntColumn ints && from == AtomicType.DATE) {
      if (wanted == AtomicType.TIMESTAMP_NTZ) {
        long[] micros = new long[size];
        for (int i = 0; i < size; i++) {
          micros[i] = ints.values()[i] * 86_400_000_000L;
        }
        return new LongColumn(wanted, micros, validity, size);
      }
      throw mismatch(node, from, wanted);
    }
    if (column instanceof IntColumn ints) {
      return fromInts(node, ints, wanted);
    }
    if (wanted instanceof DecimalType
        && (from instanceof DecimalType || from == AtomicType.BIGINT)) {
      return rescale(node, column, (DecimalType) wanted);
    }
    throw mismatch(node, from, wanted);
  }

  private static boolean isTimestamp(DataType type) {
    return type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ;
  }

  private static FlatColumn fromInts(ParquetNode node, IntColumn ints, DataType wanted)
      throws IOException {
    int size = ints.size();
    int[] in = ints.values();
    if (wanted == AtomicType.TINYINT || wanted == AtomicType.SMALLINT || wanted == AtomicType.INT) {
      int[] out = Arrays.copyOf(in, size);
      for (int i = 0; i < size && wanted != AtomicType.INT; i++) {
        out[i] = wanted == AtomicType.TINYINT ? (byte) in[i] : (short) in[i];
      }
      return new IntColumn(wanted, out, ints.validity(), size);
    }
    if (wanted == AtomicType.BIGINT) {
      long[] out = new long[size];
      for (int i = 0; i < size; i++) {
        out[i] = in[i];
      }
      return new LongColumn(wanted, out, ints.validity(), size);
    }
    if (wanted == AtomicType.DOUBLE) {
      double[] out = new double[size];
      for (int i = 0; i < size; i++) {
        out[i] = in[i];
      }
      return new DoubleColumn(wanted, out, ints.validity(), size);
    }
    if (wanted instanceof DecimalType decimal) {
      return rescale(node, ints, decimal);
    }
    throw mismatch(node, ints.type(), wanted);
  }

  /** Only to types that hold every value. */
  private static FlatColumn rescale(ParquetNode node, FlatColumn column, DecimalType wanted)
      throws IOException {
    DataType from = column.type();
    int scale = from instanceof DecimalType decimal ? decimal.scale() : 0;
    int digits =
        from instanceof DecimalType decimal
            ? decimal.precision() - decimal.scale()
            : from == AtomicType.BIGINT ? 20 : 10;
    if (wanted.scale() < scale || wanted.precision() - wanted.scale() < digits) {
      throw mismatch(node, from, wanted);
    }
    ColumnBuilder out = ColumnBuilder.of(wanted, column.size());
    for (int i = 0; i < column.size(); i++) {
      Object value = column.value(i);
      BigDecimal number =
          value == null
              ? null
              : value instanceof BigDecimal big
                  ? big
                  : new BigDecimal(BigInteger.valueOf(((Number) value).longValue()));
      out.appendValue(
          number == null ? null : number.setScale(wanted.scale(), RoundingMode.UNNECESSARY));
    }
    return out.build();
  }

  static IOException mismatch(ParquetNode node, Object from, DataType wanted) {
    return new IOException(
        "column '"
            + node.name()
            + "' is "
            + from
            + " in the file, which cannot be read as "
            + wanted
            + "; correct its type under 'schema:'");
  }
}

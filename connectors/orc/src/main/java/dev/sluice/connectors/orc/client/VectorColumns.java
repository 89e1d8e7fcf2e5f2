package dev.sluice.connectors.orc.client;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.time.ZoneShift;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.hive.common.type.HiveDecimal;
import org.apache.hadoop.hive.ql.exec.vector.BytesColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.ColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DecimalColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DoubleColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.ListColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.LongColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.MapColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.MultiValuedColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.StructColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.TimestampColumnVector;
import org.apache.hadoop.hive.serde2.io.HiveDecimalWritable;
import org.apache.orc.TypeDescription;
import org.apache.orc.TypeDescription.Category;

/**
 * Columns of the library's vectors, whose arrays are taken over where they are of the same kind.
 */
final class VectorColumns {
  private final ZoneShift zone;

  VectorColumns(ZoneShift zone) {
    this.zone = zone;
  }

  /**
   * @param read what the library was asked to read the column as
   */
  Column column(ColumnVector vector, TypeDescription read, DataType wanted, int size) {
    return vector.isRepeating && size > 0
        ? new ConstantColumn(flat(vector, read, wanted, 1), size)
        : flat(vector, read, wanted, size);
  }

  private FlatColumn flat(ColumnVector vector, TypeDescription read, DataType type, int size) {
    Validity valid = vector.noNulls ? Validity.ALL : Validity.ofNulls(vector.isNull, size);
    if (OrcTypes.isTime(type)) {
      return new LongColumn(type, times(vector, read, type, valid, size), valid, size);
    }
    return switch (type.physical()) {
      case BOOLEAN -> booleans((LongColumnVector) vector, type, valid, size);
      case INT -> ints((LongColumnVector) vector, type, valid, size);
      case LONG ->
          vector instanceof DecimalColumnVector decimals
              ? shortDecimals(decimals, (DecimalType) type, valid, size)
              : new LongColumn(type, ((LongColumnVector) vector).vector, valid, size);
      case FLOAT -> floats((DoubleColumnVector) vector, type, valid, size);
      case DOUBLE -> new DoubleColumn(type, ((DoubleColumnVector) vector).vector, valid, size);
      case BYTES -> bytes((BytesColumnVector) vector, type, valid, size);
      case DECIMAL128 -> decimals((DecimalColumnVector) vector, (DecimalType) type, valid, size);
      case ARRAY -> array((ListColumnVector) vector, read, (ArrayType) type, valid, size);
      case MAP -> map((MapColumnVector) vector, read, (MapType) type, valid, size);
      case STRUCT -> struct((StructColumnVector) vector, read, (StructType) type, valid, size);
      case INTERVAL, NULL -> throw new IllegalArgumentException("no column of " + type);
    };
  }

  private static FlatColumn booleans(
      LongColumnVector vector, DataType type, Validity valid, int size) {
    boolean[] values = new boolean[size];
    for (int i = 0; i < size; i++) {
      values[i] = vector.vector[i] != 0;
    }
    return new BooleanColumn(type, values, valid, size);
  }

  private static FlatColumn ints(LongColumnVector vector, DataType type, Validity valid, int size) {
    int[] values = new int[size];
    for (int i = 0; i < size; i++) {
      values[i] = (int) vector.vector[i];
    }
    return new IntColumn(type, values, valid, size);
  }

  private static FlatColumn floats(
      DoubleColumnVector vector, DataType type, Validity valid, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) vector.vector[i];
    }
    return new FloatColumn(type, values, valid, size);
  }

  /** Microseconds, by the wall clock or since 1970, as the wanted type has them. */
  private long[] times(
      ColumnVector vector, TypeDescription read, DataType wanted, Validity valid, int size) {
    long[] micros;
    if (vector instanceof TimestampColumnVector times) {
      micros = new long[size];
      for (int i = 0; i < size; i++) {
        if (valid.isValid(i)) {
          micros[i] =
              Math.addExact(
                  Math.multiplyExact(Math.floorDiv(times.time[i], 1000L), 1_000_000L),
                  times.nanos[i] / 1000L);
        }
      }
    } else {
      micros = ((LongColumnVector) vector).vector;
    }
    boolean instant = read.getCategory() == Category.TIMESTAMP_INSTANT;
    boolean wantsInstant = wanted == AtomicType.TIMESTAMP;
    if (instant == wantsInstant || zone.isFixed() && zone.toLocal(0) == 0) {
      return micros;
    }
    for (int i = 0; i < size; i++) {
      if (valid.isValid(i)) {
        micros[i] = wantsInstant ? zone.fromLocal(micros[i]) : zone.toLocal(micros[i]);
      }
    }
    return micros;
  }

  private static FlatColumn bytes(
      BytesColumnVector vector, DataType type, Validity valid, int size) {
    int[] starts = new int[size];
    int[] lengths = new int[size];
    byte[] shared = new byte[0];
    boolean one = true;
    long total = 0;
    for (int i = 0; i < size; i++) {
      if (valid.isValid(i)) {
        byte[] own = vector.vector[i];
        one &= shared.length == 0 || own == shared || vector.length[i] == 0;
        shared = vector.length[i] == 0 ? shared : own;
        starts[i] = vector.length[i] == 0 ? 0 : vector.start[i];
        lengths[i] = vector.length[i];
        total += lengths[i];
      }
    }
    // Values of one dictionary or stream lie in one array.
    if (!one) {
      shared = new byte[Math.toIntExact(total)];
      int at = 0;
      for (int i = 0; i < size; i++) {
        if (lengths[i] > 0) {
          System.arraycopy(vector.vector[i], vector.start[i], shared, at, lengths[i]);
        }
        starts[i] = at;
        at += lengths[i];
      }
    }
    return new BytesColumn(type, shared, starts, lengths, valid, size);
  }

  private static FlatColumn shortDecimals(
      DecimalColumnVector vector, DecimalType type, Validity valid, int size) {
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      if (valid.isValid(i)) {
        values[i] = vector.vector[i].serialize64(type.scale());
      }
    }
    return new LongColumn(type, values, valid, size);
  }

  private static FlatColumn decimals(
      DecimalColumnVector vector, DecimalType type, Validity valid, int size) {
    long[] high = new long[size];
    long[] low = new long[size];
    long[] scratch = new long[HiveDecimal.SCRATCH_LONGS_LEN];
    byte[] digits = new byte[HiveDecimal.SCRATCH_BUFFER_LEN_BIG_INTEGER_BYTES];
    for (int i = 0; i < size; i++) {
      if (!valid.isValid(i)) {
        continue;
      }
      HiveDecimalWritable value = vector.vector[i];
      if (value.rawPrecision() - value.scale() + type.scale() <= DecimalType.MAX_LONG_PRECISION) {
        low[i] = value.serialize64(type.scale());
        high[i] = low[i] >> 63;
      } else {
        int count = value.getHiveDecimal().bigIntegerBytesScaled(type.scale(), scratch, digits);
        long top = digits[0] >> 7;
        long bottom = top;
        for (int k = 0; k < count; k++) {
          top = top << 8 | bottom >>> 56;
          bottom = bottom << 8 | digits[k] & 0xff;
        }
        high[i] = top;
        low[i] = bottom;
      }
    }
    return new Decimal128Column(type, high, low, valid, size);
  }

  private FlatColumn array(
      ListColumnVector vector, TypeDescription read, ArrayType type, Validity valid, int size) {
    Column elements =
        column(vector.child, read.getChildren().get(0), type.element(), vector.childCount);
    int[] starts = new int[size];
    int[] lengths = new int[size];
    slices(vector, valid, size, starts, lengths);
    return new ArrayColumn(type, elements, starts, lengths, valid, size);
  }

  private FlatColumn map(
      MapColumnVector vector, TypeDescription read, MapType type, Validity valid, int size) {
    Column keys = column(vector.keys, read.getChildren().get(0), type.key(), vector.childCount);
    Column values =
        column(vector.values, read.getChildren().get(1), type.value(), vector.childCount);
    int[] starts = new int[size];
    int[] lengths = new int[size];
    slices(vector, valid, size, starts, lengths);
    return new MapColumn(type, keys, values, starts, lengths, valid, size);
  }

  private static void slices(
      MultiValuedColumnVector vector, Validity valid, int size, int[] starts, int[] lengths) {
    for (int i = 0; i < size; i++) {
      if (valid.isValid(i)) {
        starts[i] = (int) vector.offsets[i];
        lengths[i] = (int) vector.lengths[i];
      }
    }
  }

  private FlatColumn struct(
      StructColumnVector vector, TypeDescription read, StructType type, Validity valid, int size) {
    List<Column> children = new ArrayList<>(type.size());
    for (int i = 0; i < type.size(); i++) {
      children.add(column(vector.fields[i], read.getChildren().get(i), type.field(i).type(), size));
    }
    return new StructColumn(type, children, valid, size);
  }
}

package dev.sluice.connectors.orc.client;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.time.ZoneShift;
import org.apache.hadoop.hive.ql.exec.vector.BytesColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.ColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DateColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DecimalColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DoubleColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.ListColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.LongColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.MapColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.MultiValuedColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.StructColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.TimestampColumnVector;

/** Puts columns into the library's vectors. */
final class VectorFiller {
  private final ZoneShift zone;

  VectorFiller(ZoneShift zone) {
    this.zone = zone;
  }

  /** Rows {@code from} to {@code from + count} as the first of the vector, which is empty. */
  void fill(ColumnVector vector, Column column, int from, int count) {
    if (column instanceof ConstantColumn constant) {
      put(vector, constant.one(), 0, 1);
      repeat(vector);
    } else {
      put(vector, column.flatten(), from, count);
    }
  }

  /** Of a struct that repeats the library takes its fields to repeat too. */
  private static void repeat(ColumnVector vector) {
    vector.isRepeating = true;
    if (vector instanceof StructColumnVector struct) {
      for (ColumnVector field : struct.fields) {
        repeat(field);
      }
    }
  }

  private void put(ColumnVector vector, FlatColumn column, int from, int count) {
    vector.isRepeating = false;
    Validity valid = column.validity();
    vector.noNulls = valid == Validity.ALL;
    if (!vector.noNulls) {
      for (int i = 0; i < count; i++) {
        vector.isNull[i] = valid.isNull(from + i);
      }
    }
    if (vector instanceof TimestampColumnVector times) {
      times(times, (LongColumn) column, from, count);
    } else if (vector instanceof LongColumnVector longs) {
      longs(longs, column, from, count);
    } else if (vector instanceof DoubleColumnVector doubles) {
      doubles(doubles, column, from, count);
    } else if (vector instanceof BytesColumnVector bytes) {
      BytesColumn values = (BytesColumn) column;
      for (int i = 0; i < count; i++) {
        bytes.setRef(i, values.data(), values.starts()[from + i], values.lengths()[from + i]);
      }
    } else if (vector instanceof DecimalColumnVector decimals) {
      decimals(decimals, (Decimal128Column) column, from, count);
    } else if (vector instanceof ListColumnVector list) {
      ArrayColumn arrays = (ArrayColumn) column;
      int[] rows = slices(list, arrays.starts(), arrays.lengths(), valid, from, count);
      nested(list.child, arrays.elements(), rows);
    } else if (vector instanceof MapColumnVector map) {
      MapColumn maps = (MapColumn) column;
      int[] rows = slices(map, maps.starts(), maps.lengths(), valid, from, count);
      nested(map.keys, maps.keys(), rows);
      nested(map.values, maps.values(), rows);
    } else if (vector instanceof StructColumnVector struct) {
      StructColumn structs = (StructColumn) column;
      for (int i = 0; i < struct.fields.length; i++) {
        fill(struct.fields[i], structs.child(i), from, count);
      }
    } else {
      throw new IllegalArgumentException("no vector for a column of " + column.type());
    }
  }

  private static void longs(LongColumnVector vector, FlatColumn column, int from, int count) {
    if (vector instanceof DateColumnVector dates) {
      dates.setUsingProlepticCalendar(true);
    }
    if (column instanceof LongColumn longs) {
      System.arraycopy(longs.values(), from, vector.vector, 0, count);
    } else if (column instanceof IntColumn ints) {
      for (int i = 0; i < count; i++) {
        vector.vector[i] = ints.values()[from + i];
      }
    } else {
      BooleanColumn booleans = (BooleanColumn) column;
      for (int i = 0; i < count; i++) {
        vector.vector[i] = booleans.values()[from + i] ? 1 : 0;
      }
    }
  }

  private static void doubles(DoubleColumnVector vector, FlatColumn column, int from, int count) {
    if (column instanceof DoubleColumn doubles) {
      System.arraycopy(doubles.values(), from, vector.vector, 0, count);
    } else {
      FloatColumn floats = (FloatColumn) column;
      for (int i = 0; i < count; i++) {
        vector.vector[i] = floats.values()[from + i];
      }
    }
  }

  /** By the wall clock of the session, as the type says. */
  private void times(TimestampColumnVector vector, LongColumn column, int from, int count) {
    vector.setIsUTC(true);
    vector.setUsingProlepticCalendar(true);
    boolean shift = column.type() == AtomicType.TIMESTAMP && !(zone.isFixed() && isUtc());
    for (int i = 0; i < count; i++) {
      if (column.isNull(from + i)) {
        continue;
      }
      long micros = column.values()[from + i];
      if (shift) {
        micros = zone.toLocal(micros);
      }
      vector.time[i] = Math.floorDiv(micros, 1000L);
      vector.nanos[i] = (int) Math.floorMod(micros, 1_000_000L) * 1000;
    }
  }

  private boolean isUtc() {
    return zone.toLocal(0) == 0;
  }

  private static void decimals(
      DecimalColumnVector vector, Decimal128Column column, int from, int count) {
    byte[] digits = new byte[16];
    int scale = column.type().scale();
    for (int i = 0; i < count; i++) {
      if (column.isNull(from + i)) {
        continue;
      }
      long high = column.high()[from + i];
      long low = column.low()[from + i];
      if (high == low >> 63) {
        vector.vector[i].setFromLongAndScale(low, scale);
      } else {
        for (int k = 0; k < 8; k++) {
          digits[k] = (byte) (high >> (56 - 8 * k));
          digits[8 + k] = (byte) (low >> (56 - 8 * k));
        }
        vector.vector[i].setFromBigIntegerBytesAndScale(digits, 0, digits.length, scale);
      }
    }
  }

  /** Lists follow each other in the vector without gaps; the rows of their elements. */
  private static int[] slices(
      MultiValuedColumnVector vector,
      int[] starts,
      int[] lengths,
      Validity valid,
      int from,
      int count) {
    int total = 0;
    for (int i = 0; i < count; i++) {
      int length = valid.isNull(from + i) ? 0 : lengths[from + i];
      vector.offsets[i] = total;
      vector.lengths[i] = length;
      total = Math.addExact(total, length);
    }
    int[] rows = new int[total];
    int at = 0;
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < vector.lengths[i]; k++) {
        rows[at++] = starts[from + i] + k;
      }
    }
    vector.childCount = total;
    return rows;
  }

  private void nested(ColumnVector vector, Column elements, int[] rows) {
    vector.ensureSize(Math.max(1, rows.length), false);
    fill(vector, elements.select(rows, rows.length), 0, rows.length);
  }
}

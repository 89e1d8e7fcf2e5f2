package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.util.Arrays;

/** Whole numbers and decimals of up to 18 digits as text, written as bytes. */
final class NumberTexts {
  // A sign, 19 digits or 18 and a point and a nought before it.
  private static final int LONGEST = 21;

  private NumberTexts() {}

  static boolean knows(FlatColumn column) {
    return column instanceof IntColumn && !(column.type() instanceof YearMonthIntervalType)
        || column instanceof LongColumn
            && (column.type() == AtomicType.BIGINT || column.type() instanceof DecimalType);
  }

  static FlatColumn toText(FlatColumn column, int rows) {
    int scale = column.type() instanceof DecimalType decimal ? decimal.scale() : 0;
    Validity validity = column.validity();
    byte[] data = new byte[Math.max(64, rows * 8)];
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    int used = 0;
    byte[] text = new byte[LONGEST];
    for (int i = 0; i < rows; i++) {
      if (validity.isNull(i)) {
        continue;
      }
      long value = column instanceof IntColumn ints ? ints.get(i) : ((LongColumn) column).get(i);
      int from = scale == 0 ? whole(value, text) : decimal(value, scale, text);
      int length = LONGEST - from;
      if (used + length > data.length) {
        data = Arrays.copyOf(data, data.length * 2);
      }
      System.arraycopy(text, from, data, used, length);
      starts[i] = used;
      lengths[i] = length;
      used += length;
    }
    return new BytesColumn(AtomicType.STRING, data, starts, lengths, validity, rows);
  }

  /** Writes it at the end of the text; where it begins. Counts down, for the least value's sake. */
  private static int whole(long value, byte[] text) {
    long rest = value < 0 ? value : -value;
    int at = LONGEST;
    do {
      long tenth = rest / 10;
      text[--at] = (byte) ('0' - (rest - tenth * 10));
      rest = tenth;
    } while (rest != 0);
    if (value < 0) {
      text[--at] = '-';
    }
    return at;
  }

  private static int decimal(long value, int scale, byte[] text) {
    long rest = value < 0 ? value : -value;
    int at = LONGEST;
    for (int digit = 0; rest != 0 || digit <= scale; digit++) {
      if (digit == scale) {
        text[--at] = '.';
      }
      long tenth = rest / 10;
      text[--at] = (byte) ('0' - (rest - tenth * 10));
      rest = tenth;
    }
    if (value < 0) {
      text[--at] = '-';
    }
    return at;
  }
}

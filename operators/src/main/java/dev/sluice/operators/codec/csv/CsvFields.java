package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.LocalDecimals;
import dev.sluice.operators.codec.TextValues;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fields of one column after the other into its array: a loop a type, no call through a table. */
final class CsvFields {
  private final CsvReadOptions options;
  private final byte[] nullValue;
  private final boolean emptyIsNull;
  private final byte[] nan;
  private final byte[] positiveInf;
  private final byte[] negativeInf;
  private final TextValues values;
  private final @Nullable DecimalFormat localDecimals;
  private final boolean[] bad;
  private boolean anyBad;
  private int badRows;
  private @Nullable DataType firstBadType;
  private int firstBadRow;
  private long[] validity = new long[0];
  private boolean nulls;
  private boolean rowsApart;
  private @Nullable CsvVariants variants;

  CsvFields(CsvReadOptions options, int capacity) {
    this.options = options;
    this.nullValue = options.nullValue().getBytes(StandardCharsets.UTF_8);
    this.emptyIsNull = nullValue.length == 0;
    this.nan = options.nanValue().getBytes(StandardCharsets.UTF_8);
    this.positiveInf = options.positiveInf().getBytes(StandardCharsets.UTF_8);
    this.negativeInf = options.negativeInf().getBytes(StandardCharsets.UTF_8);
    this.values = new TextValues(options.timeFormats());
    this.bad = new boolean[capacity];
    this.localDecimals = LocalDecimals.of(options.locale());
  }

  void clear() {
    if (anyBad) {
      Arrays.fill(bad, false);
    }
    anyBad = false;
    badRows = 0;
    firstBadType = null;
  }

  boolean[] bad() {
    return bad;
  }

  boolean anyBad() {
    return anyBad;
  }

  String reason(int row, boolean wrongWidth) {
    if (wrongWidth) {
      return "its number of fields is not the schema's";
    }
    if (firstBadType == AtomicType.VARIANT) {
      return "two of its fields have one name";
    }
    return firstBadType != null && firstBadRow == row
        ? "a field is no " + firstBadType.sql()
        : "a field does not have its type";
  }

  Column column(DataType type, CsvTokens tokens, int slot, Chunk chunk) {
    int rows = tokens.rows;
    int[] start = tokens.start[slot];
    int[] length = tokens.length[slot];
    markNulls(type, chunk.data(), start, length, rows);
    nulls = false;
    validity = new long[Validity.wordsFor(rows)];
    byte[] data = chunk.data();
    if (type instanceof DecimalType decimal) {
      return decimals(decimal, data, start, length, rows);
    }
    if (type instanceof CollatedType) {
      return texts(type, tokens, slot, chunk, rows);
    }
    if (!(type instanceof AtomicType atomic)) {
      return others(type, data, start, length, rows);
    }
    return switch (atomic) {
      case STRING, BINARY -> texts(type, tokens, slot, chunk, rows);
      case VARIANT -> variants().column(tokens, slot, data);
      case BIGINT -> longs(data, start, length, rows);
      case INT -> ints(atomic, data, start, length, rows, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case SMALLINT -> ints(atomic, data, start, length, rows, Short.MIN_VALUE, Short.MAX_VALUE);
      case TINYINT -> ints(atomic, data, start, length, rows, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case DOUBLE -> doubles(data, start, length, rows);
      case FLOAT -> floats(data, start, length, rows);
      case BOOLEAN -> booleans(data, start, length, rows);
      case DATE -> dates(data, start, length, rows);
      case TIMESTAMP, TIMESTAMP_NTZ -> timestamps(atomic, data, start, length, rows);
      default -> others(type, data, start, length, rows);
    };
  }

  /** Takes each record for itself: none has a bearing on what the fields of another are. */
  void rowsApart() {
    rowsApart = true;
  }

  private CsvVariants variants() {
    CsvVariants made = variants;
    if (made == null) {
      made = new CsvVariants(options, rowsApart);
      variants = made;
    }
    return made;
  }

  /** Whole records as objects. */
  Column objects(CsvTokens tokens, List<String> names, Chunk chunk) {
    int rows = tokens.rows;
    byte[] data = chunk.data();
    for (int slot = 0; slot < names.size(); slot++) {
      markNulls(AtomicType.VARIANT, data, tokens.start[slot], tokens.length[slot], rows);
    }
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, rows);
    for (int row = 0; row < rows; row++) {
      if (!variants().appendObject(tokens, row, data, names, out)) {
        malformed(row, AtomicType.VARIANT);
      }
    }
    return out.build();
  }

  private void markNulls(DataType type, byte[] data, int[] start, int[] length, int rows) {
    if (!emptyIsNull) {
      nullValues(data, start, length, rows);
    } else if (type != AtomicType.STRING && type != AtomicType.BINARY) {
      emptyToNull(length, rows);
    }
  }

  private static void emptyToNull(int[] length, int rows) {
    for (int row = 0; row < rows; row++) {
      if (length[row] == 0) {
        length[row] = CsvTokens.NOTHING;
      }
    }
  }

  private void nullValues(byte[] data, int[] start, int[] length, int rows) {
    int size = nullValue.length;
    for (int row = 0; row < rows; row++) {
      if (length[row] == size && matches(data, start[row], size, nullValue)) {
        length[row] = CsvTokens.NOTHING;
      }
    }
  }

  private static boolean matches(byte[] data, int start, int length, byte[] wanted) {
    return length == wanted.length && Arrays.equals(data, start, start + length, wanted, 0, length);
  }

  private void malformed(int row, DataType type) {
    bad[row] = true;
    anyBad = true;
    if (badRows++ == 0 || row < firstBadRow) {
      firstBadRow = row;
      firstBadType = type;
    }
    nulls = true;
  }

  private void valid(int row) {
    validity[row >> 6] |= 1L << row;
  }

  private Validity validity(int rows) {
    return nulls ? Validity.of(validity, rows) : Validity.ALL;
  }

  private Column texts(DataType type, CsvTokens tokens, int slot, Chunk chunk, int rows) {
    int[] start = tokens.start[slot];
    int[] length = tokens.length[slot];
    int least = emptyIsNull ? 1 : 0;
    for (int row = 0; row < rows; row++) {
      if (length[row] < least) {
        nulls = true;
        start[row] = 0;
        length[row] = 0;
      } else {
        valid(row);
      }
    }
    tokens.renew(slot);
    return new BytesColumn(type, chunk.data(), start, length, validity(rows), rows);
  }

  private Column longs(byte[] data, int[] start, int[] length, int rows) {
    long[] out = new long[rows];
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        nulls = true;
        continue;
      }
      long value =
          values.numbers.integer(data, start[row], length[row], Long.MIN_VALUE, Long.MAX_VALUE);
      if (values.numbers.failed) {
        malformed(row, AtomicType.BIGINT);
      } else {
        out[row] = value;
        valid(row);
      }
    }
    return new LongColumn(AtomicType.BIGINT, out, validity(rows), rows);
  }

  private Column ints(
      AtomicType type, byte[] data, int[] start, int[] length, int rows, int min, int max) {
    int[] out = new int[rows];
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        nulls = true;
        continue;
      }
      long value = values.numbers.integer(data, start[row], length[row], min, max);
      if (values.numbers.failed) {
        malformed(row, type);
      } else {
        out[row] = (int) value;
        valid(row);
      }
    }
    return new IntColumn(type, out, validity(rows), rows);
  }

  private Column doubles(byte[] data, int[] start, int[] length, int rows) {
    double[] out = new double[rows];
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        nulls = true;
        continue;
      }
      double value = values.numbers.doubleOf(data, start[row], length[row]);
      if (values.numbers.failed || Double.isNaN(value) || Double.isInfinite(value)) {
        value = special(data, start[row], length[row], value);
      }
      if (values.numbers.failed) {
        malformed(row, AtomicType.DOUBLE);
      } else {
        out[row] = value;
        valid(row);
      }
    }
    return new DoubleColumn(AtomicType.DOUBLE, out, validity(rows), rows);
  }

  private Column floats(byte[] data, int[] start, int[] length, int rows) {
    float[] out = new float[rows];
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        nulls = true;
        continue;
      }
      float value = values.numbers.floatOf(data, start[row], length[row]);
      if (values.numbers.failed || Float.isNaN(value) || Float.isInfinite(value)) {
        value = (float) special(data, start[row], length[row], value);
      }
      if (values.numbers.failed) {
        malformed(row, AtomicType.FLOAT);
      } else {
        out[row] = value;
        valid(row);
      }
    }
    return new FloatColumn(AtomicType.FLOAT, out, validity(rows), rows);
  }

  /** The words of the options go before what Java takes for a number. */
  private double special(byte[] data, int start, int length, double read) {
    if (matches(data, start, length, nan)) {
      values.numbers.failed = false;
      return Double.NaN;
    }
    if (matches(data, start, length, negativeInf)) {
      values.numbers.failed = false;
      return Double.NEGATIVE_INFINITY;
    }
    if (matches(data, start, length, positiveInf)) {
      values.numbers.failed = false;
      return Double.POSITIVE_INFINITY;
    }
    return read;
  }

  private Column booleans(byte[] data, int[] start, int[] length, int rows) {
    boolean[] out = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      int size = length[row];
      if (size < 0) {
        nulls = true;
      } else if (TextValues.isWord(data, start[row], size, "true")) {
        out[row] = true;
        valid(row);
      } else if (TextValues.isWord(data, start[row], size, "false")) {
        valid(row);
      } else {
        malformed(row, AtomicType.BOOLEAN);
      }
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, validity(rows), rows);
  }

  private Column dates(byte[] data, int[] start, int[] length, int rows) {
    int[] out = new int[rows];
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        nulls = true;
        continue;
      }
      int value = values.date(data, start[row], length[row]);
      if (values.failed()) {
        malformed(row, AtomicType.DATE);
      } else {
        out[row] = value;
        valid(row);
      }
    }
    return new IntColumn(AtomicType.DATE, out, validity(rows), rows);
  }

  private Column timestamps(AtomicType type, byte[] data, int[] start, int[] length, int rows) {
    long[] out = new long[rows];
    boolean zoned = type == AtomicType.TIMESTAMP;
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        nulls = true;
        continue;
      }
      long value =
          zoned
              ? values.timestamp(data, start[row], length[row])
              : values.timestampNtz(data, start[row], length[row]);
      if (values.failed()) {
        malformed(row, type);
      } else {
        out[row] = value;
        valid(row);
      }
    }
    return new LongColumn(type, out, validity(rows), rows);
  }

  private Column decimals(DecimalType type, byte[] data, int[] start, int[] length, int rows) {
    if (type.precision() > DecimalType.MAX_LONG_PRECISION || localDecimals != null) {
      return others(type, data, start, length, rows);
    }
    long[] out = new long[rows];
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        nulls = true;
        continue;
      }
      long value =
          values.numbers.decimal(data, start[row], length[row], type.precision(), type.scale());
      if (values.numbers.failed) {
        malformed(row, type);
      } else {
        out[row] = value;
        valid(row);
      }
    }
    return new LongColumn(type, out, validity(rows), rows);
  }

  /** Rare types, value by value. */
  private Column others(DataType type, byte[] data, int[] start, int[] length, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(type, rows);
    for (int row = 0; row < rows; row++) {
      if (length[row] < 0) {
        builder.appendNull();
        continue;
      }
      Object value =
          type instanceof DecimalType decimal && localDecimals != null
              ? localDecimal(decimal, data, start[row], length[row])
              : values.other(type, data, start[row], length[row]);
      if (value == null) {
        malformed(row, type);
      }
      builder.appendValue(value);
    }
    return builder.build();
  }

  private @Nullable BigDecimal localDecimal(DecimalType type, byte[] data, int start, int length) {
    String text = new String(data, start, length, StandardCharsets.UTF_8);
    BigDecimal value = localDecimals == null ? null : LocalDecimals.parse(text, localDecimals);
    return value == null ? null : TextValues.fit(value, type);
  }
}

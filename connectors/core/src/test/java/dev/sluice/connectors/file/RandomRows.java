package dev.sluice.connectors.file;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rows of random types and values; the same seed gives the same. */
public final class RandomRows {
  private static final List<DataType> LEAVES =
      List.of(
          AtomicType.BOOLEAN,
          AtomicType.TINYINT,
          AtomicType.SMALLINT,
          AtomicType.INT,
          AtomicType.BIGINT,
          AtomicType.FLOAT,
          AtomicType.DOUBLE,
          AtomicType.STRING,
          AtomicType.BINARY,
          AtomicType.DATE,
          AtomicType.TIMESTAMP,
          AtomicType.TIMESTAMP_NTZ,
          new DecimalType(7, 2),
          new DecimalType(18, 0),
          new DecimalType(19, 3),
          new DecimalType(38, 18));

  private RandomRows() {}

  public static Schema schema(Random random) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      fields.add(new Field("c" + i, type(random, 3)));
    }
    return new Schema(fields);
  }

  public static List<List<@Nullable Object>> rows(Batch batch) {
    List<List<@Nullable Object>> rows = new ArrayList<>(batch.rows());
    for (int row = 0; row < batch.rows(); row++) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < batch.schema().size(); i++) {
        values.add(batch.column(i).value(row));
      }
      rows.add(values);
    }
    return rows;
  }

  public static DataType type(Random random, int depth) {
    int choice = depth == 0 ? 99 : random.nextInt(10);
    return switch (choice) {
      case 0, 1 -> new ArrayType(type(random, depth - 1));
      case 2 -> new MapType(LEAVES.get(random.nextInt(LEAVES.size())), type(random, depth - 1));
      case 3, 4 -> {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
          fields.add(new Field("f" + i, type(random, depth - 1)));
        }
        yield new StructType(fields);
      }
      default -> LEAVES.get(random.nextInt(LEAVES.size()));
    };
  }

  /** Columns of all shapes: flat, selected, constant. */
  public static Batch batch(Schema schema, Random random, int rows) {
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      int nulls = random.nextInt(3);
      int distinct = random.nextBoolean() ? 10 : 1_000_000;
      if (random.nextInt(8) == 0) {
        columns.add(
            ConstantColumn.of(field.type(), value(field.type(), random, nulls, distinct), rows));
        continue;
      }
      ColumnBuilder builder = ColumnBuilder.of(field.type(), rows);
      for (int i = 0; i < rows; i++) {
        builder.appendValue(value(field.type(), random, nulls, distinct));
      }
      Column column = builder.build();
      if (rows > 0 && random.nextInt(4) == 0) {
        int[] picked = random.ints(rows, 0, rows).toArray();
        column = column.select(picked, rows);
      }
      columns.add(column);
    }
    return new Batch(schema, columns, rows);
  }

  public static @Nullable Object value(DataType type, Random random, int nulls, int distinct) {
    if (nulls > 0 && random.nextInt(nulls * 3) == 0) {
      return null;
    }
    if (type instanceof ArrayType array) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        elements.add(value(array.element(), random, nulls, distinct));
      }
      return elements;
    }
    if (type instanceof MapType map) {
      List<Object> entries = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        Object key = value(map.key(), random, 0, distinct);
        entries.add(
            new SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
                key, value(map.value(), random, nulls, distinct)));
      }
      return entries;
    }
    if (type instanceof StructType struct) {
      List<@Nullable Object> values = new ArrayList<>();
      for (Field field : struct.fields()) {
        values.add(value(field.type(), random, nulls, distinct));
      }
      return values;
    }
    int n = random.nextInt(distinct);
    if (type instanceof DecimalType decimal) {
      BigInteger unscaled =
          new BigInteger(Math.min(120, decimal.precision() * 3), random)
              .mod(BigInteger.TEN.pow(decimal.precision()));
      return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
    }
    return switch ((AtomicType) type) {
      case BOOLEAN -> n % 2 == 0;
      case TINYINT -> (int) (byte) n;
      case SMALLINT -> (int) (short) n;
      case INT, DATE -> n - distinct / 2;
      case BIGINT -> (n - distinct / 2) * 1_000_003L;
      case TIMESTAMP, TIMESTAMP_NTZ -> (n - distinct / 2) * 1_000_000_003L;
      case FLOAT -> n % 50 == 0 ? Float.NaN : n / 3f;
      case DOUBLE -> n % 50 == 0 ? -0.0 : n / 3d;
      case STRING -> n % 10 == 0 ? "" : "text é " + n;
      case BINARY -> new byte[] {(byte) n, (byte) (n >> 8), 0};
      case NULL, CALENDAR_INTERVAL, VARIANT -> null;
    };
  }

  public static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Map.Entry<?, ?> entry) {
      Map<String, @Nullable Object> pair = new LinkedHashMap<>();
      pair.put("key", comparable(entry.getKey()));
      pair.put("value", comparable(entry.getValue()));
      return pair;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>();
      list.forEach(v -> all.add(comparable(v)));
      return all;
    }
    return value;
  }
}

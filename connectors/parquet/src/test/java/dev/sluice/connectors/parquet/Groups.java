package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Rows through the library's own record writer and reader. */
final class Groups {
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final int JULIAN_EPOCH_DAY = 2_440_588;

  private Groups() {}

  static void write(
      Path file,
      Schema schema,
      List<List<@Nullable Object>> rows,
      UnaryOperator<ExampleParquetWriter.Builder> settings)
      throws IOException {
    MessageType type = ParquetSchemas.message(schema);
    try (ParquetWriter<Group> writer =
        settings
            .apply(ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type))
            .build()) {
      for (List<@Nullable Object> row : rows) {
        SimpleGroup group = new SimpleGroup(type);
        for (int i = 0; i < schema.size(); i++) {
          add(group, i, schema.field(i).type(), row.get(i));
        }
        writer.write(group);
      }
    }
  }

  static List<List<@Nullable Object>> read(Path file, Schema schema, FilterCompat.Filter filter)
      throws IOException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        new Reading(new LocalInputFile(file))
            .usePageChecksumVerification(true)
            .withFilter(filter)
            .build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
          row.add(optional(group, i, schema.field(i).type()));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static final class Reading extends ParquetReader.Builder<Group> {
    Reading(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  private static void add(Group to, int field, DataType type, @Nullable Object value) {
    if (value == null) {
      return;
    }
    if (type instanceof StructType struct) {
      Group group = to.addGroup(field);
      for (int i = 0; i < struct.size(); i++) {
        add(group, i, struct.field(i).type(), ((List<?>) value).get(i));
      }
    } else if (type instanceof ArrayType array) {
      Group group = to.addGroup(field);
      for (Object element : (List<?>) value) {
        add(group.addGroup(0), 0, array.element(), element);
      }
    } else if (type instanceof MapType map) {
      Group group = to.addGroup(field);
      for (Object entry : (List<?>) value) {
        Group pair = group.addGroup(0);
        add(pair, 0, map.key(), ((Map.Entry<?, ?>) entry).getKey());
        add(pair, 1, map.value(), ((Map.Entry<?, ?>) entry).getValue());
      }
    } else if (type instanceof DecimalType decimal) {
      addDecimal(to, field, decimal, ((BigDecimal) value).unscaledValue());
    } else if (type == AtomicType.TIMESTAMP) {
      long micros = (Long) value;
      long day = Math.floorDiv(micros, MICROS_PER_DAY);
      to.add(
          field,
          new NanoTime((int) day + JULIAN_EPOCH_DAY, (micros - day * MICROS_PER_DAY) * 1000));
    } else if (value instanceof Boolean flag) {
      to.add(field, flag.booleanValue());
    } else if (value instanceof Integer number) {
      to.add(field, number.intValue());
    } else if (value instanceof Long number) {
      to.add(field, number.longValue());
    } else if (value instanceof Float number) {
      to.add(field, number.floatValue());
    } else if (value instanceof Double number) {
      to.add(field, number.doubleValue());
    } else if (value instanceof String text) {
      to.add(field, text);
    } else {
      to.add(field, Binary.fromConstantByteArray((byte[]) value));
    }
  }

  private static void addDecimal(Group to, int field, DecimalType type, BigInteger unscaled) {
    if (type.precision() <= 9) {
      to.add(field, unscaled.intValueExact());
    } else if (type.precision() <= DecimalType.MAX_LONG_PRECISION) {
      to.add(field, unscaled.longValueExact());
    } else {
      byte[] bytes = new byte[ParquetSchemas.bytesFor(type.precision())];
      Arrays.fill(bytes, (byte) (unscaled.signum() < 0 ? -1 : 0));
      byte[] digits = unscaled.toByteArray();
      System.arraycopy(digits, 0, bytes, bytes.length - digits.length, digits.length);
      to.add(field, Binary.fromConstantByteArray(bytes));
    }
  }

  private static @Nullable Object optional(Group from, int field, DataType type) {
    return from.getFieldRepetitionCount(field) == 0 ? null : value(from, field, type);
  }

  private static Object value(Group from, int field, DataType type) {
    if (type instanceof StructType struct) {
      Group group = from.getGroup(field, 0);
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < struct.size(); i++) {
        values.add(optional(group, i, struct.field(i).type()));
      }
      return values;
    }
    if (type instanceof ArrayType array) {
      Group group = from.getGroup(field, 0);
      List<@Nullable Object> elements = new ArrayList<>();
      for (int i = 0; i < group.getFieldRepetitionCount(0); i++) {
        elements.add(optional(group.getGroup(0, i), 0, array.element()));
      }
      return elements;
    }
    if (type instanceof MapType map) {
      Group group = from.getGroup(field, 0);
      List<Object> entries = new ArrayList<>();
      for (int i = 0; i < group.getFieldRepetitionCount(0); i++) {
        Group pair = group.getGroup(0, i);
        entries.add(
            new SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
                Objects.requireNonNull(optional(pair, 0, map.key())),
                optional(pair, 1, map.value())));
      }
      return entries;
    }
    if (type instanceof DecimalType decimal) {
      BigInteger unscaled =
          decimal.precision() <= 9
              ? BigInteger.valueOf(from.getInteger(field, 0))
              : decimal.precision() <= DecimalType.MAX_LONG_PRECISION
                  ? BigInteger.valueOf(from.getLong(field, 0))
                  : new BigInteger(from.getBinary(field, 0).getBytes());
      return new BigDecimal(unscaled, decimal.scale());
    }
    return switch ((AtomicType) type) {
      case BOOLEAN -> from.getBoolean(field, 0);
      case TINYINT, SMALLINT, INT, DATE -> from.getInteger(field, 0);
      case BIGINT, TIMESTAMP_NTZ -> from.getLong(field, 0);
      case FLOAT -> from.getFloat(field, 0);
      case DOUBLE -> from.getDouble(field, 0);
      case STRING -> from.getString(field, 0);
      case BINARY -> from.getBinary(field, 0).getBytes();
      case TIMESTAMP -> {
        ByteBuffer int96 =
            ByteBuffer.wrap(from.getInt96(field, 0).getBytes()).order(ByteOrder.LITTLE_ENDIAN);
        yield int96.getLong(0) / 1000 + (int96.getInt(8) - JULIAN_EPOCH_DAY) * MICROS_PER_DAY;
      }
      default -> throw new IllegalArgumentException(type.toString());
    };
  }
}

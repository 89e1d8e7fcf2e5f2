package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.io.IOException;
import java.util.Objects;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/** Writers of values that hold no others. */
final class LeafWriters {
  private LeafWriters() {}

  /** A writer of values that are not null; null if the types do not fit. */
  static @Nullable ValueWriter of(DataType type, Schema schema, String path) {
    return switch (schema.getType()) {
      case NULL -> type == AtomicType.NULL ? new NullWriter() : null;
      case BOOLEAN -> type == AtomicType.BOOLEAN ? new BooleanWriter() : null;
      case INT -> isInt(type) ? new IntWriter() : null;
      case LONG -> longs(type, schema);
      case FLOAT -> type == AtomicType.FLOAT ? new FloatWriter() : null;
      case DOUBLE -> type == AtomicType.DOUBLE ? new DoubleWriter() : null;
      case STRING -> CollatedType.isText(type) ? new BytesWriter() : null;
      case ENUM -> CollatedType.isText(type) ? new EnumWriter(schema, path) : null;
      case BYTES, FIXED -> bytes(type, schema, path);
      default -> null;
    };
  }

  private static boolean isInt(DataType type) {
    return type == AtomicType.TINYINT
        || type == AtomicType.SMALLINT
        || type == AtomicType.INT
        || type == AtomicType.DATE
        || type instanceof YearMonthIntervalType;
  }

  private static @Nullable ValueWriter longs(DataType type, Schema schema) {
    if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      int micros = AvroTypes.microsPerUnit(schema, type);
      return micros == 0 ? null : micros == 1 ? new LongWriter() : new MillisWriter();
    }
    return type == AtomicType.BIGINT || type instanceof DayTimeIntervalType
        ? new LongWriter()
        : null;
  }

  private static @Nullable ValueWriter bytes(DataType type, Schema schema, String path) {
    int fixed = schema.getType() == Type.FIXED ? schema.getFixedSize() : -1;
    if (type == AtomicType.BINARY) {
      return fixed < 0 ? new BytesWriter() : new FixedWriter(fixed, path);
    }
    LogicalTypes.Decimal decimal = AvroTypes.decimal(schema);
    return type instanceof DecimalType written
            && decimal != null
            && decimal.getPrecision() == written.precision()
            && decimal.getScale() == written.scale()
        ? new DecimalWriter(fixed, path)
        : null;
  }

  /** Holds the column whose values are written. */
  private abstract static class Leaf<C extends FlatColumn> extends ValueWriter {
    private @Nullable C column;

    @Override
    @SuppressWarnings("unchecked") // A column has the shape of its type, by which this was chosen.
    final void begin(FlatColumn next) {
      column = (C) next;
    }

    final C column() {
      return Objects.requireNonNull(column);
    }
  }

  static final class NullWriter extends ValueWriter {
    @Override
    void begin(FlatColumn column) {}

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeNull();
    }
  }

  private static final class BooleanWriter extends Leaf<BooleanColumn> {
    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeBoolean(column().values()[row]);
    }
  }

  private static final class IntWriter extends Leaf<IntColumn> {
    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeInt(column().values()[row]);
    }
  }

  private static final class LongWriter extends Leaf<LongColumn> {
    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeLong(column().values()[row]);
    }
  }

  private static final class MillisWriter extends Leaf<LongColumn> {
    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeLong(Math.floorDiv(column().values()[row], 1000L));
    }
  }

  private static final class FloatWriter extends Leaf<FloatColumn> {
    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeFloat(column().values()[row]);
    }
  }

  private static final class DoubleWriter extends Leaf<DoubleColumn> {
    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeDouble(column().values()[row]);
    }
  }

  /** A text is its length and its bytes, as any bytes are. */
  static final class BytesWriter extends Leaf<BytesColumn> {
    @Override
    void write(int row, Encoder out) throws IOException {
      BytesColumn column = column();
      out.writeBytes(column.data(), column.starts()[row], column.lengths()[row]);
    }
  }

  private static final class FixedWriter extends Leaf<BytesColumn> {
    private final int size;
    private final String path;

    FixedWriter(int size, String path) {
      this.size = size;
      this.path = path;
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      BytesColumn column = column();
      int length = column.lengths()[row];
      if (length != size) {
        throw new IOException(
            "a value of column '" + path + "' has " + length + " bytes instead of " + size);
      }
      out.writeFixed(column.data(), column.starts()[row], length);
    }
  }

  private static final class EnumWriter extends Leaf<BytesColumn> {
    private final Schema schema;
    private final String path;

    EnumWriter(Schema schema, String path) {
      this.schema = schema;
      this.path = path;
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      String symbol = column().string(row);
      if (!schema.hasEnumSymbol(symbol)) {
        throw new IOException(
            "'"
                + symbol
                + "' in column '"
                + path
                + "' is none of the symbols "
                + schema.getEnumSymbols());
      }
      out.writeEnum(schema.getEnumOrdinal(symbol));
    }
  }
}

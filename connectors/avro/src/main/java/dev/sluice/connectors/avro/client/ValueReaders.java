package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/** Puts readers together that follow a schema and fill columns. */
final class ValueReaders {
  private final boolean positional;
  private final Rebase.Calendar calendar;

  /**
   * @param positional whether fields are found by position
   * @param calendar by which days and times count
   */
  ValueReaders(boolean positional, Rebase.Calendar calendar) {
    this.positional = positional;
    this.calendar = calendar;
  }

  /** A record's reader. Throws IOException with the reason if its fields cannot be read so. */
  RecordReader rows(Schema schema, StructType wanted) throws IOException {
    if (schema.getType() == Type.RECORD) {
      return record(schema, wanted, "");
    }
    throw new IOException("its values are " + schema.getType() + ", not records");
  }

  /** The reader of values that need be no records. */
  ValueReader of(Schema schema, DataType type, String path) throws IOException {
    ValueReader reader =
        switch (schema.getType()) {
          case NULL -> new NullReader();
          case BOOLEAN -> type == AtomicType.BOOLEAN ? new BooleanReader() : null;
          case INT -> ints(schema, type);
          case LONG -> longs(schema, type);
          case FLOAT ->
              type == AtomicType.FLOAT
                  ? new FloatReader()
                  : type == AtomicType.DOUBLE ? new WidenedFloatReader() : null;
          case DOUBLE -> type == AtomicType.DOUBLE ? new DoubleReader() : null;
          case STRING -> CollatedType.isText(type) ? new TextReader() : null;
          case ENUM -> CollatedType.isText(type) ? new EnumReader(schema) : null;
          case BYTES, FIXED -> bytes(schema, type);
          case ARRAY ->
              type instanceof ArrayType array
                  ? new ArrayReader(of(schema.getElementType(), array.element(), path + "[]"))
                  : null;
          case MAP ->
              type instanceof MapType map && CollatedType.isText(map.key())
                  ? new MapReader(of(schema.getValueType(), map.value(), path + "[]"))
                  : null;
          case RECORD -> type instanceof StructType struct ? record(schema, struct, path) : null;
          case UNION -> union(schema, type, path);
        };
    if (reader == null) {
      throw new IOException(
          "the field '" + path + "' is " + schema + ", which cannot be read as " + type);
    }
    return reader;
  }

  private @Nullable ValueReader ints(Schema schema, DataType type) {
    if (type == AtomicType.BIGINT) {
      return new WidenedIntReader();
    }
    if (type == AtomicType.DOUBLE) {
      return new IntAsDoubleReader();
    }
    if (type == AtomicType.TIMESTAMP_NTZ && schema.getLogicalType() instanceof LogicalTypes.Date) {
      return new MidnightReader();
    }
    if (type == AtomicType.TINYINT) {
      return new NarrowIntReader(Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    if (type == AtomicType.SMALLINT) {
      return new NarrowIntReader(Short.MIN_VALUE, Short.MAX_VALUE);
    }
    if (type == AtomicType.DATE && calendar.matters()) {
      return new OldDateReader(calendar);
    }
    return type == AtomicType.INT
            || type == AtomicType.DATE
            || type instanceof YearMonthIntervalType
        ? new IntReader()
        : null;
  }

  private @Nullable ValueReader longs(Schema schema, DataType type) {
    if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      int micros = AvroTypes.microsPerUnit(schema, type);
      if (micros != 0 && calendar.matters() && type == AtomicType.TIMESTAMP) {
        return new OldTimeReader(micros, calendar);
      }
      return micros == 0 ? null : new ScaledLongReader(micros);
    }
    if (type == AtomicType.BIGINT || type instanceof DayTimeIntervalType) {
      return new ScaledLongReader(1);
    }
    return null;
  }

  private static @Nullable ValueReader bytes(Schema schema, DataType type) {
    int fixed = schema.getType() == Type.FIXED ? schema.getFixedSize() : -1;
    if (type == AtomicType.BINARY) {
      return new BinaryReader(fixed);
    }
    LogicalTypes.Decimal decimal = AvroTypes.decimal(schema);
    return type instanceof DecimalType wanted && decimal != null
        ? new DecimalReader(fixed, decimal.getScale(), wanted)
        : null;
  }

  private RecordReader record(Schema schema, StructType wanted, String path) throws IOException {
    List<Schema.Field> fields = schema.getFields();
    int[] target = new int[fields.size()];
    ValueReader[] readers = new ValueReader[fields.size()];
    boolean[] found = new boolean[wanted.size()];
    Arrays.fill(target, -1);
    for (int i = 0; i < wanted.size(); i++) {
      String name = wanted.field(i).name();
      Schema.Field field =
          positional && path.isEmpty()
              ? i < fields.size() ? fields.get(i) : null
              : AvroTypes.find(schema, name);
      if (field != null) {
        target[field.pos()] = i;
        found[i] = true;
        String own = path.isEmpty() ? field.name() : path + "." + field.name();
        readers[field.pos()] = of(field.schema(), wanted.field(i).type(), own);
      }
    }
    for (int i = 0; i < readers.length; i++) {
      if (readers[i] == null) {
        readers[i] = new Skipper(fields.get(i).schema());
      }
    }
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (!found[i]) {
        missing.add(i);
      }
    }
    return new RecordReader(
        fields.toArray(Schema.Field[]::new),
        readers,
        target,
        missing.stream().mapToInt(Integer::intValue).toArray());
  }

  private @Nullable ValueReader union(Schema schema, DataType type, String path)
      throws IOException {
    List<Schema> types = schema.getTypes();
    List<Schema> values = AvroTypes.withoutNull(schema);
    boolean one =
        values.size() == 1
            || AvroTypes.isOf(values, Type.INT, Type.LONG)
            || AvroTypes.isOf(values, Type.FLOAT, Type.DOUBLE);
    StructType members = !one && type instanceof StructType struct ? struct : null;
    if (!one && !values.isEmpty() && (members == null || members.size() != values.size())) {
      return null;
    }
    ValueReader[] branches = new ValueReader[types.size()];
    int[] member = new int[types.size()];
    int next = 0;
    for (int i = 0; i < branches.length; i++) {
      boolean isNull = types.get(i).getType() == Type.NULL;
      member[i] = isNull || members == null ? -1 : next;
      if (isNull) {
        branches[i] = new NullReader();
      } else {
        branches[i] = of(types.get(i), members == null ? type : members.field(next).type(), path);
        next++;
      }
    }
    return new UnionReader(branches, member, members == null ? 0 : members.size());
  }

  private static final class NullReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      in.readNull();
      to.appendNull();
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readNull();
    }
  }

  private static final class BooleanReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((BooleanBuilder) to).append(in.readBoolean());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readBoolean();
    }
  }

  private static final class IntReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((IntBuilder) to).append(in.readInt());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readInt();
    }
  }

  private static final class NarrowIntReader extends ValueReader {
    private final int least;
    private final int most;

    NarrowIntReader(int least, int most) {
      this.least = least;
      this.most = most;
    }

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      int value = in.readInt();
      if (value < least || value > most) {
        throw new IOException("the number " + value + " does not fit in the column's type");
      }
      ((IntBuilder) to).append(value);
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readInt();
    }
  }

  /** The times at which days begin. */
  private static final class MidnightReader extends ValueReader {
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((LongBuilder) to).append(in.readInt() * MICROS_PER_DAY);
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readInt();
    }
  }

  private static final class OldDateReader extends ValueReader {
    private final Rebase.Calendar calendar;

    OldDateReader(Rebase.Calendar calendar) {
      this.calendar = calendar;
    }

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((IntBuilder) to).append(calendar.days(in.readInt()));
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readInt();
    }
  }

  private static final class OldTimeReader extends ValueReader {
    private final long factor;
    private final Rebase.Calendar calendar;

    OldTimeReader(long factor, Rebase.Calendar calendar) {
      this.factor = factor;
      this.calendar = calendar;
    }

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((LongBuilder) to).append(calendar.micros(Math.multiplyExact(in.readLong(), factor)));
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readLong();
    }
  }

  private static final class WidenedIntReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((LongBuilder) to).append(in.readInt());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readInt();
    }
  }

  private static final class IntAsDoubleReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((DoubleBuilder) to).append(in.readInt());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readInt();
    }
  }

  private static final class ScaledLongReader extends ValueReader {
    private final long factor;

    ScaledLongReader(long factor) {
      this.factor = factor;
    }

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      long value = in.readLong();
      ((LongBuilder) to).append(factor == 1 ? value : Math.multiplyExact(value, factor));
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readLong();
    }
  }

  private static final class FloatReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((FloatBuilder) to).append(in.readFloat());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readFloat();
    }
  }

  private static final class WidenedFloatReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((DoubleBuilder) to).append(in.readFloat());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readFloat();
    }
  }

  private static final class DoubleReader extends ValueReader {
    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((DoubleBuilder) to).append(in.readDouble());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readDouble();
    }
  }

  private static final class TextReader extends ValueReader {
    private Utf8 text = new Utf8();

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      text = in.readString(text);
      ((BytesBuilder) to).append(text.getBytes(), 0, text.getByteLength());
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.skipString();
    }
  }

  private static final class EnumReader extends ValueReader {
    private final List<byte[]> symbols;

    EnumReader(Schema schema) {
      this.symbols =
          schema.getEnumSymbols().stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList();
    }

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ((BytesBuilder) to).append(symbols.get(in.readEnum()));
    }

    @Override
    void skip(Decoder in) throws IOException {
      in.readEnum();
    }
  }

  /** Bytes of a length that stands before them, or that the schema fixes. */
  private static class BinaryReader extends ValueReader {
    private final int fixed;
    private ByteBuffer held = ByteBuffer.allocate(0);

    BinaryReader(int fixed) {
      this.fixed = fixed;
    }

    final ByteBuffer next(Decoder in) throws IOException {
      if (fixed < 0) {
        held = in.readBytes(held);
        return held;
      }
      if (held.capacity() < fixed) {
        held = ByteBuffer.allocate(fixed);
      }
      in.readFixed(held.array(), 0, fixed);
      held.position(0).limit(fixed);
      return held;
    }

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ByteBuffer value = next(in);
      ((BytesBuilder) to)
          .append(value.array(), value.arrayOffset() + value.position(), value.remaining());
    }

    @Override
    final void skip(Decoder in) throws IOException {
      if (fixed < 0) {
        in.skipBytes();
      } else {
        in.skipFixed(fixed);
      }
    }
  }

  private static final class DecimalReader extends BinaryReader {
    private final DecimalAppender appender;

    DecimalReader(int fixed, int scale, DecimalType wanted) {
      super(fixed);
      this.appender = new DecimalAppender(scale, wanted);
    }

    @Override
    void read(Decoder in, ColumnBuilder to) throws IOException {
      ByteBuffer value = next(in);
      appender.append(value.array(), value.arrayOffset() + value.position(), value.remaining(), to);
    }
  }
}

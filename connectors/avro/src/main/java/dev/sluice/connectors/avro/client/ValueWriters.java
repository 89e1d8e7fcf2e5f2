package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/** Puts writers together that follow a schema and read columns. */
final class ValueWriters {
  private final boolean positional;

  ValueWriters(boolean positional) {
    this.positional = positional;
  }

  /** Throws IOException with the reason if rows cannot be written so. */
  RecordWriter rows(StructType rows, Schema schema) throws IOException {
    Schema record = schema;
    if (schema.getType() == Type.UNION && AvroTypes.withoutNull(schema).size() == 1) {
      record = AvroTypes.withoutNull(schema).get(0);
    }
    if (record.getType() != Type.RECORD || record != schema) {
      throw new IOException("it is " + schema.getType() + ", not a record");
    }
    return record(rows, record, "");
  }

  private ValueWriter of(DataType type, Schema schema, String path) throws IOException {
    if (schema.getType() == Type.UNION) {
      return union(type, schema, path);
    }
    ValueWriter writer = plain(type, schema, path);
    if (writer == null) {
      throw new IOException(
          "column '" + path + "' of type " + type + " cannot be written as " + schema);
    }
    return new NotNull(writer, path);
  }

  private ValueWriter union(DataType type, Schema schema, String path) throws IOException {
    List<Schema> types = schema.getTypes();
    int nullBranch = -1;
    int branch = -1;
    ValueWriter writer = null;
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i).getType() == Type.NULL) {
        nullBranch = i;
      } else if (writer == null) {
        writer = plain(type, types.get(i), path);
        branch = i;
      }
    }
    if (writer == null && !(type == AtomicType.NULL && nullBranch >= 0)) {
      throw new IOException(
          "column '" + path + "' of type " + type + " cannot be written as " + schema);
    }
    return new UnionWriter(writer, branch, nullBranch, path);
  }

  /** A writer of values that are not null; null if the types do not fit. */
  private @Nullable ValueWriter plain(DataType type, Schema schema, String path)
      throws IOException {
    return switch (schema.getType()) {
      case NULL -> type == AtomicType.NULL ? new NullWriter() : null;
      case BOOLEAN -> type == AtomicType.BOOLEAN ? new BooleanWriter() : null;
      case INT ->
          type == AtomicType.TINYINT
                  || type == AtomicType.SMALLINT
                  || type == AtomicType.INT
                  || type == AtomicType.DATE
                  || type instanceof YearMonthIntervalType
              ? new IntWriter()
              : null;
      case LONG -> longs(type, schema);
      case FLOAT -> type == AtomicType.FLOAT ? new FloatWriter() : null;
      case DOUBLE -> type == AtomicType.DOUBLE ? new DoubleWriter() : null;
      case STRING -> CollatedType.isText(type) ? new TextWriter() : null;
      case ENUM -> CollatedType.isText(type) ? new EnumWriter(schema, path) : null;
      case BYTES, FIXED -> bytes(type, schema, path);
      case ARRAY ->
          type instanceof ArrayType array
              ? new ArrayWriter(of(array.element(), schema.getElementType(), path + "[]"))
              : null;
      case MAP ->
          type instanceof MapType map && CollatedType.isText(map.key())
              ? new MapWriter(of(map.value(), schema.getValueType(), path + "[]"))
              : null;
      case RECORD -> type instanceof StructType struct ? record(struct, schema, path) : null;
      case UNION -> null;
    };
  }

  private static @Nullable ValueWriter longs(DataType type, Schema schema) {
    boolean time = type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ;
    if (time) {
      return new LongWriter(AvroTypes.isMillis(schema) ? 1000 : 1);
    }
    if (type == AtomicType.INT) {
      return new WidenedIntWriter();
    }
    return type == AtomicType.BIGINT || type instanceof DayTimeIntervalType
        ? new LongWriter(1)
        : null;
  }

  private static @Nullable ValueWriter bytes(DataType type, Schema schema, String path) {
    int fixed = schema.getType() == Type.FIXED ? schema.getFixedSize() : -1;
    if (type == AtomicType.BINARY) {
      return new BinaryWriter(fixed, path);
    }
    LogicalTypes.Decimal decimal = AvroTypes.decimal(schema);
    return type instanceof DecimalType written && decimal != null
        ? new DecimalWriter(fixed, written, decimal.getPrecision(), decimal.getScale(), path)
        : null;
  }

  private RecordWriter record(StructType struct, Schema schema, String path) throws IOException {
    List<Schema.Field> fields = schema.getFields();
    ValueWriter[] writers = new ValueWriter[fields.size()];
    int[] source = new int[fields.size()];
    boolean[] used = new boolean[struct.size()];
    for (int i = 0; i < writers.length; i++) {
      Schema.Field field = fields.get(i);
      String own = path.isEmpty() ? field.name() : path + "." + field.name();
      source[i] = positional && path.isEmpty() ? i : find(struct, field.name());
      if (source[i] >= 0 && source[i] < struct.size()) {
        used[source[i]] = true;
        writers[i] = of(struct.field(source[i]).type(), field.schema(), own);
      } else if (field.schema().isNullable()) {
        source[i] = -1;
        writers[i] = of(AtomicType.NULL, field.schema(), own);
      } else {
        throw new IOException(
            "no column is there for the field '" + own + "', which needs a value");
      }
    }
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        Field column = struct.field(i);
        throw new IOException(
            "it has no field for the column '"
                + (path.isEmpty() ? "" : path + ".")
                + column.name()
                + "'");
      }
    }
    return new RecordWriter(writers, source);
  }

  private static int find(StructType struct, String name) {
    int found = struct.indexOf(name);
    for (int i = 0; found < 0 && i < struct.size(); i++) {
      found = struct.field(i).name().equalsIgnoreCase(name) ? i : -1;
    }
    return found;
  }

  /** A value that must be there. */
  private static final class NotNull extends ValueWriter {
    private final ValueWriter writer;
    private final Supplier<String> message;
    private @Nullable FlatColumn column;

    NotNull(ValueWriter writer, String path) {
      this.writer = writer;
      this.message = () -> "column '" + path + "' is null, which its Avro schema does not allow";
    }

    @Override
    void begin(FlatColumn next) {
      column = next;
      writer.begin(next);
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      if (column != null && column.isNull(row) && !(writer instanceof NullWriter)) {
        throw new IOException(message.get());
      }
      writer.write(row, out);
    }
  }

  private static final class UnionWriter extends ValueWriter {
    private final @Nullable ValueWriter writer;
    private final int branch;
    private final int nullBranch;
    private final String path;
    private @Nullable FlatColumn column;

    UnionWriter(@Nullable ValueWriter writer, int branch, int nullBranch, String path) {
      this.writer = writer;
      this.branch = branch;
      this.nullBranch = nullBranch;
      this.path = path;
    }

    @Override
    void begin(FlatColumn next) {
      column = next;
      if (writer != null) {
        writer.begin(next);
      }
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      if (writer != null && column != null && !column.isNull(row)) {
        out.writeIndex(branch);
        writer.write(row, out);
      } else if (nullBranch < 0) {
        throw new IOException(
            "column '" + path + "' is null, which its Avro schema does not allow");
      } else {
        out.writeIndex(nullBranch);
        out.writeNull();
      }
    }
  }

  private static final class NullWriter extends ValueWriter {
    @Override
    void begin(FlatColumn column) {}

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeNull();
    }
  }

  private static final class BooleanWriter extends ValueWriter {
    private boolean[] values = {};

    @Override
    void begin(FlatColumn column) {
      values = ((BooleanColumn) column).values();
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeBoolean(values[row]);
    }
  }

  private static final class IntWriter extends ValueWriter {
    private int[] values = {};

    @Override
    void begin(FlatColumn column) {
      values = ((IntColumn) column).values();
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeInt(values[row]);
    }
  }

  private static final class WidenedIntWriter extends ValueWriter {
    private int[] values = {};

    @Override
    void begin(FlatColumn column) {
      values = ((IntColumn) column).values();
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeLong(values[row]);
    }
  }

  private static final class LongWriter extends ValueWriter {
    private final long divisor;
    private long[] values = {};

    LongWriter(long divisor) {
      this.divisor = divisor;
    }

    @Override
    void begin(FlatColumn column) {
      values = ((LongColumn) column).values();
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeLong(divisor == 1 ? values[row] : Math.floorDiv(values[row], divisor));
    }
  }

  private static final class FloatWriter extends ValueWriter {
    private float[] values = {};

    @Override
    void begin(FlatColumn column) {
      values = ((FloatColumn) column).values();
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeFloat(values[row]);
    }
  }

  private static final class DoubleWriter extends ValueWriter {
    private double[] values = {};

    @Override
    void begin(FlatColumn column) {
      values = ((DoubleColumn) column).values();
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      out.writeDouble(values[row]);
    }
  }

  /** A text is its length and its bytes, as any bytes are. */
  private static final class TextWriter extends ValueWriter {
    private @Nullable BytesColumn column;

    @Override
    void begin(FlatColumn next) {
      column = (BytesColumn) next;
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      if (column != null) {
        out.writeBytes(column.data(), column.starts()[row], column.lengths()[row]);
      }
    }
  }

  private static final class EnumWriter extends ValueWriter {
    private final Schema schema;
    private final String path;
    private @Nullable BytesColumn column;

    EnumWriter(Schema schema, String path) {
      this.schema = schema;
      this.path = path;
    }

    @Override
    void begin(FlatColumn next) {
      column = (BytesColumn) next;
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      String symbol = column == null ? "" : column.string(row);
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

  private static final class BinaryWriter extends ValueWriter {
    private final int fixed;
    private final String path;
    private @Nullable BytesColumn column;

    BinaryWriter(int fixed, String path) {
      this.fixed = fixed;
      this.path = path;
    }

    @Override
    void begin(FlatColumn next) {
      column = (BytesColumn) next;
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      if (column == null) {
        return;
      }
      int length = column.lengths()[row];
      if (fixed < 0) {
        out.writeBytes(column.data(), column.starts()[row], length);
      } else if (length == fixed) {
        out.writeFixed(column.data(), column.starts()[row], length);
      } else {
        throw new IOException(
            "a value of column '" + path + "' has " + length + " bytes instead of " + fixed);
      }
    }
  }

  private static final class ArrayWriter extends ValueWriter {
    private final ValueWriter element;
    private @Nullable ArrayColumn column;

    ArrayWriter(ValueWriter element) {
      this.element = element;
    }

    @Override
    void begin(FlatColumn next) {
      ArrayColumn arrays = (ArrayColumn) next;
      column = arrays;
      element.begin(arrays.elements());
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      if (column == null) {
        return;
      }
      int start = column.starts()[row];
      int length = column.lengths()[row];
      out.writeArrayStart();
      out.setItemCount(length);
      for (int i = start; i < start + length; i++) {
        out.startItem();
        element.write(i, out);
      }
      out.writeArrayEnd();
    }
  }

  private static final class MapWriter extends ValueWriter {
    private final ValueWriter value;
    private final TextWriter key = new TextWriter();
    private @Nullable MapColumn column;

    MapWriter(ValueWriter value) {
      this.value = value;
    }

    @Override
    void begin(FlatColumn next) {
      MapColumn maps = (MapColumn) next;
      column = maps;
      key.begin(maps.keys());
      value.begin(maps.values());
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      if (column == null) {
        return;
      }
      int start = column.starts()[row];
      int length = column.lengths()[row];
      out.writeMapStart();
      out.setItemCount(length);
      for (int i = start; i < start + length; i++) {
        out.startItem();
        key.write(i, out);
        value.write(i, out);
      }
      out.writeMapEnd();
    }
  }

  /** The fields of a record from the columns of rows or structs. */
  static final class RecordWriter extends ValueWriter {
    private final ValueWriter[] writers;

    /** For each field its column; -1 where it is always null. */
    private final int[] source;

    RecordWriter(ValueWriter[] writers, int[] source) {
      this.writers = writers;
      this.source = source;
    }

    @Override
    void begin(FlatColumn column) {
      beginRows(((StructColumn) column).children());
    }

    void beginRows(List<? extends dev.sluice.operators.data.Column> columns) {
      for (int i = 0; i < writers.length; i++) {
        if (source[i] >= 0) {
          writers[i].begin(columns.get(source[i]));
        }
      }
    }

    @Override
    void write(int row, Encoder out) throws IOException {
      for (ValueWriter writer : writers) {
        writer.write(row, out);
      }
    }
  }
}

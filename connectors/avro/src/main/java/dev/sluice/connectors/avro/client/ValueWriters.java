package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
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

  /** As {@link #rows}, of values that need be no rows. */
  ValueWriter of(DataType type, Schema schema, String path) throws IOException {
    if (schema.getType() == Type.UNION) {
      return union(type, schema, path);
    }
    ValueWriter writer = plain(type, schema, path);
    if (writer == null) {
      throw unfit(type, schema, path);
    }
    return new NotNull(writer, path);
  }

  private ValueWriter union(DataType type, Schema schema, String path) throws IOException {
    List<Schema> types = schema.getTypes();
    if (AvroTypes.withoutNull(schema).size() > 1 && type != AtomicType.NULL) {
      return members(type, schema, path);
    }
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
      throw unfit(type, schema, path);
    }
    return new UnionWriter(writer, branch, nullBranch, path);
  }

  private static IOException unfit(DataType type, Schema schema, String path) {
    return new IOException(
        "column '" + path + "' of type " + type + " cannot be written as " + schema);
  }

  /** From a struct of {@code member0}, {@code member1} ..., the form unions are read in. */
  private ValueWriter members(DataType type, Schema schema, String path) throws IOException {
    List<Schema> types = schema.getTypes();
    List<Schema> values = AvroTypes.withoutNull(schema);
    if (!(type instanceof StructType struct) || struct.size() != values.size()) {
      throw unfit(type, schema, path);
    }
    ValueWriter[] members = new ValueWriter[values.size()];
    int[] branches = new int[values.size()];
    for (int i = 0; i < members.length; i++) {
      if (!struct.field(i).name().equals("member" + i)) {
        throw unfit(type, schema, path);
      }
      members[i] = of(struct.field(i).type(), values.get(i), path + ".member" + i);
      branches[i] = types.indexOf(values.get(i));
    }
    return new MembersWriter(members, branches, schema.isNullable() ? nullOf(types) : -1, path);
  }

  private static int nullOf(List<Schema> types) {
    int at = 0;
    while (types.get(at).getType() != Type.NULL) {
      at++;
    }
    return at;
  }

  /** A writer of values that are not null; null if the types do not fit. */
  private @Nullable ValueWriter plain(DataType type, Schema schema, String path)
      throws IOException {
    return switch (schema.getType()) {
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
      default -> LeafWriters.of(type, schema, path);
    };
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
      if (column != null && column.isNull(row) && !(writer instanceof LeafWriters.NullWriter)) {
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
    private final ValueWriter key = new LeafWriters.BytesWriter();
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

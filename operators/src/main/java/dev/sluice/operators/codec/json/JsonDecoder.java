package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON records to rows. A record is an object, or an array of objects that gives a row each. As in
 * Spark a field that does not have its type is null and the others stay; a record that is no JSON,
 * or no object, is a row of nulls; either is malformed, for {@code mode} and for the corrupt-record
 * column. Names are compared with case; of a name that repeats the last value counts. Not
 * thread-safe.
 *
 * <p>Use: {@link #decode} records until {@link #rows} is enough, then {@link #take} the batch.
 */
public final class JsonDecoder {
  private static final int LONGEST_SHOWN = 200;

  private final Schema wanted;
  private final JsonReadOptions options;
  private final JsonReader reader;
  private final JsonValues values;
  private final JsonNode root;
  private final int corrupt;
  // The column that takes records as they are, or -1.
  private final int single;
  private final int capacity;
  private ColumnBuilder[] builders;
  private int rows;
  private boolean arrays = true;

  /**
   * @param wanted the columns to deliver; a string column of the corrupt-record name takes
   *     malformed records
   * @param capacity about how many rows a batch will have
   */
  public JsonDecoder(Schema wanted, JsonReadOptions options, int capacity) {
    this.wanted = wanted;
    this.options = options;
    this.reader = new JsonReader(options.syntax());
    this.values = new JsonValues(reader, options);
    this.corrupt = corruptIndex(wanted, options);
    this.single = singleIndex(wanted, options);
    List<Field> fields = new ArrayList<>(wanted.fields());
    if (corrupt >= 0) {
      // No field of the data has this name, so none is ever put there.
      fields.set(corrupt, new Field("\0" + options.corruptColumn(), AtomicType.STRING));
    }
    this.root = new JsonNode(new Schema(fields).asStruct());
    this.capacity = capacity;
    this.builders = newBuilders();
  }

  /** From now on an array is no record, as for {@code from_json} with a struct. */
  public JsonDecoder withoutArrays() {
    arrays = false;
    return this;
  }

  /** The index of the column that takes malformed records, or -1. */
  public static int corruptIndex(Schema schema, JsonReadOptions options) {
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      if (field.name().equals(options.corruptColumn()) && field.type() == AtomicType.STRING) {
        return i;
      }
    }
    return -1;
  }

  private static int singleIndex(Schema schema, JsonReadOptions options) {
    if (options.singleVariantColumn().isPresent()) {
      for (int i = 0; i < schema.size(); i++) {
        Field field = schema.field(i);
        if (field.name().equals(options.singleVariantColumn().get())
            && field.type() == AtomicType.VARIANT) {
          return i;
        }
      }
    }
    return -1;
  }

  private ColumnBuilder[] newBuilders() {
    ColumnBuilder[] fresh = new ColumnBuilder[wanted.size()];
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = ColumnBuilder.of(wanted.field(i).type(), capacity);
    }
    return fresh;
  }

  /** Rows decoded since the last {@link #take}. */
  public int rows() {
    return rows;
  }

  /** The rows decoded, as a batch; the next one begins. */
  public Batch take() {
    List<Column> columns = new ArrayList<>(builders.length);
    for (ColumnBuilder builder : builders) {
      columns.add(builder.build());
    }
    Batch batch = new Batch(wanted, columns, rows);
    builders = newBuilders();
    rows = 0;
    return batch;
  }

  /**
   * Decodes the record in {@code data[start .. start + length)}, well-formed UTF-8. Nothing but
   * blanks is no record. What follows the first value is not looked at. {@code offset} tells in
   * errors where the record stands. Throws {@link RecordException} under FAILFAST.
   */
  public void decode(byte[] data, int start, int length, long offset) {
    int before = rows;
    boolean good;
    reader.open(data, start, start + length);
    try {
      int first = reader.peek();
      if (first < 0) {
        return;
      }
      if (single >= 0) {
        good = values.field(root.children[single], builders[single], 0) == JsonValues.GOOD;
        endRow();
      } else {
        boolean isArray = first == '[' && arrays;
        good = isArray ? array() : first == '{' && object();
        if (!isArray && first != '{') {
          rollBack(before);
        }
      }
    } catch (JsonMistake e) {
      rollBack(before);
      malformed(data, start, length, offset, before, String.valueOf(e.getMessage()));
      return;
    }
    if (good) {
      endCorrupt(before, null, 0, 0);
    } else {
      malformed(data, start, length, offset, before, "a field does not have its type");
    }
  }

  /** A row from the object here; false if something in it does not have its type. */
  private boolean object() {
    int size = rows;
    int result = JsonValues.GOOD;
    int guess = 0;
    reader.beginNested(0);
    for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
      reader.name();
      int index = root.field(reader.text, reader.textStart, reader.textLength, guess);
      if (index < 0) {
        reader.skip(1);
        continue;
      }
      guess = index + 1;
      ColumnBuilder builder = builders[index];
      if (builder.size() > size) {
        builder.truncate(size);
      }
      result |= values.field(root.children[index], builder, 1);
    }
    endRow();
    return result == JsonValues.GOOD;
  }

  private void endRow() {
    for (int i = 0; i < builders.length; i++) {
      if (i != corrupt && builders[i].size() == rows) {
        builders[i].appendNull();
      }
    }
    rows++;
  }

  private boolean array() {
    boolean good = true;
    int before = rows;
    reader.beginNested(0);
    for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
      int first = reader.peek();
      if (first == '{') {
        good &= object();
      } else {
        rollBack(before);
        reader.skip(1);
        throw reader.mistake("an element is no object");
      }
    }
    return good;
  }

  private void rollBack(int size) {
    for (int i = 0; i < builders.length; i++) {
      builders[i].truncate(size);
    }
    rows = size;
  }

  private void malformed(
      byte[] data, int start, int length, long offset, int before, String reason) {
    if (options.mode() == ParseMode.FAILFAST) {
      rollBack(before);
      throw new RecordException(
          "MALFORMED_RECORD_IN_PARSING",
          "malformed record '"
              + new String(data, start, Math.min(length, LONGEST_SHOWN), StandardCharsets.UTF_8)
              + "' ("
              + reason
              + ") in mode FAILFAST",
          offset);
    }
    if (options.mode() == ParseMode.DROPMALFORMED) {
      rollBack(before);
      return;
    }
    if (rows == before) {
      endRow();
    }
    endCorrupt(before, data, start, length);
  }

  private void endCorrupt(int before, byte @Nullable [] record, int start, int length) {
    if (corrupt < 0) {
      return;
    }
    BytesBuilder builder = (BytesBuilder) builders[corrupt];
    for (int row = before; row < rows; row++) {
      if (record == null) {
        builder.appendNull();
      } else {
        builder.append(record, start, length);
      }
    }
  }

  /**
   * Appends one value of any type to a builder of that type, as the function {@code from_json}
   * needs it.
   */
  public static final class ValueDecoder {
    private final JsonReader reader;
    private final JsonValues values;
    private final JsonNode node;

    public ValueDecoder(DataType type, JsonReadOptions options) {
      this.reader = new JsonReader(options.syntax());
      this.values = new JsonValues(reader, options);
      this.node = new JsonNode(type);
    }

    /** Whether the text is JSON that begins with a value, whatever its type. */
    public boolean isJson(byte[] data, int start, int length) {
      reader.open(data, start, start + length);
      try {
        reader.skip(0);
        return true;
      } catch (JsonMistake e) {
        return false;
      }
    }

    /**
     * Appends exactly one row. True if the text was a value of the type throughout; otherwise what
     * did not fit is null, be it a field or all.
     */
    public boolean append(byte[] data, int start, int length, ColumnBuilder into) {
      int size = into.size();
      reader.open(data, start, start + length);
      try {
        if (reader.peek() < 0) {
          into.appendNull();
          return false;
        }
        return values.field(node, into, 0) == JsonValues.GOOD;
      } catch (JsonMistake e) {
        into.truncate(size);
        into.appendNull();
        return false;
      }
    }
  }
}

package dev.sluice.connectors.json;

import dev.sluice.connectors.bytes.SingleVariant;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.Utf8;
import dev.sluice.operators.codec.json.JsonDecoder;
import dev.sluice.operators.codec.json.JsonEncoder;
import dev.sluice.operators.codec.json.JsonReadOptions;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Messages that are a JSON object each, read as {@code from_json} reads a text: of an array the
 * first object counts, blanks are a row of nulls.
 */
public final class JsonMessages implements MessageFormat {
  /** What makes sense for files only. */
  private static final Set<String> OF_FILES =
      Set.of(
          "primitivesAsString",
          "prefersDecimal",
          "inferTimestamp",
          "dropFieldIfAllNull",
          "samplingRatio",
          "inferSchema",
          "multiLine",
          "encoding",
          "lineSep",
          "pretty",
          "compression");

  private static final JsonFormat FILES = new JsonFormat();

  @Override
  public String name() {
    return "json";
  }

  @Override
  public String summary() {
    return "Messages whose value is a JSON object.";
  }

  @Override
  public List<Option> options() {
    return FILES.options().stream().filter(o -> !OF_FILES.contains(o.name())).toList();
  }

  @Override
  public List<Option> writeOptions() {
    return FILES.writeOptions().stream().filter(o -> !OF_FILES.contains(o.name())).toList();
  }

  @Override
  public Optional<Schema> defaultSchema() {
    return Optional.empty();
  }

  @Override
  public Optional<Schema> defaultSchema(Options options) {
    return SingleVariant.schema(options);
  }

  @Override
  public void checkRead(Schema columns, Options options, Problems problems) {
    Options all = whole(FILES.options(), options);
    FILES.check(all, problems);
    FILES.checkRead(columns, all, problems);
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    for (Field field : schema.fields()) {
      if (!FILES.canWrite(field.type())) {
        problems.error(
            "unsupported-type",
            options.at(),
            "JSON cannot hold column '" + field.name() + "' of type " + field.type().sql(),
            "cast it");
      }
    }
  }

  /** With the defaults of the options that only files have. */
  private static Options whole(List<Option> declared, Options options) {
    return options.restrictedTo(declared);
  }

  @Override
  public MessageDecoder decoder(
      Schema columns, Schema wanted, Options options, Session session, int capacity) {
    return new Decoder(
        wanted, JsonFormat.readOptions(whole(FILES.options(), options), session), capacity);
  }

  @Override
  public MessageEncoder encoder(Schema schema, Options options, Session session) {
    JsonEncoder encoder =
        new JsonEncoder(JsonFormat.writeOptions(whole(FILES.writeOptions(), options), session));
    StructType struct = schema.asStruct();
    return (rows, row, out) -> {
      encoder.object(struct, rows, row, out);
      return true;
    };
  }

  /** One row a message. */
  private static final class Decoder implements MessageDecoder {
    private final JsonDecoder decoder;
    private final boolean drops;
    // Which row of the decoder is the message's; -1 for a row of nulls.
    private int[] picked;
    private int[] messages;
    private int rows;
    private int seen;

    Decoder(Schema wanted, JsonReadOptions options, int capacity) {
      this.decoder = new JsonDecoder(wanted, options, capacity);
      this.drops = options.mode() == ParseMode.DROPMALFORMED;
      this.picked = new int[capacity];
      this.messages = new int[capacity];
    }

    @Override
    public void decode(byte[] data, int start, int length) {
      int before = decoder.rows();
      try {
        if (Utf8.firstInvalid(data, start, start + length) == start + length) {
          decoder.decode(data, start, length, 0);
        } else {
          Chunk repaired = Utf8.repaired(new Chunk(data, start, start + length, 0));
          decoder.decode(repaired.data(), repaired.from(), repaired.to() - repaired.from(), 0);
        }
      } catch (StackOverflowError e) {
        throw new RecordException("record-too-deep", "a value is nested too deep for the stack", 0);
      }
      boolean none = decoder.rows() == before;
      if (none && drops) {
        seen++;
        return;
      }
      add(none ? -1 : before);
    }

    @Override
    public void decodeNull() {
      add(-1);
    }

    private void add(int row) {
      if (rows == picked.length) {
        picked = Arrays.copyOf(picked, rows * 2);
        messages = Arrays.copyOf(messages, rows * 2);
      }
      messages[rows] = seen++;
      picked[rows++] = row;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public Decoded take() {
      Batch decoded = decoder.take();
      boolean same = decoded.rows() == rows;
      for (int i = 0; same && i < rows; i++) {
        same = picked[i] == i;
      }
      Batch batch = same ? decoded : pick(decoded);
      int[] of = seen == rows ? new int[0] : Arrays.copyOf(messages, rows);
      rows = 0;
      seen = 0;
      return new Decoded(batch, of);
    }

    private Batch pick(Batch decoded) {
      int[] positions = Arrays.copyOf(picked, rows);
      List<Column> columns = new ArrayList<>(decoded.columns().size());
      for (Column column : decoded.columns()) {
        columns.add(Columns.pick(column, positions, rows));
      }
      return new Batch(decoded.schema(), columns, rows);
    }
  }
}

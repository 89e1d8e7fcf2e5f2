package dev.sluice.connectors.csv;

import dev.sluice.connectors.bytes.SingleVariant;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.Utf8;
import dev.sluice.operators.codec.csv.CsvDecoder;
import dev.sluice.operators.codec.csv.CsvEncoder;
import dev.sluice.operators.codec.csv.CsvReadOptions;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Messages that are a line of CSV each, read as {@code from_csv} reads a text. */
public final class CsvMessages implements MessageFormat {
  /** What makes sense for files only. */
  private static final Set<String> OF_FILES =
      Set.of(
          "header",
          "inferSchema",
          "samplingRatio",
          "enforceSchema",
          "multiLine",
          "encoding",
          "lineSep",
          "extension",
          "compression");

  private static final CsvFormat FILES = new CsvFormat();

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String summary() {
    return "Messages whose value is a line of CSV.";
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
    Options all = options.restrictedTo(FILES.options());
    FILES.check(all, problems);
    SingleVariant.check(columns, all, problems);
    requireFlat(columns, true, options, problems);
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    requireFlat(schema, false, options, problems);
  }

  private static void requireFlat(
      Schema schema, boolean variants, Options options, Problems problems) {
    for (Field field : schema.fields()) {
      boolean held =
          FILES.canWrite(field.type()) || (variants && field.type() == AtomicType.VARIANT);
      if (!held) {
        problems.error(
            "unsupported-type",
            options.at(),
            "CSV cannot hold column '" + field.name() + "' of type " + field.type().sql(),
            "use 'valueFormat: json'");
      }
    }
  }

  @Override
  public MessageDecoder decoder(
      Schema columns, Schema wanted, Options options, Session session, int capacity) {
    CsvReadOptions read = CsvFormat.readOptions(options.restrictedTo(FILES.options()), session);
    return new Decoder(columns, wanted, read, capacity);
  }

  @Override
  public MessageEncoder encoder(Schema schema, Options options, Session session) {
    CsvEncoder encoder =
        new CsvEncoder(CsvFormat.writeOptions(options.restrictedTo(FILES.writeOptions()), session));
    return (columns, row, out) -> {
      encoder.record(columns, row, out);
      return true;
    };
  }

  /**
   * Values are put together as the lines of one text, which is decoded at once. Where that might
   * not give a row a message, because a value is empty or holds a line end, each is decoded for
   * itself.
   */
  private static final class Decoder implements MessageDecoder {
    private final Schema wanted;
    private final CsvReadOptions options;
    private final CsvDecoder lines;
    private final CsvDecoder single;
    private final int capacity;
    private Bytes text;
    private int[] starts;
    // Negative: the message has no value.
    private int[] lengths;
    private int messages;
    private boolean plain = true;

    Decoder(Schema columns, Schema wanted, CsvReadOptions options, int capacity) {
      this.wanted = wanted;
      this.options = options;
      this.capacity = capacity;
      this.lines =
          new CsvDecoder(columns, wanted, withMultiLine(options, false), capacity).withRowsApart();
      this.single =
          new CsvDecoder(columns, wanted, withMultiLine(options, true), 1).withRowsApart();
      this.text = new Bytes(1 << 14);
      this.starts = new int[capacity];
      this.lengths = new int[capacity];
    }

    /** A text is one record, whatever line ends stand in its quotes. */
    private static CsvReadOptions withMultiLine(CsvReadOptions o, boolean multiLine) {
      return new CsvReadOptions(
          o.separator(),
          o.quote(),
          o.escape(),
          o.quoteEscapeEscape(),
          o.comment(),
          false,
          true,
          multiLine,
          o.lineSeparator(),
          o.unescapedQuotes(),
          o.ignoreLeadingBlanks(),
          o.ignoreTrailingBlanks(),
          o.nullValue(),
          o.emptyValue(),
          o.nanValue(),
          o.positiveInf(),
          o.negativeInf(),
          o.mode(),
          o.corruptColumn(),
          o.maxColumns(),
          o.maxCharsPerColumn(),
          o.locale(),
          o.timeFormats(),
          o.preferDate(),
          o.singleVariantColumn());
    }

    @Override
    public void decode(byte[] data, int start, int length) {
      add(text.size(), length);
      boolean blank = true;
      for (int i = start; i < start + length; i++) {
        byte b = data[i];
        plain &= b != '\n' && b != '\r';
        blank &= b <= ' ' && b >= 0;
      }
      plain &= !blank && (options.comment() == '\0' || data[start] != options.comment());
      text.put(data, start, length);
      text.put('\n');
    }

    @Override
    public void decodeNull() {
      plain = false;
      add(text.size(), -1);
    }

    private void add(int start, int length) {
      if (messages == starts.length) {
        starts = Arrays.copyOf(starts, messages * 2);
        lengths = Arrays.copyOf(lengths, messages * 2);
      }
      starts[messages] = start;
      lengths[messages++] = length;
    }

    @Override
    public int rows() {
      return messages;
    }

    @Override
    public Decoded take() {
      int count = messages;
      text.reserve(Chunk.PADDING);
      byte[] data = text.data();
      Decoded decoded = null;
      if (plain && count > 0 && count <= capacity && options.mode() != ParseMode.DROPMALFORMED) {
        lines.begin(new Chunk(data, 0, text.size(), 0));
        Batch batch = lines.decode(false);
        decoded = batch.rows() == count && lines.done() ? Decoded.complete(batch) : null;
      }
      Decoded result = decoded == null ? each(data, count) : decoded;
      text = new Bytes(Math.max(1 << 14, text.size() + Chunk.PADDING));
      messages = 0;
      plain = true;
      return result;
    }

    private Decoded each(byte[] data, int count) {
      boolean drops = options.mode() == ParseMode.DROPMALFORMED;
      ColumnBuilder[] builders = new ColumnBuilder[wanted.size()];
      for (int c = 0; c < builders.length; c++) {
        builders[c] = ColumnBuilder.of(wanted.field(c).type(), count);
      }
      int[] of = new int[count];
      int rows = 0;
      for (int i = 0; i < count; i++) {
        Batch one = lengths[i] < 0 ? null : one(data, starts[i], lengths[i]);
        if (one != null && one.rows() == 0 && drops) {
          continue;
        }
        for (int c = 0; c < builders.length; c++) {
          if (one == null || one.rows() == 0) {
            builders[c].appendNull();
          } else {
            builders[c].appendFrom(one.column(c), 0);
          }
        }
        of[rows++] = i;
      }
      List<Column> columns = new ArrayList<>(builders.length);
      for (ColumnBuilder builder : builders) {
        columns.add(builder.build());
      }
      Batch batch = new Batch(wanted, columns, rows);
      return rows == count ? Decoded.complete(batch) : new Decoded(batch, Arrays.copyOf(of, rows));
    }

    private Batch one(byte[] data, int start, int length) {
      single.begin(Utf8.repaired(Chunk.copyOf(data, start, length)));
      return single.decode(false);
    }
  }
}

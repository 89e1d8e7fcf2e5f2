package dev.sluice.connectors.json;

import static dev.sluice.operators.component.Option.flag;
import static dev.sluice.operators.component.Option.integer;
import static dev.sluice.operators.component.Option.number;
import static dev.sluice.operators.component.Option.text;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.bytes.Compression;
import dev.sluice.connectors.bytes.FileBytes;
import dev.sluice.connectors.bytes.RowWriter;
import dev.sluice.connectors.bytes.SingleVariant;
import dev.sluice.connectors.bytes.TextOptions;
import dev.sluice.operators.codec.ByteSource;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.json.JsonEncoder;
import dev.sluice.operators.codec.json.JsonInference;
import dev.sluice.operators.codec.json.JsonReadOptions;
import dev.sluice.operators.codec.json.JsonSyntax;
import dev.sluice.operators.codec.json.JsonWriteOptions;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStores;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The {@code json} format, with Spark's options and defaults. */
public final class JsonFormat implements FileFormat {
  private static final Option ENCODING =
      text("encoding", "The character encoding; found by looking at the file unless given")
          .alias("charset");

  private static final List<Option> READ =
      List.of(
          flag("primitivesAsString", false, "Whether inference takes every scalar as a string"),
          flag("prefersDecimal", false, "Whether inference takes numbers with a point as decimals"),
          flag("inferTimestamp", false, "Whether inference finds timestamps in strings"),
          flag("dropFieldIfAllNull", false, "Whether inference leaves out what is always null"),
          number("samplingRatio", "The part of the records that inference looks at").orElse("1.0"),
          flag("inferSchema", false, "Whether the schema is found by looking at the data"),
          SingleVariant.OPTION,
          flag("allowComments", false, "Whether // and /* */ comments are blanks"),
          flag("allowUnquotedFieldNames", false, "Whether field names may stand without quotes"),
          flag("allowSingleQuotes", true, "Whether strings and names may stand in single quotes"),
          flag("allowNumericLeadingZeros", false, "Whether numbers may begin with zeros"),
          flag("allowNonNumericNumbers", true, "Whether NaN, INF and Infinity are numbers"),
          flag(
              "allowBackslashEscapingAnyCharacter",
              false,
              "Whether a backslash may stand before any character"),
          flag(
              "allowUnquotedControlChars",
              false,
              "Whether strings may hold control characters as they are"),
          flag("multiLine", false, "Whether a file is one value instead of one a line"),
          integer("maxNestingDepth", "How deep values may nest").orElse("1000").atLeast(1),
          integer("maxNumLen", "The longest number in characters").orElse("1000").atLeast(1),
          integer("maxStringLen", "The longest string in bytes").orElse("20000000").atLeast(1),
          ENCODING,
          TextOptions.LINE_SEPARATOR,
          TextOptions.MODE,
          TextOptions.CORRUPT,
          TextOptions.DATE_FORMAT,
          TextOptions.TIMESTAMP_FORMAT,
          TextOptions.TIMESTAMP_NTZ_FORMAT,
          TextOptions.FALLBACK,
          TextOptions.LOCALE,
          TextOptions.TIME_ZONE);

  private static final List<Option> WRITE =
      List.of(
          flag("ignoreNullFields", true, "Whether fields that are null are left out"),
          flag("pretty", false, "Whether values are spread over lines and indented"),
          flag(
              "writeNonAsciiCharacterAsCodePoint",
              false,
              "Whether characters beyond ASCII are written as \\u escapes"),
          text("lineSep", "What ends a line").orElse("\n"),
          TextOptions.ENCODING,
          TextOptions.DATE_FORMAT,
          TextOptions.TIMESTAMP_FORMAT,
          TextOptions.TIMESTAMP_NTZ_FORMAT,
          TextOptions.LOCALE,
          TextOptions.TIME_ZONE,
          TextOptions.COMPRESSION);

  @Override
  public String name() {
    return "json";
  }

  @Override
  public String summary() {
    return "Files of JSON objects, one a line or, with multiLine, one value a file.";
  }

  @Override
  public List<Option> options() {
    return READ;
  }

  @Override
  public List<Option> writeOptions() {
    return WRITE;
  }

  @Override
  public boolean isText() {
    return true;
  }

  @Override
  public boolean needsSchema() {
    return true;
  }

  @Override
  public void check(Options options, Problems problems) {
    TextOptions.check(options, problems);
  }

  @Override
  public boolean readsVariants() {
    return true;
  }

  @Override
  public Optional<Schema> fixedSchema(Options options) {
    return SingleVariant.schema(options);
  }

  @Override
  public void checkRead(Schema declared, Options options, Problems problems) {
    SingleVariant.check(declared, options, problems);
  }

  @Override
  public boolean canWriteNoColumns() {
    return true;
  }

  @Override
  public boolean canWrite(DataType type) {
    return !type.any(TimeType.class::isInstance);
  }

  @Override
  public Schema inferSchema(
      List<FileStatus> files, Options options, FileStores stores, Session session)
      throws IOException {
    Optional<Schema> fixed = fixedSchema(options);
    if (fixed.isPresent()) {
      return fixed.get();
    }
    JsonInference inference =
        new JsonInference(
            readOptions(options, session),
            new JsonInference.Settings(
                options.flag("primitivesAsString"),
                options.flag("prefersDecimal"),
                options.flag("inferTimestamp"),
                options.flag("dropFieldIfAllNull")));
    double ratio = Double.parseDouble(options.text("samplingRatio"));
    // Fixed, so that the same files always give the same schema.
    Random sample = new Random(1);
    for (FileStatus file : files) {
      try (FileInput input = stores.of(file.location()).open(file)) {
        JsonRecords records = records(file, input, 0, Long.MAX_VALUE, options);
        while (records.next()) {
          if (ratio >= 1 || sample.nextDouble() < ratio) {
            inference.add(records.data(), records.start(), records.length());
          }
        }
      }
    }
    return inference.schema();
  }

  @Override
  public Reader reader(Schema schema, Options options, Session session) {
    JsonReadOptions read = readOptions(options, session);
    boolean lines = !options.flag("multiLine");
    Optional<String> separator = options.find("lineSep");
    return new Reader() {
      @Override
      public boolean splittable(String fileName) {
        return lines
            && FileBytes.isUtf8(TextOptions.encoding(options))
            && separator.map(String::length).orElse(1) == 1
            && Compression.ofFile(fileName) == Compression.NONE;
      }

      @Override
      public BatchReader open(
          FileStatus file, FileInput input, long start, long end, ScanRequest request)
          throws IOException {
        long until = splittable(file.location()) && end < file.length() ? end : Long.MAX_VALUE;
        return new JsonBatchReader(
            file,
            input,
            records(file, input, start, until, options),
            request,
            read,
            encoding(file.location(), input, options));
      }
    };
  }

  private static JsonRecords records(
      FileStatus file, FileInput input, long start, long end, Options options) throws IOException {
    String location = file.location();
    return options.flag("multiLine")
        ? JsonRecords.whole(location, input, encoding(location, input, options))
        : JsonRecords.lines(
            location, input, start, end, options.find("lineSep"), TextOptions.encoding(options));
  }

  /** As given; in multiLine else by the zero bytes among the first four, or a mark. */
  private static Charset encoding(String location, FileInput input, Options options)
      throws IOException {
    if (options.isGiven("encoding") || !options.flag("multiLine")) {
      return TextOptions.encoding(options);
    }
    byte[] first = new byte[4];
    ByteSource bytes = FileBytes.open(location, input, 0, StandardCharsets.UTF_8);
    int held = 0;
    while (held < first.length) {
      int read = bytes.read(first, held, first.length - held);
      if (read < 0) {
        return StandardCharsets.UTF_8;
      }
      held += read;
    }
    int word =
        (first[0] & 0xff) << 24
            | (first[1] & 0xff) << 16
            | (first[2] & 0xff) << 8
            | first[3] & 0xff;
    if (word == 0xfeff || (word >>> 8 == 0 && word != 0)) {
      return Charset.forName("UTF-32BE");
    }
    if (word == 0xfffe0000 || (word & 0xffffff) == 0) {
      return Charset.forName("UTF-32LE");
    }
    if (word >>> 16 == 0xfeff || (word & 0xff00ff00) == 0) {
      return StandardCharsets.UTF_16BE;
    }
    if (word >>> 16 == 0xfffe || (word & 0x00ff00ff) == 0) {
      return StandardCharsets.UTF_16LE;
    }
    return StandardCharsets.UTF_8;
  }

  static JsonReadOptions readOptions(Options options, Session session) {
    return new JsonReadOptions(
        new JsonSyntax(
            options.flag("allowComments"),
            options.flag("allowUnquotedFieldNames"),
            options.flag("allowSingleQuotes"),
            options.flag("allowNumericLeadingZeros"),
            options.flag("allowNonNumericNumbers"),
            options.flag("allowBackslashEscapingAnyCharacter"),
            options.flag("allowUnquotedControlChars"),
            (int) Math.min(Integer.MAX_VALUE, options.number("maxNestingDepth")),
            (int) Math.min(Integer.MAX_VALUE, options.number("maxNumLen")),
            (int) Math.min(Integer.MAX_VALUE, options.number("maxStringLen"))),
        ParseMode.of(options.text("mode")),
        options.text("columnNameOfCorruptRecord"),
        TextOptions.locale(options),
        TextOptions.timeFormats(options, session),
        true,
        SingleVariant.of(options));
  }

  static JsonWriteOptions writeOptions(Options options, Session session) {
    return new JsonWriteOptions(
        options.flag("ignoreNullFields"),
        options.flag("pretty"),
        options.flag("writeNonAsciiCharacterAsCodePoint"),
        TextOptions.writeFormats(options, session));
  }

  @Override
  public Writer writer(Schema schema, Options options, Session session) {
    JsonWriteOptions write = writeOptions(options, session);
    byte[] lineEnd = options.text("lineSep").getBytes(StandardCharsets.UTF_8);
    StructType struct = schema.asStruct();
    Compression compression = Compression.of(options.text("compression"));
    Charset encoding = TextOptions.encoding(options);
    return new Writer() {
      @Override
      public String suffix() {
        return "-c000.json" + compression.extension();
      }

      @Override
      public FileWriter open(FileOutput output) throws IOException {
        JsonEncoder encoder = new JsonEncoder(write);
        return new RowWriter(
            output,
            compression,
            encoding,
            (columns, row, out) -> {
              encoder.object(struct, columns, row, out);
              out.put(lineEnd);
            });
      }
    };
  }
}

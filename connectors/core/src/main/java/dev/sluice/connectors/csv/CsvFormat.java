package dev.sluice.connectors.csv;

import static dev.sluice.operators.component.Option.character;
import static dev.sluice.operators.component.Option.choice;
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
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.csv.CsvEncoder;
import dev.sluice.operators.codec.csv.CsvReadOptions;
import dev.sluice.operators.codec.csv.CsvReadOptions.UnescapedQuotes;
import dev.sluice.operators.codec.csv.CsvWriteOptions;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The {@code csv} format, with Spark's options and defaults. */
public final class CsvFormat implements FileFormat {
  private static final Option SEPARATOR =
      text("sep", "What separates fields: one character or several").orElse(",").alias("delimiter");
  private static final Option QUOTE =
      character("quote", "What encloses a field that holds separators; empty: nothing does")
          .orElse("\"");
  private static final Option ESCAPE =
      character("escape", "What escapes a quote inside a quoted field").orElse("\\");
  private static final Option ESCAPE_ESCAPE =
      character(
          "charToEscapeQuoteEscaping",
          "What escapes the escape character; by default the escape character itself");
  private static final Option HEADER =
      flag("header", false, "Whether the first line names columns");

  private static final List<Option> READ =
      List.of(
          SEPARATOR,
          QUOTE,
          ESCAPE,
          ESCAPE_ESCAPE,
          HEADER,
          character("comment", "What begins a line that is no record; unset: nothing does"),
          flag("inferSchema", false, "Whether types are found by looking at the data"),
          number("samplingRatio", "The part of the rows that inference looks at").orElse("1.0"),
          flag("preferDate", true, "Whether inference tells dates from timestamps"),
          flag(
              "enforceSchema",
              true,
              "Whether columns go by position whatever the header says; otherwise it is checked"),
          flag("ignoreLeadingWhiteSpace", false, "Whether blanks before a field are left out"),
          flag("ignoreTrailingWhiteSpace", false, "Whether blanks after a field are left out"),
          text("nullValue", "The field that means null").orElse(""),
          text("emptyValue", "What an empty quoted field means").orElse(""),
          text("nanValue", "The field that means not-a-number").orElse("NaN"),
          text("positiveInf", "The field that means infinity").orElse("Inf"),
          text("negativeInf", "The field that means negative infinity").orElse("-Inf"),
          flag("multiLine", false, "Whether quoted fields may hold line ends"),
          integer("maxColumns", "The most fields of a record").orElse("20480").atLeast(1),
          integer("maxCharsPerColumn", "The longest field in bytes; -1: no limit").orElse("-1"),
          choice(
                  "unescapedQuoteHandling",
                  Arrays.stream(UnescapedQuotes.values()).map(Enum::name).toList(),
                  "What a quote means that stands unescaped in a quoted field")
              .orElse("STOP_AT_DELIMITER"),
          TextOptions.ENCODING,
          TextOptions.LINE_SEPARATOR,
          TextOptions.MODE,
          TextOptions.CORRUPT,
          SingleVariant.OPTION,
          TextOptions.DATE_FORMAT,
          TextOptions.TIMESTAMP_FORMAT,
          TextOptions.TIMESTAMP_NTZ_FORMAT,
          TextOptions.FALLBACK,
          TextOptions.LOCALE,
          TextOptions.TIME_ZONE);

  private static final List<Option> WRITE =
      List.of(
          SEPARATOR,
          QUOTE,
          ESCAPE,
          ESCAPE_ESCAPE,
          HEADER,
          flag("escapeQuotes", true, "Whether a field that holds a quote is enclosed in quotes"),
          flag("quoteAll", false, "Whether every field is enclosed in quotes"),
          flag("ignoreLeadingWhiteSpace", true, "Whether blanks before a text are left out"),
          flag("ignoreTrailingWhiteSpace", true, "Whether blanks after a text are left out"),
          text("nullValue", "What is written for null").orElse(""),
          text("emptyValue", "What is written for an empty text").orElse("\"\""),
          text("lineSep", "What ends a line").orElse("\n"),
          text("extension", "The end of file names, before that of the compression").orElse("csv"),
          TextOptions.ENCODING,
          TextOptions.DATE_FORMAT,
          TextOptions.TIMESTAMP_FORMAT,
          TextOptions.TIMESTAMP_NTZ_FORMAT,
          TextOptions.LOCALE,
          TextOptions.TIME_ZONE,
          TextOptions.COMPRESSION);

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String summary() {
    return "Files of lines whose fields are separated by a character.";
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
    try {
      CsvTexts.separator(options.text("sep"));
    } catch (IllegalArgumentException e) {
      problems.error(
          "invalid-option-value", options.at("sep"), String.valueOf(e.getMessage()), null);
    }
    for (String name : List.of("quote", "escape", "charToEscapeQuoteEscaping", "comment")) {
      options
          .find(name)
          .filter(value -> !value.isEmpty() && (value.length() > 1 || value.charAt(0) > 127))
          .ifPresent(
              value ->
                  problems.error(
                      "invalid-option-value",
                      options.at(name),
                      "'" + value + "' is not one ASCII character",
                      "give one character such as '\"'"));
    }
    options
        .find("lineSep")
        .filter(value -> value.length() > 2)
        .ifPresent(
            value ->
                problems.error(
                    "invalid-option-value",
                    options.at("lineSep"),
                    "'lineSep' has more than 2 characters",
                    "give one character"));
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
    for (Field field : declared.fields()) {
      DataType type = field.type();
      if (type instanceof ArrayType || type instanceof MapType || type instanceof StructType) {
        problems.error(
            "unsupported-type",
            options.at(),
            "'csv' files hold no " + type.sql() + ", as column '" + field.name() + "' is to be",
            "declare a string, and take it apart in a step: split, from_json");
      }
    }
  }

  @Override
  public boolean canWrite(DataType type) {
    return !(type instanceof ArrayType || type instanceof MapType || type instanceof StructType)
        && !(type instanceof TimeType)
        && type != AtomicType.NULL
        && type != AtomicType.VARIANT;
  }

  @Override
  public Schema inferSchema(
      List<FileStatus> files, Options options, FileStores stores, Session session)
      throws IOException {
    Optional<Schema> fixed = fixedSchema(options);
    if (fixed.isPresent()) {
      return fixed.get();
    }
    Schema found =
        new CsvSchema(
                readOptions(options, session),
                TextOptions.encoding(options),
                options.flag("inferSchema"),
                options.flag("preferDate"),
                Double.parseDouble(options.text("samplingRatio")))
            .of(files, stores);
    if (options.flag("inferSchema")) {
      return found;
    }
    return new Schema(
        found.fields().stream().map(f -> new Field(f.name(), AtomicType.STRING)).toList());
  }

  @Override
  public Reader reader(Schema schema, Options options, Session session) {
    CsvReadOptions read = readOptions(options, session);
    Charset encoding = TextOptions.encoding(options);
    AtomicBoolean headerTold = new AtomicBoolean();
    // What a VARIANT is depends on those before it in the file.
    boolean variants = schema.fields().stream().anyMatch(f -> f.type() == AtomicType.VARIANT);
    return new Reader() {
      @Override
      public boolean splittable(String fileName) {
        return !read.multiLine()
            && !variants
            && FileBytes.isUtf8(encoding)
            && read.lineSeparator().map(String::length).orElse(1) == 1
            && Compression.ofFile(fileName) == Compression.NONE;
      }

      @Override
      public BatchReader open(
          FileStatus file, FileInput input, long start, long end, ScanRequest request)
          throws IOException {
        long until = splittable(file.location()) && end < file.length() ? end : Long.MAX_VALUE;
        return new CsvBatchReader(
            file, input, start, until, schema, request, read, encoding, headerTold);
      }
    };
  }

  static CsvReadOptions readOptions(Options options, Session session) {
    return new CsvReadOptions(
        CsvTexts.separator(options.text("sep")),
        charOf(options, "quote"),
        charOf(options, "escape"),
        charOf(options, "charToEscapeQuoteEscaping"),
        charOf(options, "comment"),
        options.flag("header"),
        options.flag("enforceSchema"),
        options.flag("multiLine"),
        options.find("lineSep"),
        UnescapedQuotes.valueOf(options.text("unescapedQuoteHandling").toUpperCase(Locale.ROOT)),
        options.flag("ignoreLeadingWhiteSpace"),
        options.flag("ignoreTrailingWhiteSpace"),
        options.text("nullValue"),
        options.text("emptyValue"),
        options.text("nanValue"),
        options.text("positiveInf"),
        options.text("negativeInf"),
        ParseMode.of(options.text("mode")),
        options.text("columnNameOfCorruptRecord"),
        (int) options.number("maxColumns"),
        (int) options.number("maxCharsPerColumn"),
        TextOptions.locale(options),
        TextOptions.timeFormats(options, session),
        options.flag("preferDate"),
        SingleVariant.of(options));
  }

  static char charOf(Options options, String name) {
    return options.find(name).filter(value -> !value.isEmpty()).map(v -> v.charAt(0)).orElse('\0');
  }

  @Override
  public Writer writer(Schema schema, Options options, Session session) {
    CsvWriteOptions write = writeOptions(options, session);
    String extension = options.text("extension");
    boolean header = options.flag("header");
    Compression compression = Compression.of(options.text("compression"));
    Charset encoding = TextOptions.encoding(options);
    return new Writer() {
      @Override
      public String suffix() {
        return "-c000." + extension + compression.extension();
      }

      @Override
      public FileWriter open(FileOutput output) throws IOException {
        CsvEncoder encoder = new CsvEncoder(write, true);
        RowWriter writer = new RowWriter(output, compression, encoding, encoder::line);
        if (header) {
          encoder.header(schema.names(), writer.preface());
        }
        return writer;
      }
    };
  }

  static CsvWriteOptions writeOptions(Options options, Session session) {
    return new CsvWriteOptions(
        CsvTexts.separator(options.text("sep")),
        charOf(options, "quote"),
        charOf(options, "escape"),
        charOf(options, "charToEscapeQuoteEscaping"),
        '#',
        options.flag("escapeQuotes"),
        options.flag("quoteAll"),
        options.flag("ignoreLeadingWhiteSpace"),
        options.flag("ignoreTrailingWhiteSpace"),
        options.text("nullValue"),
        options.text("emptyValue"),
        options.text("lineSep"),
        TextOptions.writeFormats(options, session));
  }
}

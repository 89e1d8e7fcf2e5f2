package dev.sluice.connectors.avro;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.SchemaMerge;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
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
import dev.sluice.operators.io.IoReasons;
import dev.sluice.operators.io.Locations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Apache Avro object container files, as Spark's {@code avro} source reads and writes them. */
public final class AvroFormat implements FileFormat {
  static final String SCHEMA = "avroSchema";
  static final String SCHEMA_URL = "avroSchemaUrl";
  static final String POSITIONAL = "positionalFieldMatching";
  static final String RECORD_NAME = "recordName";
  static final String NAMESPACE = "recordNamespace";

  /** What the names of a union's members begin with, if they follow from types. */
  static final String MEMBER = "member_";

  /** How days before 1582 count where the data do not say it. */
  static final String REBASE = "datetimeRebaseMode";

  static final List<String> REBASE_MODES = List.of("CORRECTED", "LEGACY", "EXCEPTION");

  /** For the service loader. */
  public AvroFormat() {}

  @Override
  public String name() {
    return "avro";
  }

  @Override
  public String summary() {
    return "Apache Avro files, with their schema in them";
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.text(
            SCHEMA, "A schema, as JSON, that files are read by: Avro's rules resolve theirs"),
        Option.text(SCHEMA_URL, "Where such a schema stands, if 'avroSchema' is not given"),
        SchemaMerge.option(),
        Option.flag(POSITIONAL, false, "Match fields with columns by position"),
        Option.flag(AvroClient.Typing.STABLE, false, "Name the members of unions by their types"),
        Option.text(AvroClient.Typing.PREFIX, "What the name of such a member begins with")
            .orElse(MEMBER),
        Option.integer(
                AvroClient.Typing.DEPTH,
                "How often a record may be in itself, up to 15; what is deeper is left out")
            .orElse("-1"),
        Option.choice(
                REBASE,
                REBASE_MODES,
                "How days before 1582 count in files that do not say who wrote them; EXCEPTION"
                    + " refuses what the two calendars may count differently")
            .orElse("CORRECTED"));
  }

  private static AvroClient.Typing typing(Options options) {
    return AvroClient.Typing.of(
        options.flag(AvroClient.Typing.STABLE),
        options.text(AvroClient.Typing.PREFIX),
        options.number(AvroClient.Typing.DEPTH));
  }

  @Override
  public List<Option> writeOptions() {
    return List.of(
        Option.text(
            SCHEMA, "The schema to write, as JSON, instead of one that follows from columns"),
        Option.text(SCHEMA_URL, "Where such a schema stands, if 'avroSchema' is not given"),
        Option.text(RECORD_NAME, "Name of the record in the schema").orElse("topLevelRecord"),
        Option.text(NAMESPACE, "Namespace of the record in the schema").orElse(""),
        Option.flag(POSITIONAL, false, "Match columns with fields by position"),
        Option.choice(
                "compression",
                List.of("none", "uncompressed", "snappy", "deflate", "bzip2", "xz", "zstandard"),
                "How blocks are compressed")
            .orElse("snappy"));
  }

  @Override
  public void check(Options options, Problems problems) {
    String depth = AvroClient.Typing.check(options.number(AvroClient.Typing.DEPTH));
    if (depth != null) {
      problems.error(
          "invalid-option-value", options.at(AvroClient.Typing.DEPTH), depth, "give a smaller one");
    }
    Optional<String> text = options.find(SCHEMA);
    if (text.isPresent()) {
      try {
        AvroClient.get().columns(text.get(), typing(options));
      } catch (IOException e) {
        problems.error(
            "invalid-option-value",
            options.at(SCHEMA),
            "'" + SCHEMA + "' cannot be used: " + e.getMessage(),
            "give an Avro schema as JSON");
      }
    }
  }

  /** As in Spark, the schema that is given goes before the place of one. */
  @Override
  public Options resolved(Options options, FileStores stores, String baseDirectory)
      throws IOException {
    Optional<String> url = options.find(SCHEMA_URL);
    if (url.isEmpty() || options.find(SCHEMA).isPresent()) {
      return options;
    }
    String location = Locations.resolve(url.get(), baseDirectory);
    try {
      byte[] text = stores.of(location).readAll(location);
      return options.with(SCHEMA, new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IOException(
          "the schema '"
              + location
              + "' of '"
              + SCHEMA_URL
              + "' cannot be read: "
              + IoReasons.of(e),
          e);
    }
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    if (options.isGiven(SCHEMA)) {
      String reason = AvroClient.get().checkWrite(schema, writing(options));
      if (reason != null) {
        problems.error(
            "invalid-option-value",
            options.at(SCHEMA),
            "rows cannot be written by 'avroSchema': " + reason,
            "change the schema, or cast the column");
      }
    }
  }

  @Override
  public boolean needsSchema() {
    return false;
  }

  @Override
  public boolean canWrite(DataType type) {
    return isWritable(type);
  }

  static boolean isWritable(DataType type) {
    return !type.any(
        part ->
            part == AtomicType.CALENDAR_INTERVAL
                || part == AtomicType.VARIANT
                || part instanceof TimeType
                || part instanceof MapType map && !CollatedType.isText(map.key())
                || part instanceof StructType struct && struct.size() == 0);
  }

  @Override
  public Schema inferSchema(
      List<FileStatus> files, Options options, FileStores stores, Session session)
      throws IOException {
    Optional<String> text = options.find(SCHEMA);
    if (text.isPresent()) {
      return AvroClient.get().columns(text.get(), typing(options));
    }
    return SchemaMerge.find(
        "Avro", files, options, stores, input -> AvroClient.get().columns(input, typing(options)));
  }

  @Override
  public Reader reader(Schema schema, Options options, Session session) {
    AvroClient.Reading settings =
        new AvroClient.Reading(
            options.find(SCHEMA).orElse(null), options.flag(POSITIONAL), options.text(REBASE));
    return new Reader() {
      @Override
      public boolean splittable(String fileName) {
        return true;
      }

      @Override
      public BatchReader open(
          FileStatus file, FileInput input, long start, long end, ScanRequest request)
          throws IOException {
        return AvroClient.get().open(input, start, end, request, settings);
      }
    };
  }

  static AvroClient.Writing writing(Options options) {
    String codec = options.find("compression").orElse("snappy").trim().toLowerCase(Locale.ROOT);
    return new AvroClient.Writing(
        options.find(SCHEMA).orElse(null),
        options.text(RECORD_NAME).trim(),
        options.text(NAMESPACE).trim(),
        options.flag(POSITIONAL),
        codec.equals("none") || codec.equals("uncompressed") ? "null" : codec);
  }

  @Override
  public Writer writer(Schema schema, Options options, Session session) {
    AvroClient.Writing settings = writing(options);
    return new Writer() {
      @Override
      public String suffix() {
        return "-c000.avro";
      }

      @Override
      public FileWriter open(FileOutput output) throws IOException {
        return AvroClient.get().create(output, schema, settings);
      }
    };
  }
}

package dev.sluice.connectors.text;

import static dev.sluice.operators.component.Option.flag;
import static dev.sluice.operators.component.Option.text;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.bytes.Compression;
import dev.sluice.connectors.bytes.FileBytes;
import dev.sluice.connectors.bytes.RowWriter;
import dev.sluice.connectors.bytes.TextOptions;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
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

/** The {@code text} format: each line, or each file, is one string. */
public final class TextFormat implements FileFormat {
  /** The schema of every text file. */
  public static final Schema SCHEMA = Schema.of(new Field("value", AtomicType.STRING));

  private static final List<Option> READ =
      List.of(
          flag("wholetext", false, "Whether a file is one row instead of one a line"),
          TextOptions.ENCODING,
          TextOptions.LINE_SEPARATOR);

  private static final List<Option> WRITE =
      List.of(
          text("lineSep", "What ends a line").orElse("\n"),
          TextOptions.ENCODING,
          TextOptions.COMPRESSION);

  @Override
  public String name() {
    return "text";
  }

  @Override
  public String summary() {
    return "Files of plain lines, each one string.";
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
    return false;
  }

  @Override
  public void check(Options options, Problems problems) {
    TextOptions.check(options, problems);
  }

  @Override
  public void checkRead(Schema declared, Options options, Problems problems) {
    if (declared.fields().stream().noneMatch(field -> field.type() == AtomicType.STRING)) {
      problems.error(
          "unsupported-type",
          options.at(),
          "'text' files hold one string a line, and the schema has no string column",
          "declare 'value: string', and cast it in a step");
    }
  }

  @Override
  public boolean canWrite(DataType type) {
    return type == AtomicType.STRING;
  }

  @Override
  public Schema inferSchema(
      List<FileStatus> files, Options options, FileStores stores, Session session) {
    return SCHEMA;
  }

  @Override
  public Reader reader(Schema schema, Options options, Session session) {
    if (schema.size() > 1) {
      throw new PipelineException(
          "text-one-column",
          "'text' files hold one string a line, and "
              + schema.size()
              + " columns are declared; declare 'value: string', and take it apart in a step");
    }
    if (schema.size() == 1 && schema.field(0).type() != AtomicType.STRING) {
      throw new PipelineException(
          "unsupported-type",
          "'text' files hold one string a line, and column '"
              + schema.field(0).name()
              + "' is to be "
              + schema.field(0).type().sql()
              + "; declare a string, and cast it in a step");
    }
    boolean whole = options.flag("wholetext");
    Charset encoding = TextOptions.encoding(options);
    Optional<String> separator = options.find("lineSep");
    return new Reader() {
      @Override
      public boolean splittable(String fileName) {
        return !whole
            && FileBytes.isUtf8(encoding)
            && separator.map(String::length).orElse(1) == 1
            && Compression.ofFile(fileName) == Compression.NONE;
      }

      @Override
      public BatchReader open(
          FileStatus file, FileInput input, long start, long end, ScanRequest request)
          throws IOException {
        long until = splittable(file.location()) && end < file.length() ? end : Long.MAX_VALUE;
        return new TextBatchReader(file, input, start, until, request, separator, encoding, whole);
      }
    };
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    if (schema.size() > 1) {
      problems.error(
          "text-one-column",
          options.at(),
          "'text' files hold one string a line, and there are "
              + schema.size()
              + " columns: "
              + String.join(", ", schema.names()),
          "make one of them: select: [\"concat_ws(',', "
              + String.join(", ", schema.names())
              + ") AS line\"]");
    }
  }

  @Override
  public Writer writer(Schema schema, Options options, Session session) {
    if (schema.size() != 1) {
      throw new PipelineException(
          "text-one-column",
          "the text format writes a single column, and there are " + schema.size() + " columns");
    }
    byte[] lineEnd = options.text("lineSep").getBytes(StandardCharsets.UTF_8);
    Compression compression = Compression.of(options.text("compression"));
    Charset encoding = TextOptions.encoding(options);
    return new Writer() {
      @Override
      public String suffix() {
        return "-c000.txt" + compression.extension();
      }

      @Override
      public FileWriter open(FileOutput output) throws IOException {
        return new RowWriter(
            output,
            compression,
            encoding,
            (columns, row, out) -> {
              BytesColumn column = (BytesColumn) columns.get(0);
              if (!column.isNull(row)) {
                out.put(column.data(), column.starts()[row], column.lengths()[row]);
              }
              out.put(lineEnd);
            });
      }
    };
  }
}

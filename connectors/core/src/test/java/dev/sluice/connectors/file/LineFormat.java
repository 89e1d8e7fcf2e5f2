package dev.sluice.connectors.file;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The smallest useful format: a bigint a line. */
final class LineFormat implements FileFormat {
  static final Schema SCHEMA = Schema.of(new Field("value", AtomicType.BIGINT));

  @Override
  public String name() {
    return "line";
  }

  @Override
  public String summary() {
    return "a number a line";
  }

  @Override
  public List<Option> options() {
    return List.of();
  }

  @Override
  public List<Option> writeOptions() {
    return List.of();
  }

  @Override
  public boolean needsSchema() {
    return true;
  }

  @Override
  public boolean canWrite(DataType type) {
    return type == AtomicType.BIGINT;
  }

  @Override
  public Schema inferSchema(
      List<FileStatus> files, Options options, FileStores stores, Session session) {
    return SCHEMA;
  }

  @Override
  public Reader reader(Schema schema, Options options, Session session) {
    return new Reader() {
      @Override
      public boolean splittable(String fileName) {
        return true;
      }

      @Override
      public BatchReader open(
          FileStatus file, FileInput input, long start, long end, ScanRequest request)
          throws IOException {
        return new Lines(file, input, start, end, request);
      }
    };
  }

  private static final class Lines implements BatchReader {
    private final List<String> lines = new ArrayList<>();
    private final FileInput input;
    private final FileStatus file;
    private final ScanRequest request;
    private boolean done;

    Lines(FileStatus file, FileInput input, long start, long end, ScanRequest request)
        throws IOException {
      this.file = file;
      this.input = input;
      this.request = request;
      byte[] all = new byte[(int) input.length()];
      input.readFully(0, all, 0, all.length);
      int at = 0;
      for (String line : new String(all, StandardCharsets.US_ASCII).split("\n")) {
        if (!line.isEmpty() && at >= start && at < end) {
          lines.add(line);
        }
        at += line.length() + 1;
      }
    }

    @Override
    public @Nullable Batch next() throws IOException {
      if (done) {
        return null;
      }
      done = true;
      if (request.schema().size() == 0) {
        return new Batch(Schema.EMPTY, List.of(), lines.size());
      }
      ColumnBuilder builder = ColumnBuilder.of(AtomicType.BIGINT, lines.size());
      for (String line : lines) {
        if (line.startsWith("!")) {
          throw new IOException("a bad line in " + file.location());
        }
        builder.appendValue(Long.valueOf(line));
      }
      return new Batch(request.schema(), List.of(builder.build()), lines.size());
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }

  @Override
  public Writer writer(Schema schema, Options options, Session session) {
    return new Writer() {
      @Override
      public String suffix() {
        return "-c000.line";
      }

      @Override
      public FileWriter open(FileOutput output) {
        return new FileWriter() {
          @Override
          public void write(Batch batch) throws IOException {
            for (int i = 0; i < batch.rows(); i++) {
              byte[] line = (batch.column(0).value(i) + "\n").getBytes(StandardCharsets.US_ASCII);
              output.write(line, 0, line.length);
            }
          }

          @Override
          public void finish() {}
        };
      }
    };
  }
}

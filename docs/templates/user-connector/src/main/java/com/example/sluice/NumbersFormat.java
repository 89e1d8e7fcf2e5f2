package com.example.sluice;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** {@code numbers}: files of 64-bit numbers, eight bytes each; the column is {@code value}. */
public final class NumbersFormat implements FileFormat {
  private static final Schema SCHEMA = Schema.of(new Field("value", AtomicType.BIGINT));

  @Override
  public String name() {
    return "numbers";
  }

  @Override
  public String summary() {
    return "Files of 64-bit numbers";
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
    return false;
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
          FileStatus file, FileInput input, long start, long end, ScanRequest request) {
        return new Numbers(input, start, end, request);
      }
    };
  }

  /** The numbers that begin in a region of a file. */
  private static final class Numbers implements BatchReader {
    private final FileInput input;
    private final long end;
    private final ScanRequest request;
    private long at;

    Numbers(FileInput input, long start, long end, ScanRequest request) {
      this.input = input;
      this.end = end;
      this.request = request;
      this.at = Math.floorDiv(start + Long.BYTES - 1, Long.BYTES) * Long.BYTES;
    }

    @Override
    public Batch next() throws IOException {
      long left = Math.floorDiv(end - at + Long.BYTES - 1, Long.BYTES);
      if (left <= 0) {
        return null;
      }
      int rows = (int) Math.min(request.batchRows(), left);
      byte[] bytes = new byte[rows * Long.BYTES];
      input.readFully(at, bytes, 0, bytes.length);
      at += bytes.length;
      // A query that only counts rows asks for no column.
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < request.schema().size(); i++) {
        ColumnBuilder builder = ColumnBuilder.of(AtomicType.BIGINT, rows);
        ByteBuffer numbers = ByteBuffer.wrap(bytes);
        for (int row = 0; row < rows; row++) {
          builder.appendValue(numbers.getLong());
        }
        columns.add(builder.build());
      }
      return new Batch(request.schema(), columns, rows);
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
        return "-c000.numbers";
      }

      @Override
      public FileWriter open(FileOutput output) {
        return new FileWriter() {
          @Override
          public void write(Batch batch) throws IOException {
            ByteBuffer numbers = ByteBuffer.allocate(batch.rows() * Long.BYTES);
            for (int row = 0; row < batch.rows(); row++) {
              Object value = batch.column(0).value(row);
              if (value == null) {
                throw new IOException("a file of numbers has no place for NULL");
              }
              numbers.putLong((Long) value);
            }
            output.write(numbers.array(), 0, numbers.position());
          }

          @Override
          public void finish() {}
        };
      }
    };
  }
}

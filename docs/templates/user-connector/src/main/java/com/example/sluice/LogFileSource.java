package com.example.sluice;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An offset is how many bytes have been read, always up to the end of a line. So the same range
 * gives the same rows, in whatever run: all that exactly-once asks of a source.
 */
final class LogFileSource implements Source, SupportsAvailableNow {
  private final Path file;
  private final long mostLines;
  private long frozen = Long.MAX_VALUE;

  LogFileSource(Path file, long mostLines) {
    this.file = file;
    this.mostLines = mostLines;
  }

  @Override
  public Schema schema() {
    return LogFileSourceType.SCHEMA;
  }

  @Override
  public String description() {
    return "LogFile[" + file + "]";
  }

  @Override
  public Offset initialOffset() {
    return new Offset("0");
  }

  @Override
  public void prepareForAvailableNow() {
    frozen = position(latestOffset(initialOffset(), ReadLimit.ALL));
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    long start = position(from);
    long end = start;
    long lines = 0;
    try (InputStream in = open(start)) {
      long at = start;
      for (int b = in.read(); b >= 0 && at < frozen; b = in.read()) {
        at++;
        if (b == '\n') {
          end = at;
          if (++lines == mostLines && limit == ReadLimit.CONFIGURED) {
            break;
          }
        }
      }
    } catch (NoSuchFileException e) {
      return from;
    } catch (IOException e) {
      throw unreadable(e);
    }
    return new Offset(Long.toString(end));
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    long start = position(from);
    long end = position(to);
    // One worker reads it; a range may be cut into more splits, in the order of their rows.
    return start == end ? List.of() : List.of(request -> new Lines(request, start, end));
  }

  private static long position(Offset offset) {
    return offset.isNone() ? 0 : Long.parseLong(offset.json());
  }

  private InputStream open(long position) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.skipNBytes(position);
      return in;
    } catch (EOFException e) {
      in.close();
      throw new IOException("it is shorter than it was: byte " + position + " is gone", e);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** A failure of the world outside says what could not be done, and where. */
  private PipelineException unreadable(IOException e) {
    return new PipelineException(
        "logfile-unreadable", "the log '" + file + "' cannot be read: " + e.getMessage(), e);
  }

  /** Rows as batches: a builder for each column that the query wants, and no others. */
  private final class Lines implements BatchReader {
    private final ScanRequest request;
    private final InputStream in;
    private final long end;
    private long at;

    Lines(ScanRequest request, long start, long end) {
      this.request = request;
      this.at = start;
      this.end = end;
      try {
        this.in = open(start);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public Batch next() throws IOException {
      if (at >= end) {
        return null;
      }
      List<ColumnBuilder> builders = new ArrayList<>();
      for (Field field : request.schema().fields()) {
        builders.add(ColumnBuilder.of(field.type(), request.batchRows()));
      }
      int rows = 0;
      for (; rows < request.batchRows() && at < end; rows++) {
        long start = at;
        byte[] line = line();
        for (int i = 0; i < builders.size(); i++) {
          if (request.schema().field(i).name().equals("line")) {
            ((BytesBuilder) builders.get(i)).append(line);
          } else {
            ((LongBuilder) builders.get(i)).append(start);
          }
        }
      }
      List<Column> columns = new ArrayList<>();
      builders.forEach(builder -> columns.add(builder.build()));
      return new Batch(request.schema(), columns, rows);
    }

    private byte[] line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new IOException("the log '" + file + "' is shorter than it was");
        }
        line.write(b);
        at++;
      }
      at++;
      return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}

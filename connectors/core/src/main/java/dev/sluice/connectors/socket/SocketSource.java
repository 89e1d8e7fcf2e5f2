package dev.sluice.connectors.socket;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A thread of its own reads lines into a buffer; a batch is what has come by then. The offset is
 * the number of the last line, -1 before the first. A later run goes on counting, but the lines of
 * an unfinished batch are gone. When the server ends the connection, no more lines come.
 */
final class SocketSource implements Source {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int MAX_LINE_BYTES = 64 << 20;
  private static final long MAX_WAITING_BYTES = 256L << 20;

  private final String host;
  private final int port;
  private final Schema schema;
  private final int partitions;
  private final Clock clock;
  private final LineBuffer buffer = new LineBuffer(MAX_WAITING_BYTES);
  private @Nullable Socket socket;
  private volatile @Nullable PipelineException failure;

  SocketSource(String host, int port, Schema schema, int partitions, Clock clock) {
    this.host = host;
    this.port = port;
    this.schema = schema;
    this.partitions = partitions;
    this.clock = clock;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public String description() {
    return "TextSocketV2[host: " + host + ", port: " + port + "]";
  }

  @Override
  public Offset initialOffset() {
    return new Offset("-1");
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    PipelineException failed = failure;
    if (failed != null) {
      throw failed;
    }
    long start = number(from);
    if (socket == null) {
      buffer.startAfter(start);
      connect();
      return from;
    }
    return new Offset(Long.toString(Math.max(start, buffer.newest())));
  }

  private void connect() {
    Socket fresh = new Socket();
    try {
      fresh.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      InputStream in = new BufferedInputStream(fresh.getInputStream(), 1 << 16);
      Thread reader = new Thread(() -> read(in), "sluice-socket-" + port);
      reader.setDaemon(true);
      socket = fresh;
      reader.start();
    } catch (IOException e) {
      closeQuietly(fresh);
      throw new PipelineException(
          "socket-unreachable",
          "cannot connect to '"
              + host
              + ":"
              + port
              + "': "
              + e.getMessage()
              + "; start a server there first, for example 'nc -lk "
              + port
              + "'",
          e);
    }
  }

  private void read(InputStream in) {
    try {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      boolean afterReturn = false;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n' && afterReturn) {
          afterReturn = false;
          continue;
        }
        afterReturn = b == '\r';
        if (b == '\n' || b == '\r') {
          if (!buffer.add(line.toByteArray(), clock.millis())) {
            return;
          }
          line.reset();
        } else if (line.size() >= MAX_LINE_BYTES) {
          failure =
              new PipelineException(
                  "line-too-long",
                  description() + " sent a line of more than " + MAX_LINE_BYTES + " bytes");
          return;
        } else {
          line.write(b);
        }
      }
      if (line.size() > 0) {
        buffer.add(line.toByteArray(), clock.millis());
      }
    } catch (IOException e) {
      // The connection is gone: as at its end, no more lines come.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    List<LineBuffer.Line> lines = buffer.range(number(from), number(to));
    int count = Math.min(partitions, lines.size());
    List<Split> splits = new ArrayList<>(count);
    for (int p = 0; p < count; p++) {
      int first = p;
      splits.add(request -> new LineReader(lines, first, partitions, request));
    }
    return splits;
  }

  @Override
  public void commit(Offset upTo) {
    buffer.forget(number(upTo));
  }

  private static long number(Offset offset) {
    if (offset.isNone()) {
      return -1;
    }
    try {
      return Long.parseLong(offset.json().trim());
    } catch (NumberFormatException e) {
      throw new PipelineException(
          "offset-invalid",
          "'" + offset.json() + "' is no offset of a socket source; a number is expected");
    }
  }

  @Override
  public void close() {
    buffer.close();
    Socket open = socket;
    if (open != null) {
      closeQuietly(open);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing more can be done about it, and nothing is lost.
    }
  }

  /** Every so manieth line, from one on. */
  private static final class LineReader implements BatchReader {
    private final List<LineBuffer.Line> lines;
    private final int step;
    private final ScanRequest request;
    private int next;

    LineReader(List<LineBuffer.Line> lines, int first, int step, ScanRequest request) {
      this.lines = lines;
      this.next = first;
      this.step = step;
      this.request = request;
    }

    @Override
    public @Nullable Batch next() {
      if (next >= lines.size()) {
        return null;
      }
      List<LineBuffer.Line> picked = new ArrayList<>();
      while (next < lines.size() && picked.size() < request.batchRows()) {
        picked.add(lines.get(next));
        next += step;
      }
      List<Column> columns = new ArrayList<>();
      for (Field field : request.schema().fields()) {
        columns.add(field.type() == AtomicType.STRING ? texts(picked) : times(picked));
      }
      return new Batch(request.schema(), columns, picked.size());
    }

    private static Column texts(List<LineBuffer.Line> lines) {
      BytesBuilder builder = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, lines.size());
      for (LineBuffer.Line line : lines) {
        // Bytes that are no UTF-8 become replacement characters, as a Java reader makes them.
        builder.append(new String(line.text(), StandardCharsets.UTF_8));
      }
      return builder.build();
    }

    private static Column times(List<LineBuffer.Line> lines) {
      LongBuilder builder = (LongBuilder) ColumnBuilder.of(AtomicType.TIMESTAMP, lines.size());
      for (LineBuffer.Line line : lines) {
        builder.append(line.millis() * 1000);
      }
      return builder.build();
    }
  }
}

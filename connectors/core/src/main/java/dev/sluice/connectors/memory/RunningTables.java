package dev.sluice.connectors.memory;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.state.BatchBytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memory tables of another process of this user, as its {@link TableServer} shows them.
 *
 * @param process the number of the process
 * @param tables those that it has now
 */
public record RunningTables(long process, Path socket, List<Table> tables) {
  private static final long LIST_MILLIS = 10_000;
  private static final long SNAPSHOT_MILLIS = 60_000;

  public RunningTables {
    tables = List.copyOf(tables);
  }

  /**
   * A table as it is told of.
   *
   * @param batch the newest batch in it, -1 for none
   * @param dropped how many rows it held once and does no more
   */
  public record Table(String name, Schema schema, long batch, long rows, long dropped) {}

  /** A table with its rows, as they were at the end of a batch. */
  public record Snapshot(Table table, List<Batch> batches) {}

  /** All processes of this user that have a memory sink open, by their numbers. */
  public static List<RunningTables> all() {
    Path folder = AttachFolder.path();
    List<RunningTables> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    List<Path> sockets;
    try (Stream<Path> files = Files.list(folder)) {
      AttachFolder.requirePrivate(folder);
      sockets = files.filter(f -> f.toString().endsWith(AttachFolder.SUFFIX)).sorted().toList();
    } catch (IOException | UnsupportedOperationException e) {
      throw new PipelineException(
          "attach-failed", "running pipelines cannot be listed: " + e.getMessage(), e);
    }
    for (Path socket : sockets) {
      try {
        found.add(at(socket));
      } catch (PipelineException e) {
        // Left by a process that was killed, or ended just now.
      }
    }
    return found;
  }

  /** The process behind a socket. */
  public static RunningTables at(Path socket) {
    return at(socket, LIST_MILLIS);
  }

  static RunningTables at(Path socket, long millis) {
    try (SocketChannel channel = ask(socket, Map.of("tables", true));
        DataInputStream in = input(channel, millis)) {
      List<Table> tables = new ArrayList<>();
      for (Object table : (List<?>) present(Json.parseObject(line(in)).get("tables"))) {
        tables.add(table((Map<?, ?>) table));
      }
      String file = String.valueOf(socket.getFileName());
      String number = file.replace(AttachFolder.SUFFIX, "");
      boolean numbered = !number.isEmpty() && number.chars().allMatch(Character::isDigit);
      return new RunningTables(numbered ? Long.parseLong(number) : -1, socket, tables);
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      throw lost(socket, e);
    }
  }

  /** The rows of one of {@link #tables}. */
  public Snapshot snapshot(String table) {
    try (SocketChannel channel = ask(socket, Map.of("snapshot", table));
        DataInputStream in = input(channel, SNAPSHOT_MILLIS)) {
      Table told = table(Json.parseObject(line(in)));
      List<Batch> batches = new ArrayList<>();
      long rows = 0;
      while (rows < told.rows()) {
        Batch batch = BatchBytes.read(told.schema(), in);
        if (batch == null) {
          throw new EOFException("the process ended");
        }
        rows += batch.rows();
        batches.add(batch);
      }
      return new Snapshot(told, batches);
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      throw lost(socket, e);
    }
  }

  /** Ends what takes too long: the process may have been stopped where it is. */
  private static final class Limited extends FilterInputStream {
    private final Thread thread;

    Limited(SocketChannel channel, long millis) {
      super(Channels.newInputStream(channel));
      this.thread = Daemons.thread("tables-limit", () -> closeAfter(channel, millis));
      thread.start();
    }

    private static void closeAfter(SocketChannel channel, long millis) {
      try {
        Thread.sleep(millis);
        channel.close();
      } catch (InterruptedException | IOException e) {
        // It answered, or is gone.
      }
    }

    @Override
    public void close() throws IOException {
      thread.interrupt();
      super.close();
    }
  }

  private static PipelineException lost(Path socket, Exception e) {
    return new PipelineException(
        "attach-failed", "the pipeline behind '" + socket + "' does not answer: " + e, e);
  }

  private static SocketChannel ask(Path socket, Map<String, ?> request) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap((Json.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static DataInputStream input(SocketChannel channel, long millis) {
    return new DataInputStream(new BufferedInputStream(new Limited(channel, millis), 1 << 16));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer is cut short");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private static Object present(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("the answer is of another version of Sluice");
    }
    return value;
  }

  private static Table table(Map<?, ?> json) {
    List<Field> fields = new ArrayList<>();
    for (Object each : (List<?>) present(json.get("columns"))) {
      Map<?, ?> column = (Map<?, ?>) each;
      fields.add(
          new Field(
              (String) present(column.get("name")),
              TypeParser.parseType((String) present(column.get("type"))),
              (Boolean) present(column.get("nullable"))));
    }
    return new Table(
        (String) present(json.get("name")),
        new Schema(fields),
        (Long) present(json.get("batch")),
        (Long) present(json.get("rows")),
        (Long) present(json.get("dropped")));
  }
}

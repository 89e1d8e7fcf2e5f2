package dev.sluice.connectors.memory;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows the memory tables of this process to its user's other processes, through a socket in a
 * folder that only the user can enter: {@code PID.sock}. One request a connection, a line of JSON,
 * {@code {"tables": true}} or {@code {"snapshot": NAME}}; the answer is a line of JSON and, for a
 * snapshot, the rows in packed form. There as long as a memory sink is open.
 */
final class TableServer implements Runnable {
  private static final long PAUSE_MILLIS = 100;

  private static @Nullable TableServer shared;
  private static int users;

  private final ServerSocketChannel channel;
  private final Path socket;

  private TableServer(ServerSocketChannel channel, Path socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /** One more sink is open. If there is no way to show its table, the query runs all the same. */
  static synchronized void acquire() {
    users++;
    if (shared == null) {
      try {
        TableServer server = open(AttachFolder.create());
        Daemons.thread("tables", server).start();
        shared = server;
      } catch (IOException | UnsupportedOperationException e) {
        shared = null;
      }
    }
  }

  /** One sink less is open. */
  static synchronized void release() {
    users--;
    TableServer server = shared;
    if (users == 0 && server != null) {
      shared = null;
      server.close();
    }
  }

  private static TableServer open(Path folder) throws IOException {
    Path socket = folder.resolve(ProcessHandle.current().pid() + AttachFolder.SUFFIX);
    // Of an earlier process of this number, which was killed.
    Files.deleteIfExists(socket);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket));
      return new TableServer(channel, socket);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  private void close() {
    try {
      channel.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // Whoever finds it sees that nobody answers.
    }
  }

  @Override
  public void run() {
    while (channel.isOpen()) {
      try {
        SocketChannel peer = channel.accept();
        Daemons.thread("tables-reader", () -> serve(peer)).start();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // That one reader did not come through; with too many open files no other does for now.
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void serve(SocketChannel peer) {
    try (peer;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(Channels.newInputStream(peer), StandardCharsets.UTF_8));
        OutputStream out = Channels.newOutputStream(peer)) {
      String line = in.readLine();
      if (line != null) {
        answer(Json.parseObject(line), out);
      }
    } catch (IOException | IllegalArgumentException e) {
      // It has gone, or is none of ours.
    }
  }

  private static void answer(Map<String, @Nullable Object> request, OutputStream out)
      throws IOException {
    Map<String, MemoryTable> tables = MemoryTable.all();
    MemoryTable table = tables.get(String.valueOf(request.get("snapshot")));
    if (table == null) {
      List<Object> all = new ArrayList<>();
      tables.forEach((name, each) -> all.add(describe(name, each.snapshot())));
      line(Map.of("tables", all), out);
      return;
    }
    MemoryTable.Snapshot snapshot = table.snapshot();
    line(describe(String.valueOf(request.get("snapshot")), snapshot), out);
    for (byte[] packed : snapshot.packed()) {
      out.write(packed);
    }
  }

  private static void line(Map<String, ?> json, OutputStream out) throws IOException {
    out.write((Json.write(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Object> describe(String name, MemoryTable.Snapshot table) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("batch", table.epoch());
    json.put("rows", table.rows());
    json.put("dropped", table.dropped());
    json.put("columns", columns(table.schema()));
    return json;
  }

  private static List<Object> columns(Schema schema) {
    List<Object> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      Map<String, Object> column = new LinkedHashMap<>();
      column.put("name", field.name());
      column.put("type", field.type().sql());
      column.put("nullable", field.nullable());
      columns.add(column);
    }
    return columns;
  }
}

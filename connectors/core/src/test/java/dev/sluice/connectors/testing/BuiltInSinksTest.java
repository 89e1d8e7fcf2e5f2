package dev.sluice.connectors.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.console.ConsoleSinkType;
import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.connectors.foreach.ForeachSinkType;
import dev.sluice.connectors.foreach.ForeachWriter;
import dev.sluice.connectors.foreach.ForeachWriterType;
import dev.sluice.connectors.foreach.Row;
import dev.sluice.connectors.http.HttpSinkType;
import dev.sluice.connectors.json.JsonFormat;
import dev.sluice.connectors.memory.MemorySinkType;
import dev.sluice.connectors.memory.MemoryTable;
import dev.sluice.connectors.noop.NoopSinkType;
import dev.sluice.connectors.program.ForeachBatchSinkType;
import dev.sluice.connectors.text.TextFormat;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The sinks of this module, each through the suite. */
class BuiltInSinksTest {
  private static final Map<String, String> MICROS =
      Map.of(
          "timestampFormat",
          "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
          "timestampNTZFormat",
          "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  @Nested
  class Csv extends FileSinkContract {
    @Override
    protected FileFormat format() {
      return new CsvFormat();
    }

    /** By default they are written with three digits of the second, as Spark does. */
    @Override
    protected Map<String, String> writeOptions() {
      return MICROS;
    }

    @Override
    protected Map<String, String> readOptions() {
      return MICROS;
    }

    /** Bytes are written as Spark shows them, and cannot be read again. */
    @Override
    protected boolean isReadBack(DataType type) {
      return !type.equals(AtomicType.BINARY);
    }
  }

  @Nested
  class JsonLines extends FileSinkContract {
    @Override
    protected FileFormat format() {
      return new JsonFormat();
    }

    /** By default they are written with three digits of the second, as Spark does. */
    @Override
    protected Map<String, String> writeOptions() {
      return MICROS;
    }

    @Override
    protected Map<String, String> readOptions() {
      return MICROS;
    }
  }

  @Nested
  class Text extends FileSinkContract {
    @Override
    protected FileFormat format() {
      return new TextFormat();
    }

    @Override
    protected Schema schema() {
      return Schema.of(new Field("value", AtomicType.STRING));
    }

    @Override
    protected boolean readsBackTypes() {
      // It has but one column.
      return false;
    }
  }

  @Nested
  class Memory extends SinkContract {
    private final String name = UUID.randomUUID().toString();

    @AfterEach
    void forget() {
      MemoryTable.forget(name);
    }

    @Override
    protected SinkType type() {
      return new MemorySinkType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of();
    }

    @Override
    protected String queryName() {
      return name;
    }

    @Override
    protected boolean completeReplaces() {
      return true;
    }

    @Override
    protected List<String> visible(Schema schema) {
      return MemoryTable.find(name).stream()
          .flatMap(table -> table.rows().stream())
          .map(Rows::text)
          .toList();
    }
  }

  @Nested
  class Noop extends SinkContract {
    @Override
    protected SinkType type() {
      return new NoopSinkType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of();
    }

    @Override
    protected boolean showsRows() {
      return false;
    }

    @Override
    protected boolean readsBackTypes() {
      return false;
    }

    @Override
    protected List<String> visible(Schema schema) {
      return List.of();
    }
  }

  @Nested
  class Console extends SinkContract {
    @Override
    protected SinkType type() {
      return new ConsoleSinkType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of("numRows", "100000", "truncate", "false");
    }

    @Override
    protected boolean exactlyOnce() {
      return false;
    }

    @Override
    protected boolean readsBackTypes() {
      return false;
    }

    @Override
    protected List<String> visible(Schema schema) {
      String head = "|" + String.join("|", schema.names());
      return printed
          .toString(UTF_8)
          .lines()
          .filter(line -> line.startsWith("|"))
          .map(line -> line.replaceAll(" *\\| *", "|"))
          .filter(line -> !line.startsWith(head))
          .map(line -> line.substring(1, line.length() - 1))
          .toList();
    }
  }

  /** A program that keeps each batch under its number takes a batch as often as it likes. */
  @Nested
  class ForeachBatch extends SinkContract {
    @Override
    protected SinkType type() {
      return new ForeachBatchSinkType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of(
          "command", Json.write(List.of("sh", "-c", "mkdir -p got; cat > got/$SLUICE_BATCH_ID")));
    }

    @Override
    protected boolean readsBackTypes() {
      return false;
    }

    @Override
    protected List<String> visible(Schema schema) throws IOException {
      Path got = folder.resolve("got");
      List<String> rows = new ArrayList<>();
      if (Files.isDirectory(got)) {
        try (Stream<Path> files = Files.list(got)) {
          for (Path file : files.toList()) {
            Files.readAllLines(file).forEach(line -> rows.add(Rows.ofJson(schema, line)));
          }
        }
      }
      return rows;
    }
  }

  /** A writer that keeps each partition of a batch under its number takes it once. */
  @Nested
  class Foreach extends SinkContract {
    private final Map<String, List<String>> kept = new ConcurrentSkipListMap<>();

    private final class Keeping implements ForeachWriterType {
      @Override
      public String name() {
        return "keeping";
      }

      @Override
      public String summary() {
        return "Keeps rows.";
      }

      @Override
      public List<Option> options() {
        return List.of();
      }

      @Override
      public ForeachWriter create(Schema schema, Options options, SinkContext context) {
        List<String> rows = new ArrayList<>();
        return new ForeachWriter() {
          private String key = "";

          @Override
          public boolean open(long partition, long batchId) {
            key = batchId + "-" + partition;
            rows.clear();
            return !kept.containsKey(key);
          }

          @Override
          public void process(Row row) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < row.schema().size(); i++) {
              values.add(row.get(i));
            }
            rows.add(Rows.text(values));
          }

          @Override
          public void close(@Nullable Throwable failure) {
            if (failure == null) {
              kept.putIfAbsent(key, List.copyOf(rows));
            }
          }
        };
      }
    }

    @Override
    protected SinkType type() {
      return new ForeachSinkType(new Registry<>(List.of(new Keeping())));
    }

    @Override
    protected Map<String, String> options() {
      return Map.of("writer", "keeping", "numPartitions", "3");
    }

    @Override
    protected List<String> visible(Schema schema) {
      return Rows.joined(List.copyOf(kept.values()));
    }
  }

  /** A server that knows the keys it has seen. */
  @Nested
  class Http extends SinkContract {
    private final Map<String, String> bodies = new ConcurrentSkipListMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            bodies.put(exchange.getRequestHeaders().getFirst("Idempotency-Key"), body);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
    }

    @AfterEach
    void stop() {
      server.stop(0);
    }

    @Override
    protected SinkType type() {
      return new HttpSinkType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of(
          "url",
          "http://127.0.0.1:" + server.getAddress().getPort() + "/in",
          "rowsPerRequest",
          "7");
    }

    @Override
    protected boolean readsBackTypes() {
      return false;
    }

    @Override
    protected List<String> visible(Schema schema) {
      return bodies.values().stream()
          .flatMap(String::lines)
          .map(line -> Rows.ofJson(schema, line))
          .toList();
    }
  }
}

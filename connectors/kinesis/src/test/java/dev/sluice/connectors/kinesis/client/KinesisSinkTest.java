package dev.sluice.connectors.kinesis.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kinesis.KinesisSinkType;
import dev.sluice.connectors.kinesis.testing.KinesisServer;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Against an emulator of Kinesis. */
@Timeout(300)
class KinesisSinkTest {
  private static final Schema RECORDS =
      Schema.of(
          new Field("partitionKey", AtomicType.STRING),
          new Field("data", AtomicType.STRING),
          new Field("explicitHashKey", AtomicType.STRING));
  private static KinesisServer server;
  private String stream;

  @BeforeAll
  static void start() {
    server = KinesisServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void stream(TestInfo test) {
    stream = test.getTestMethod().orElseThrow().getName();
  }

  private Options options(String... more) {
    Map<String, String> given =
        new HashMap<>(
            Map.of(
                "streamName",
                stream,
                "region",
                "us-east-1",
                "endpoint",
                server.url(),
                "awsAccessKey",
                "local",
                "awsSecretKey",
                "secret"));
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    return Options.of(new KinesisSinkType().options(), given);
  }

  private Sink open(Schema schema, String... more) {
    LocalFileStore files = new LocalFileStore();
    return new KinesisSinkType()
        .open(
            schema,
            List.of(),
            OutputMode.APPEND,
            options(more),
            SinkContexts.of("q", any -> files).build());
  }

  private static void write(Sink sink, Schema schema, List<String[]> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      BytesBuilder builder = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows.size());
      for (String[] row : rows) {
        if (row[c] == null) {
          builder.appendNull();
        } else {
          builder.append(row[c]);
        }
      }
      columns.add(builder.build());
    }
    try (Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(new Batch(schema, columns, rows.size()));
      part.finish();
      write.commit();
    }
  }

  private List<Record> records(String shard) {
    String iterator =
        server
            .client()
            .getShardIterator(
                request ->
                    request
                        .streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    return server.client().getRecords(request -> request.shardIterator(iterator)).records();
  }

  private List<String> data(String shard) {
    return records(shard).stream().map(r -> r.data().asUtf8String()).toList();
  }

  @Test
  void writesMoreRecordsThanARequestTakes() {
    server.create(stream, 1);
    List<String[]> rows =
        IntStream.range(0, 1200).mapToObj(i -> new String[] {"k", "row" + i, null}).toList();
    try (Sink sink = open(RECORDS)) {
      write(sink, RECORDS, rows);
    }
    assertThat(data("shardId-000000000000")).isEqualTo(rows.stream().map(row -> row[1]).toList());
  }

  @Test
  void sendsAgainWhatWasRefusedAndNothingElse() {
    server.create(stream, 1);
    server.control("{\"refusedRecords\": 3}");
    List<String[]> rows =
        IntStream.range(0, 100).mapToObj(i -> new String[] {"k", "row" + i, null}).toList();
    try (Sink sink = open(RECORDS)) {
      write(sink, RECORDS, rows);
    }
    assertThat(data("shardId-000000000000"))
        .containsExactlyInAnyOrderElementsOf(rows.stream().map(row -> row[1]).toList());
  }

  @Test
  void repeatsARequestThatIsThrottledAsAWhole() {
    server.create(stream, 1);
    server.control(
        "{\"operation\": \"PutRecords\", \"times\": 2,"
            + " \"error\": \"ProvisionedThroughputExceededException\"}");
    try (Sink sink = open(RECORDS)) {
      write(sink, RECORDS, List.<String[]>of(new String[] {"k", "row", null}));
    }
    assertThat(data("shardId-000000000000")).containsExactly("row");
  }

  @Test
  void hashKeysPickTheShard() {
    server.create(stream, 2);
    String low = "0";
    String high = "340282366920938463463374607431768211455";
    try (Sink sink = open(RECORDS)) {
      write(
          sink,
          RECORDS,
          List.of(
              new String[] {"k", "low", low},
              new String[] {"k", "high", high},
              new String[] {null, "low too", low}));
    }
    assertThat(data("shardId-000000000000")).containsExactly("low", "low too");
    assertThat(data("shardId-000000000001")).containsExactly("high");
  }

  @Test
  void encodesWholeRowsWithAKeyOfTheirColumn() {
    server.create(stream, 1);
    Schema schema =
        Schema.of(new Field("user", AtomicType.STRING), new Field("page", AtomicType.STRING));
    try (Sink sink = open(schema, "valueFormat", "json", "partitionKeyColumn", "user")) {
      write(sink, schema, List.<String[]>of(new String[] {"ann", "home"}));
    }
    assertThat(records("shardId-000000000000"))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.partitionKey()).isEqualTo("ann");
              assertThat(new String(record.data().asByteArray(), UTF_8))
                  .isEqualTo("{\"user\":\"ann\",\"page\":\"home\"}");
            });
  }

  @Test
  void saysWhatKinesisDoesNotTake() {
    server.create(stream, 1);
    try (Sink sink = open(RECORDS)) {
      assertThatThrownBy(
              () -> write(sink, RECORDS, List.<String[]>of(new String[] {"k", null, null})))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("a row has no data");
      assertThatThrownBy(
              () ->
                  write(
                      sink,
                      RECORDS,
                      List.<String[]>of(new String[] {"k".repeat(257), "row", null})))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("257 characters");
      assertThatThrownBy(
              () ->
                  write(
                      sink,
                      RECORDS,
                      List.<String[]>of(new String[] {"k", "x".repeat(1 << 20), null})))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("at most 1 MiB");
    }
  }

  @Test
  void reportsRowsThatMakeNoRecord() {
    Problems problems = new Problems();
    Schema wrong =
        Schema.of(new Field("data", AtomicType.INT), new Field("more", AtomicType.STRING));
    new KinesisSinkType().check(wrong, List.of(), options(), problems);
    new KinesisSinkType()
        .check(
            RECORDS,
            List.of(),
            options("valueFormat", "json", "partitionKeyColumn", "partitionkez"),
            problems);
    assertThat(problems.all().stream().map(problem -> problem.code()))
        .containsExactlyInAnyOrder("unsupported-type", "unused-column", "unknown-column");
  }
}

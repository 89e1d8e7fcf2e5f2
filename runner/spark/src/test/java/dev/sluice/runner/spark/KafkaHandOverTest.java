package dev.sluice.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A query over Kafka goes from Sluice to Spark and back on one checkpoint, over a real broker: no
 * record is lost, none comes twice, and each knows the other's offsets.
 */
@ExtendWith(LocalSpark.class)
class KafkaHandOverTest {
  private static final int RECORDS = 40;
  private static final int MOST = 20;

  private static SparkSession spark;
  private static Broker broker;

  @TempDir Path folder;

  private String topic;
  private String startingOffsets = "earliest";
  private int sent;

  @BeforeAll
  static void start(SparkSession session) {
    spark = session;
    broker = Broker.shared();
  }

  @BeforeEach
  void makeTopics() {
    topic = "t" + UUID.randomUUID();
    broker.create(topic, 3);
    broker.create(topic + "-out", 2);
  }

  @ParameterizedTest
  @CsvSource({"kafka, SLUICE", "kafka, SPARK", "json, SLUICE"})
  void eachRecordComesOnceHoweverOftenItIsHandedOver(String sink, Engine first) throws Exception {
    Engine engine = first;
    String id = "";
    for (int round = 0; round < 3; round++) {
      send(RECORDS);
      engine.run(this, sink);
      if (round == 0) {
        id = Files.readString(folder.resolve("checkpoint/metadata"));
      } else if (round == 1) {
        // Both read a partition that is new from its first record.
        broker.widen(topic, 4);
      }
      assertThat(result(sink)).as("after %s, round %s", engine, round).isEqualTo(expected());
      assertThat(lastOffsets()).as("offsets of %s", engine).isEqualTo(ends());
      engine = engine == Engine.SLUICE ? Engine.SPARK : Engine.SLUICE;
    }
    assertThat(Files.readString(folder.resolve("checkpoint/metadata"))).isEqualTo(id);
    assertThat(batches()).as("batches of at most %s records", MOST).hasSizeGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLUICE", "SPARK"})
  void aBatchThatOneBeganIsEndedByTheOther(Engine first) throws Exception {
    send(RECORDS);
    first.run(this, "json");
    // As if it had died between the sink's commit and the end of the batch.
    int last = batches().size() - 1;
    Files.delete(folder.resolve("checkpoint/commits/" + last));
    Files.deleteIfExists(folder.resolve("checkpoint/commits/." + last + ".crc"));
    String planned = lastOffsets();
    send(RECORDS);
    (first == Engine.SLUICE ? Engine.SPARK : Engine.SLUICE).run(this, "json");
    assertThat(Files.readAllLines(folder.resolve("checkpoint/offsets/" + last))).endsWith(planned);
    assertThat(result("json")).isEqualTo(expected());
  }

  @Test
  void whatWasSentBeforeTheFirstRunStaysUnreadByBoth() throws Exception {
    send(RECORDS);
    int unread = sent;
    startingOffsets = "latest";
    Engine.SLUICE.run(this, "json");
    send(RECORDS);
    Engine.SPARK.run(this, "json");
    send(RECORDS);
    Engine.SLUICE.run(this, "json");
    assertThat(result("json")).isEqualTo(expected().stream().filter(l -> id(l) >= unread).toList());
  }

  private static int id(String line) {
    return Integer.parseInt(line.substring(0, line.indexOf('|')));
  }

  /** Who runs the query. */
  enum Engine {
    SLUICE {
      @Override
      void run(KafkaHandOverTest test, String sink) throws Exception {
        test.sluice(sink);
      }
    },
    SPARK {
      @Override
      void run(KafkaHandOverTest test, String sink) throws Exception {
        test.spark(sink);
      }
    };

    abstract void run(KafkaHandOverTest test, String sink) throws Exception;
  }

  /** Spreads records over the partitions there are. */
  private void send(int count) {
    int partitions =
        Broker.get(broker.admin().describeTopics(List.of(topic)).topicNameValues().get(topic))
            .partitions()
            .size();
    List<List<String>> values = new ArrayList<>();
    IntStream.range(0, partitions).forEach(i -> values.add(new ArrayList<>()));
    for (int i = 0; i < count; i++) {
      int id = sent++;
      values.get(id % partitions).add("{\"id\":" + id + ",\"name\":\"name " + id + "\"}");
    }
    for (int partition = 0; partition < partitions; partition++) {
      broker.send(topic, partition, values.get(partition).toArray(String[]::new));
    }
  }

  private void sluice(String sink) throws IOException {
    String output =
        sink.equals("kafka")
            ? "{format: kafka, options: {kafka.bootstrap.servers: SERVERS, topic: TOPIC-out}}"
            : "{format: json, path: output}";
    Path file =
        Files.writeString(
            folder.resolve("pipeline.yaml"),
            """
            name: hand-over
            source:
              format: kafka
              options:
                kafka.bootstrap.servers: SERVERS
                subscribe: TOPIC
                startingOffsets: STARTING
                maxOffsetsPerTrigger: MOST
            steps:
              - withColumns: {json: "from_json(CAST(value AS STRING), 'id INT, name STRING')"}
              - where: json.id % 5 <> 0
              - select: ["concat_ws('|', json.id, upper(json.name), topic) AS value"]
            trigger: availableNow
            sink: OUTPUT
            checkpointLocation: checkpoint
            """
                .replace("OUTPUT", output)
                .replace("MOST", Integer.toString(MOST))
                .replace("SERVERS", broker.servers())
                .replace("STARTING", startingOffsets)
                .replace("TOPIC", topic));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream out =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int code = Main.run(List.of("run", file.toString()), out, errors, folder);
      assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    }
  }

  private void spark(String sink) throws Exception {
    DataStreamWriter<?> writer =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", broker.servers())
            .option("subscribe", topic)
            .option("startingOffsets", startingOffsets)
            .option("maxOffsetsPerTrigger", MOST)
            .load()
            .selectExpr("*", "from_json(CAST(value AS STRING), 'id INT, name STRING') AS json")
            .where("json.id % 5 <> 0")
            .selectExpr("concat_ws('|', json.id, upper(json.name), topic) AS value")
            .writeStream()
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow());
    writer =
        sink.equals("kafka")
            ? writer
                .format("kafka")
                .option("kafka.bootstrap.servers", broker.servers())
                .option("topic", topic + "-out")
            : writer.format("json").option("path", folder.resolve("output").toString());
    writer.start().awaitTermination();
  }

  /** What readers see: of committed records, or those that follow the sink's log. */
  private List<String> result(String sink) {
    Stream<String> lines =
        sink.equals("kafka")
            ? broker.values(topic + "-out").stream()
            : spark
                .read()
                .schema("value STRING")
                .json(folder.resolve("output").toString())
                .collectAsList()
                .stream()
                .map(row -> row.getString(0));
    return lines.sorted().toList();
  }

  private List<String> expected() {
    return IntStream.range(0, sent)
        .filter(id -> id % 5 != 0)
        .mapToObj(id -> id + "|NAME " + id + "|" + topic)
        .sorted()
        .toList();
  }

  private List<String> batches() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoint/offsets"))) {
      return files.map(f -> f.getFileName().toString()).filter(n -> !n.startsWith(".")).toList();
    }
  }

  /** The source's line of the newest entry, as it stands there. */
  private String lastOffsets() throws IOException {
    int last = batches().stream().mapToInt(Integer::parseInt).max().orElseThrow();
    List<String> lines = Files.readAllLines(folder.resolve("checkpoint/offsets/" + last));
    return lines.get(lines.size() - 1);
  }

  /** Where the topic ends, in Spark's form. */
  private String ends() {
    int[] counts = new int[4];
    broker.visible(topic).forEach(record -> counts[record.partition()]++);
    StringBuilder json = new StringBuilder("{\"" + topic + "\":{");
    for (int partition = 0; partition < 4; partition++) {
      if (partition < 3 || counts[partition] > 0) {
        json.append(partition == 0 ? "" : ",").append("\"").append(partition).append("\":");
        json.append(counts[partition]);
      }
    }
    return json.append("}}").toString();
  }
}

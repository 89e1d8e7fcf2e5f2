package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.RecordSchema;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

final class KafkaSinkTest {
  private static final Broker BROKER = Broker.shared();
  private static final Schema VALUE = Schema.of(new Field("value", AtomicType.STRING));

  private String topic = "";

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = Broker.named(test);
  }

  private static Options options(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.putIfAbsent(ClientConfig.SERVERS, BROKER.servers());
    all.putIfAbsent("kafka.max.block.ms", "60000");
    return Options.of(new KafkaSinkType().options(), all);
  }

  private Sink open(Schema schema, Map<String, String> given) {
    LocalFileStore files = new LocalFileStore();
    SinkContext context =
        SinkContexts.of("q", location -> files).queryId("query-of-" + topic).build();
    return new KafkaSinkType().open(schema, List.of(), OutputMode.APPEND, options(given), context);
  }

  private Sink open() {
    return open(VALUE, Map.of("topic", topic));
  }

  private static Batch batch(Schema schema, List<?>... rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows.length);
      for (List<?> row : rows) {
        builder.appendValue(row.get(c));
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.length);
  }

  private static void write(Write write, int part, String... values) {
    List<?>[] rows = Arrays.stream(values).map(List::of).toArray(List<?>[]::new);
    Write.Part open = write.part(part);
    open.write(batch(VALUE, rows));
    open.finish();
  }

  private static void commit(Sink sink, long epoch, String... values) {
    try (Write write = sink.begin(epoch)) {
      write(write, 0, values);
      write.commit();
    }
  }

  @Test
  void writesTheColumnsOfARecord() {
    BROKER.create(topic, 2);
    Schema schema =
        Schema.of(
            new Field("key", AtomicType.STRING),
            new Field("value", AtomicType.BINARY),
            new Field("topic", AtomicType.STRING),
            new Field("partition", AtomicType.INT),
            RecordSchema.HEADERS);
    try (Sink sink = open(schema, Map.of());
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(
          batch(
              schema,
              List.of("k", "v".getBytes(), topic, 1, List.of(List.of("h", "x".getBytes()))),
              Arrays.asList(null, null, topic, 0, null)));
      part.finish();
      write.commit();
    }
    List<ConsumerRecord<byte[], byte[]>> records = BROKER.committed(topic);
    ConsumerRecord<byte[], byte[]> full =
        records.stream().filter(r -> r.partition() == 1).findFirst().orElseThrow();
    assertThat(new String(full.key())).isEqualTo("k");
    assertThat(new String(full.value())).isEqualTo("v");
    assertThat(new String(full.headers().lastHeader("h").value())).isEqualTo("x");
    ConsumerRecord<byte[], byte[]> empty =
        records.stream().filter(r -> r.partition() == 0).findFirst().orElseThrow();
    assertThat(empty.key()).isNull();
    assertThat(empty.value()).isNull();
  }

  @Test
  void theOptionWinsOverTheColumn() {
    BROKER.create(topic, 1);
    BROKER.create(topic + "-column", 1);
    Schema schema = VALUE.plus(new Field("topic", AtomicType.STRING));
    try (Sink sink = open(schema, Map.of("topic", topic));
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(batch(schema, List.of("a", topic + "-column"), Arrays.asList("b", null)));
      part.finish();
      write.commit();
    }
    assertThat(BROKER.values(topic)).containsExactly("a", "b");
    assertThat(BROKER.values(topic + "-column")).isEmpty();
  }

  /** By these names brokers' ACLs let a query in. */
  @Test
  void idsAndGroupsBeginAsOptionsSay() throws Exception {
    BROKER.create(topic, 1);
    String prefix = "prefix-" + topic;
    try (Sink sink = open(VALUE, Map.of("topic", topic, "transactionalIdPrefix", prefix))) {
      commit(sink, 0, "a");
      commit(sink, 1, "b");
    }
    String id = prefix + "-query-of-" + topic + "-0";
    assertThat(
            Broker.get(BROKER.admin().listTransactions().all()).stream()
                .map(one -> one.transactionalId())
                .filter(one -> one.contains(topic)))
        .containsExactlyInAnyOrder(id, id + "-2");
    assertThat(
            Broker.get(BROKER.admin().listGroups().all()).stream()
                .map(one -> one.groupId())
                .filter(one -> one.contains(topic)))
        .containsExactlyInAnyOrder(id, id + "-2");
    try (Sink sink = open(VALUE, Map.of("topic", topic, "transactionalIdPrefix", prefix))) {
      assertThat(sink.lastEpoch()).isEqualTo(1);
    }
    try (Sink other = open()) {
      assertThat(other.lastEpoch()).isEqualTo(-1);
    }
  }

  @Test
  void encodesTheWholeRow() {
    BROKER.create(topic, 1);
    Schema schema =
        Schema.of(new Field("id", AtomicType.BIGINT), new Field("name", AtomicType.STRING));
    try (Sink sink =
            open(schema, Map.of("topic", topic, "valueFormat", "json", "keyColumn", "name"));
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(batch(schema, List.of(1L, "a"), Arrays.asList(2L, null)));
      part.finish();
      write.commit();
    }
    assertThat(BROKER.values(topic)).containsExactly("{\"id\":1,\"name\":\"a\"}", "{\"id\":2}");
    assertThat(new String(BROKER.committed(topic).get(0).key())).isEqualTo("a");
  }

  @Test
  void replayedBatchChangesNothing() {
    BROKER.create(topic, 1);
    try (Sink sink = open()) {
      assertThat(sink.lastEpoch()).isEqualTo(-1);
      commit(sink, 0, "a");
      commit(sink, 1, "b");
      commit(sink, 1, "b");
    }
    try (Sink sink = open()) {
      assertThat(sink.lastEpoch()).isEqualTo(1);
      commit(sink, 1, "b");
      commit(sink, 2, "c");
    }
    assertThat(BROKER.values(topic)).containsExactly("a", "b", "c");
  }

  @Test
  void abortLeavesNothing() {
    BROKER.create(topic, 1);
    try (Sink sink = open()) {
      try (Write write = sink.begin(0)) {
        write(write, 0, "lost");
      }
      commit(sink, 0, "kept");
    }
    assertThat(BROKER.values(topic)).containsExactly("kept");
  }

  @Test
  void whatARunLeftOpenIsUndoneByTheNext() {
    BROKER.create(topic, 1);
    Sink dead = open();
    Write open = dead.begin(0);
    write(open, 0, "lost");
    try (Sink sink = open()) {
      assertThat(sink.lastEpoch()).isEqualTo(-1);
      commit(sink, 0, "kept");
    }
    assertThat(BROKER.values(topic)).containsExactly("kept");
    assertThatThrownBy(open::commit)
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("another run of this query has taken over");
    open.close();
    dead.close();
    assertThat(BROKER.values(topic)).containsExactly("kept");
  }

  @Test
  void partsAreCommittedTogether() {
    BROKER.create(topic, 3);
    try (Sink sink = open();
        Write write = sink.begin(0)) {
      write(write, 0, "a", "b");
      write(write, 1, "c");
      assertThat(BROKER.visible(topic)).isEmpty();
      write.commit();
    }
    assertThat(BROKER.values(topic)).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void batchWithoutRowsNeedsNoTransaction() {
    BROKER.create(topic, 1);
    try (Sink sink = open()) {
      commit(sink, 0, "a");
      try (Write write = sink.begin(1)) {
        write.part(0).finish();
        write.commit();
      }
      commit(sink, 2, "b");
    }
    assertThat(BROKER.values(topic)).containsExactly("a", "b");
  }

  @Test
  void sendsWithoutTransactionsIfAsked() {
    BROKER.create(topic, 1);
    for (int run = 0; run < 2; run++) {
      try (Sink sink = open(VALUE, Map.of("topic", topic, "delivery", "at-least-once"))) {
        assertThat(sink.lastEpoch()).isEqualTo(-1);
        commit(sink, 0, "a");
      }
    }
    assertThat(BROKER.values(topic)).containsExactly("a", "a");
  }

  @Test
  void tellsUnknownTopicsNullTopicsAndLongTimeouts() {
    assertThatThrownBy(() -> open(VALUE, Map.of("topic", topic)))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("there is no topic '" + topic + "'");
    Schema schema = VALUE.plus(new Field("topic", AtomicType.STRING));
    try (Sink sink = open(schema, Map.of());
        Write write = sink.begin(0)) {
      assertThatThrownBy(() -> write.part(0).write(batch(schema, Arrays.asList("v", null))))
          .hasMessageContaining("null topic present in the data");
      assertThatThrownBy(() -> write.part(0).write(batch(schema, List.of("v", topic + "x"))))
          .hasMessageContaining("there is no topic '" + topic + "x'");
    }
    assertThatThrownBy(
            () -> open(VALUE, Map.of("topic", topic, "kafka.transaction.timeout.ms", "9999999")))
        .hasMessageContaining("allow at most 900000");
  }

  @Test
  void refusesRowsThatMakeNoRecord() {
    assertThat(problems(Schema.of(new Field("key", AtomicType.STRING)), Map.of()))
        .containsExactly(
            "Required attribute 'value' not found",
            "topic option required when no 'topic' attribute is present");
    assertThat(problems(VALUE.plus(new Field("partition", AtomicType.STRING)), topicT()))
        .containsExactly("'partition' must be INT, not STRING");
    assertThat(problems(VALUE.plus(new Field("more", AtomicType.STRING)), topicT()))
        .containsExactly("the column 'more' is no part of a record and is not written");
    assertThat(problems(Schema.of(new Field("id", AtomicType.BIGINT)), topicT())).isEmpty();
    assertThat(problems(Schema.of(new Field("id", AtomicType.BIGINT)), Map.of())).hasSize(1);
  }

  private static Map<String, String> topicT() {
    return Map.of("topic", "t");
  }

  private static List<String> problems(Schema schema, Map<String, String> given) {
    Problems problems = new Problems();
    new KafkaSinkType().check(schema, List.of(), options(given), problems);
    return problems.all().stream().map(Problem::fact).toList();
  }
}

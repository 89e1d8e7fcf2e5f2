package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What is written with a format of values is read with it again, through a topic. */
final class KafkaValueFormatsTest {
  private static final Broker BROKER = Broker.shared();

  @TempDir Path checkpoint;
  private String topic = "";

  @BeforeEach
  void createTopic(TestInfo test) {
    topic = Broker.named(test);
    BROKER.create(topic, 1);
  }

  private void write(Schema schema, Map<String, String> format, List<?>... rows) {
    KafkaSinkType type = new KafkaSinkType();
    Map<String, String> options = new HashMap<>(format);
    options.put(ClientConfig.SERVERS, BROKER.servers());
    options.put("topic", topic);
    LocalFileStore files = new LocalFileStore();
    try (Sink sink =
            type.open(
                schema,
                List.of(),
                OutputMode.APPEND,
                Options.of(type.options(), options),
                SinkContexts.of("q", any -> files).queryId(topic).build());
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(Rows.batch(schema, Arrays.asList(rows)));
      part.finish();
      write.commit();
    }
    BROKER.committed(topic);
  }

  private List<String> read(SourceHarness harness, String... format) {
    String[] options = Arrays.copyOf(format, format.length + 4);
    System.arraycopy(
        new String[] {"subscribe", topic, "startingOffsets", "earliest"},
        0,
        options,
        format.length,
        4);
    try (Source source = harness.open(options)) {
      return SourceHarness.splits(
              source,
              source.initialOffset(),
              source.latestOffset(source.initialOffset(), ReadLimit.ALL),
              source.schema(),
              2)
          .stream()
          .flatMap(List::stream)
          .toList();
    }
  }

  private SourceHarness harness() {
    return new SourceHarness(BROKER, checkpoint);
  }

  @Test
  void text() {
    Schema schema = Schema.of(new Field("line", AtomicType.STRING));
    write(
        schema,
        Map.of("valueFormat", "text"),
        List.of("Grüße"),
        Arrays.asList((Object) null),
        List.of(""));

    assertThat(BROKER.committed(topic))
        .extracting(record -> record.value() == null)
        .containsExactly(false, true, false);
    assertThat(read(harness(), "valueFormat", "text")).containsExactly("Grüße", "null", "");
    assertThat(read(harness().declared(schema), "valueFormat", "text")).hasSize(3);
  }

  @Test
  void raw() {
    Schema schema = Schema.of(new Field("bytes", AtomicType.BINARY));
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    write(schema, Map.of("valueFormat", "raw"), List.of(all), Arrays.asList((Object) null));

    assertThat(BROKER.committed(topic).get(0).value()).isEqualTo(all);
    assertThat(read(harness(), "valueFormat", "raw")).containsExactly(new String(all), "null");
  }

  @Test
  void avro() {
    Schema schema =
        Schema.of(
            new Field("id", AtomicType.BIGINT),
            new Field("name", AtomicType.STRING),
            new Field("amount", new DecimalType(10, 2)));
    write(
        schema,
        Map.of("valueFormat", "avro"),
        List.of(1L, "Ä", new BigDecimal("12.50")),
        Arrays.asList(2L, null, null));
    String avro =
        "{\"type\":\"record\",\"name\":\"topLevelRecord\",\"fields\":["
            + "{\"name\":\"id\",\"type\":[\"long\",\"null\"]},"
            + "{\"name\":\"name\",\"type\":[\"string\",\"null\"]},"
            + "{\"name\":\"amount\",\"type\":[{\"type\":\"fixed\",\"size\":5,\"name\":\"fixed\","
            + "\"namespace\":\"topLevelRecord.amount\",\"logicalType\":\"decimal\","
            + "\"precision\":10,\"scale\":2},\"null\"]}]}";

    assertThat(read(harness().declared(schema), "valueFormat", "avro", "avroSchema", avro))
        .containsExactly("1|Ä|12.50", "2|null|null");
  }
}

package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that say their partition, and the end of a sink's clients. */
@Timeout(110)
final class WrittenTopicsTest {
  private static final Broker BROKER = Broker.shared();
  private static final Schema SCHEMA =
      Schema.of(new Field("value", AtomicType.STRING), new Field("partition", AtomicType.INT));

  private String topic = "";

  @BeforeEach
  void makeTopic(TestInfo test) {
    topic = Broker.named(test);
    BROKER.create(topic, 2);
  }

  private Sink open(String delivery) {
    LocalFileStore files = new LocalFileStore();
    KafkaSinkType type = new KafkaSinkType();
    Map<String, String> given =
        Map.of(
            ClientConfig.SERVERS,
            BROKER.servers(),
            "topic",
            topic,
            "delivery",
            delivery,
            "kafka.client.id",
            topic);
    return type.open(
        SCHEMA,
        List.of(),
        OutputMode.APPEND,
        Options.of(type.options(), given),
        SinkContexts.of("q", location -> files).queryId(topic).build());
  }

  private static void write(Sink sink, long epoch, int partition) {
    Batch row =
        new Batch(
            SCHEMA,
            List.of(
                ConstantColumn.of(AtomicType.STRING, "v" + partition, 1),
                ConstantColumn.of(AtomicType.INT, partition, 1)),
            1);
    try (Write write = sink.begin(epoch)) {
      Write.Part part = write.part(0);
      part.write(row);
      part.finish();
      write.commit();
    }
  }

  /** The client would wait for such a partition for two minutes. */
  @ParameterizedTest
  @ValueSource(strings = {"exactly-once", "at-least-once"})
  void aPartitionThatIsNotThereIsToldAtOnce(String delivery) {
    try (Sink sink = open(delivery)) {
      assertThatThrownBy(() -> write(sink, 0, 7))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("column 'partition' is 7")
          .hasMessageContaining("'" + topic + "' has 2 partitions");
      assertThatThrownBy(() -> write(sink, 0, -1))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("column 'partition' is -1");
      write(sink, 0, 1);
      BROKER.widen(topic, 3);
      write(sink, 1, 2);
    }
    assertThat(BROKER.values(topic)).containsExactlyInAnyOrder("v1", "v2");
  }

  private static Set<Thread> clients(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kafka-"))
        .filter(thread -> thread.getName().endsWith(" | " + name))
        .collect(Collectors.toSet());
  }

  @Test
  void leavesNoClientBehindWhenItsThreadWasInterrupted() throws Exception {
    Sink sink = open("exactly-once");
    // Two batches, and each of the two transactional ids has its producer.
    write(sink, 0, 0);
    write(sink, 1, 1);
    Set<Thread> clients = clients(topic);
    assertThat(clients).hasSize(3);
    Thread.currentThread().interrupt();
    sink.close();
    assertThat(Thread.interrupted()).isTrue();
    for (Thread thread : clients) {
      thread.join(60_000);
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }
}

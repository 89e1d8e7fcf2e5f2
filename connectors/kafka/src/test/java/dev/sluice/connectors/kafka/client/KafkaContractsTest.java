package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.KafkaSourceType;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.ContinuousContract;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContract;
import dev.sluice.connectors.testing.SourceContract;
import dev.sluice.connectors.testing.TableContract;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** Kafka through the suites, against a real broker. */
final class KafkaContractsTest {
  private static final Broker BROKER = Broker.shared();

  /** Topics of two partitions. */
  private abstract static class Topic extends SourceContract {
    final String topic = "contract-" + UUID.randomUUID();
    private int sent;

    @BeforeEach
    void createTopic() {
      BROKER.create(topic, 2);
    }

    @Override
    protected SourceType type() {
      return new KafkaSourceType();
    }

    @Override
    protected Map<String, String> limit() {
      return Map.of("maxOffsetsPerTrigger", "2");
    }

    @Override
    protected int mostRows() {
      return 2;
    }

    @Override
    protected int produce() {
      BROKER.send(topic, 0, value(), value());
      BROKER.send(topic, 1, value(), value(), value());
      return 5;
    }

    @Override
    protected boolean tellsOfArrival() {
      return true;
    }

    String value() {
      return "v" + sent++;
    }
  }

  @Nested
  class RawSource extends Topic {
    @Override
    protected Map<String, String> options() {
      return Map.of(
          ClientConfig.SERVERS,
          BROKER.servers(),
          "subscribe",
          topic,
          "startingOffsets",
          "earliest",
          "includeHeaders",
          "true");
    }
  }

  @Nested
  class DecodedSource extends Topic {
    @Override
    protected Map<String, String> options() {
      return Map.of(
          ClientConfig.SERVERS,
          BROKER.servers(),
          "subscribe",
          topic,
          "startingOffsets",
          "earliest",
          "valueFormat",
          "json",
          "minPartitions",
          "5");
    }

    @Override
    protected Optional<Schema> declared() {
      return Optional.of(
          Schema.of(new Field("id", AtomicType.STRING), new Field("n", AtomicType.INT)));
    }

    @Override
    String value() {
      return "{\"n\":1,\"id\":\"" + super.value() + "\"}";
    }
  }

  @Nested
  class ContinuousSource extends ContinuousContract {
    private final String topic = "contract-" + UUID.randomUUID();
    private int sent;

    @BeforeEach
    void createTopic() {
      BROKER.create(topic, 2);
    }

    @Override
    protected SourceType type() {
      return new KafkaSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of(
          ClientConfig.SERVERS,
          BROKER.servers(),
          "subscribe",
          topic,
          "startingOffsets",
          "earliest");
    }

    @Override
    protected int produce() {
      BROKER.send(topic, 0, "v" + sent++, "v" + sent++);
      BROKER.send(topic, 1, "v" + sent++, "v" + sent++, "v" + sent++);
      return 5;
    }
  }

  /** A topic of two partitions, read as a table. */
  @Nested
  class Table extends TableContract {
    private final String topic = "contract-" + UUID.randomUUID();
    private int sent;

    @BeforeEach
    void createTopic() {
      BROKER.create(topic, 2);
    }

    @Override
    protected SourceType type() {
      return new KafkaSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of(
          ClientConfig.SERVERS, BROKER.servers(), "subscribe", topic, "minPartitions", "3");
    }

    @Override
    protected int produce() {
      BROKER.send(topic, 0, "v" + sent++, "v" + sent++);
      BROKER.send(topic, 1, "v" + sent++);
      return 3;
    }
  }

  /** A topic of two partitions. */
  private abstract static class ToTopic extends SinkContract {
    private final String topic = "contract-" + UUID.randomUUID();

    @BeforeEach
    void createTopic() {
      BROKER.create(topic, 2);
    }

    @Override
    protected SinkType type() {
      return new KafkaSinkType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of(ClientConfig.SERVERS, BROKER.servers(), "topic", topic, "valueFormat", "json");
    }

    @Override
    protected String queryName() {
      return topic;
    }

    @Override
    protected boolean readsBackTypes() {
      return false;
    }

    /** The end of a transaction is seen a little after it. */
    @Override
    protected void settle() {
      BROKER.committed(topic);
    }

    @Override
    protected List<String> visible(Schema schema) {
      return BROKER.visible(topic).stream()
          .map(record -> Rows.ofJson(schema, new String(record.value())))
          .toList();
    }
  }

  @Nested
  class ExactlyOnceSink extends ToTopic {}

  @Nested
  class AtLeastOnceSink extends ToTopic {
    @Override
    protected Map<String, String> options() {
      Map<String, String> options = new HashMap<>(super.options());
      options.put("delivery", "at-least-once");
      return options;
    }

    @Override
    protected boolean exactlyOnce() {
      return false;
    }

    @Override
    protected boolean hidesUntilCommit() {
      return false;
    }
  }
}

package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSourceType;
import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.component.Options;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that runs out in a thread of the client's, or of a reader's own. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class OutOfMemoryTest {
  private static final Broker BROKER = Broker.shared();

  private String topic = "";

  @BeforeEach
  void createTopic(TestInfo test) {
    topic = Broker.named(test);
    BROKER.create(topic, 1);
  }

  /** What a consumer does when it has no room for what it got. */
  public static final class FullConsumer implements ConsumerInterceptor<Object, Object> {
    @Override
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> records) {
      throw new OutOfMemoryError("no room for records");
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  /** What a producer's own thread does when it has no room for an answer. */
  public static final class FullProducer implements ProducerInterceptor<Object, Object> {
    @Override
    public ProducerRecord<Object, Object> onSend(ProducerRecord<Object, Object> record) {
      return record;
    }

    @Override
    public void onAcknowledgement(
        @Nullable RecordMetadata metadata, @Nullable Exception exception) {
      throw new OutOfMemoryError("no room for an answer");
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  private static KafkaFailures failures() {
    return new KafkaFailures(
        "source 'in'",
        Options.of(
            new KafkaSourceType().options(), Map.of(ClientConfig.SERVERS, BROKER.servers())));
  }

  @Test
  void inAFetcherItIsToldAsWhatItIs() {
    BROKER.send(topic, 0, "a");
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", BROKER.servers());
    properties.put("auto.offset.reset", "none");
    properties.put("interceptor.classes", FullConsumer.class.getName());
    Partition partition = new Partition(topic, 0);
    try (Fetcher fetcher =
        new Fetcher(partition, properties, 1 << 20, failures(), 120_000, () -> {})) {
      fetcher.start(0);
      assertThatThrownBy(() -> fetcher.next(1))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("no room for records");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exactly-once", "at-least-once"})
  void inAProducersThreadItEndsWhoWaitsForIt(String delivery) {
    try (Sink sink =
            SinkHarness.open(
                BROKER.servers(),
                topic,
                "delivery",
                delivery,
                "kafka.interceptor.classes",
                FullProducer.class.getName());
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(SinkHarness.value("a"));
      assertThatThrownBy(
              () -> {
                part.finish();
                write.commit();
              })
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("no room for an answer");
      assertThat(Thread.interrupted()).as("woken for nothing else").isFalse();
    }
  }
}

package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.KafkaSourceType;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Looking at topics of a real broker. */
final class ChecksTest {
  private static final LocalFileStore FILES = new LocalFileStore();

  private final Problems problems = new Problems();

  private String check(ComponentType type, String... given) {
    Map<String, String> options =
        new HashMap<>(Map.of(ClientConfig.SERVERS, Broker.shared().servers()));
    for (int i = 0; i < given.length; i += 2) {
      options.put(given[i], given[i + 1]);
    }
    ConnectionRequest request =
        new ConnectionRequest(
            "orders",
            Options.of(type.options(), options),
            Optional.empty(),
            List.of(),
            OutputMode.APPEND,
            true,
            any -> FILES,
            "/",
            Session.DEFAULT,
            Clock.SYSTEM,
            60_000);
    return ((ConnectionCheck) type).checkConnection(request, problems).found();
  }

  @Test
  void topicsThatAreThereAreTold() {
    Broker broker = Broker.shared();
    broker.create("checked", 3);
    broker.create("checked-too", 1);
    String at = " at '" + broker.servers() + "'";
    assertThat(check(new KafkaSourceType(), "subscribe", "checked"))
        .isEqualTo("topic 'checked' (3 partitions)" + at);
    assertThat(check(new KafkaSourceType(), "subscribePattern", "checked.*"))
        .contains("topic 'checked' (3 partitions)", "topic 'checked-too' (1 partition)");
    assertThat(check(new KafkaSinkType(), "topic", "checked")).startsWith("topic 'checked'");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void allTopicsThatAreNotThereAreToldAndNoneIsMade() {
    Broker broker = Broker.shared();
    broker.create("there", 1);
    check(new KafkaSourceType(), "subscribe", "thre,there,elsewhere");
    check(new KafkaSinkType(), "topic", "no-sink-topic");
    check(new KafkaSourceType(), "assign", "{\"there\":[0,4]}");
    assertThat(problems.all().stream().map(Object::toString))
        .anySatisfy(text -> assertThat(text).contains("'thre'", "did you mean 'there'"))
        .anySatisfy(text -> assertThat(text).contains("there is no topic 'elsewhere'"))
        .anySatisfy(text -> assertThat(text).contains("there is no topic 'no-sink-topic'"))
        .anySatisfy(text -> assertThat(text).contains("has no partition 4; it has 1"));
    assertThat(check(new KafkaSourceType(), "subscribePattern", "no-sink.*"))
        .startsWith("no topic matches yet");
  }

  @Test
  void brokersThatAreNotThereAreToldWithinTheTime() {
    Assertions.assertThatThrownBy(
            () ->
                check(
                    new KafkaSourceType(),
                    "subscribe",
                    "any",
                    ClientConfig.SERVERS,
                    "127.0.0.1:1",
                    "kafka.default.api.timeout.ms",
                    "1500"))
        .isInstanceOf(ComponentException.class)
        .hasMessageContaining("no answer from the Kafka brokers at '127.0.0.1:1'");
  }
}

package dev.sluice.connectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.testing.SourceContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The MQTT source through the suite, by both versions of the protocol, against a real broker. */
class MqttContractTest {
  @TempDir static Path brokerFolder;
  private static Broker broker;
  private static Mqtt5BlockingClient sender;

  @BeforeAll
  static void start() throws IOException {
    broker = Broker.start(brokerFolder);
    sender =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(broker.port())
            .buildBlocking();
    sender.connect();
  }

  @AfterAll
  static void stop() {
    sender.disconnect();
    broker.close();
  }

  /** A topic of its own. */
  private abstract static class OfVersion extends SourceContract {
    private final String topic = "t" + UUID.randomUUID();
    private final String version;
    private int sent;

    OfVersion(String version) {
      this.version = version;
    }

    @Override
    protected SourceType type() {
      return new MqttSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of(
          "brokerUrl",
          broker.url(),
          "topic",
          "[\"" + topic + "\"]",
          "clientId",
          topic,
          "settle",
          "5s",
          "version",
          version);
    }

    @Override
    protected Map<String, String> limit() {
      return Map.of("maxRecordsPerTrigger", "2");
    }

    @Override
    protected int mostRows() {
      return 2;
    }

    @Override
    protected int produce() {
      for (int i = 0; i < 5; i++) {
        sender
            .publishWith()
            .topic(topic)
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(("m" + sent++).getBytes(UTF_8))
            .send();
      }
      return 5;
    }
  }

  @Nested
  class Version3 extends OfVersion {
    Version3() {
      super("3");
    }
  }

  @Nested
  class Version5 extends OfVersion {
    Version5() {
      super("5");
    }
  }
}

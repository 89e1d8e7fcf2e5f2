package dev.sluice.connectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broker that goes while the source runs, and comes back with or without its sessions. */
@Timeout(300)
class MqttOutageTest {
  private final int port = FreePort.find();
  @TempDir Path folder;

  private void send(String payload) {
    Mqtt5BlockingClient sender =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(port)
            .buildBlocking();
    sender.connect();
    sender
        .publishWith()
        .topic("sensors/a")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload.getBytes(UTF_8))
        .send();
    sender.disconnect();
  }

  private static void await(Source source, String... wanted) throws IOException {
    while (!Sources.payloads(source).containsAll(List.of(wanted))) {
      Wait.aMoment();
    }
  }

  @ParameterizedTest
  @CsvSource({"5, true", "3, true", "5, false", "3, false"})
  void aBrokerThatComesBackIsListenedToAgain(String version, boolean withItsSessions)
      throws IOException {
    Path first = folder.resolve("first");
    try (Source source = Sources.open(folder, "tcp://127.0.0.1:" + port, "version", version)) {
      try (Broker broker = Broker.start(first, port)) {
        assertThat(broker.port()).isEqualTo(port);
        Sources.start(source);
        send("before");
        await(source, "before");
      }
      while (source.retried().count() == 0) {
        Wait.aMoment();
      }
      try (Broker broker = Broker.start(withItsSessions ? first : folder.resolve("second"), port)) {
        assertThat(broker.port()).isEqualTo(port);
        if (withItsSessions) {
          // Kept for the session, whether it is here already or not.
          send("after");
          await(source, "after");
        } else {
          // Nobody keeps what comes before the client has subscribed again.
          int number = 0;
          while (Sources.payloads(source).size() == 1) {
            send("after " + number++);
          }
        }
        assertThat(source.retried().lastReason()).contains("the connection was lost");
      }
    }
  }
}

package dev.sluice.connectors.mqtt.client;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.sluice.connectors.mqtt.MqttMessages;
import dev.sluice.connectors.mqtt.MqttSettings;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;

/** A session of MQTT 5 that outlives the connection; a message is acknowledged once it is kept. */
final class Mqtt5Receiver implements Receiver {
  private final MqttSettings settings;
  private final Clock clock;
  private final RetryTally tally = new RetryTally();
  private final Mqtt5AsyncClient client;
  private final ExecutorService callbacks = Callbacks.make();

  Mqtt5Receiver(MqttSettings settings, Clock clock) {
    this.clock = clock;
    this.settings = settings;
    Mqtt5ClientBuilder builder =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(settings.clientId())
            .serverHost(settings.address().host())
            .serverPort(settings.address().port());
    if (settings.address().tls()) {
      builder = builder.sslWithDefaultConfig();
    }
    this.client =
        builder
            .automaticReconnectWithDefaultConfig()
            .addDisconnectedListener(lost -> tally.add(Failures.reason(lost)))
            .buildAsync();
  }

  @Override
  public String description() {
    return "MqttSource[" + settings.address() + ", " + String.join(", ", settings.topics()) + "]";
  }

  @Override
  public Retried retried() {
    return tally.retried();
  }

  @Override
  public void start(Inbox inbox) {
    // Before the connection: what the broker has kept comes at once.
    client.publishes(MqttGlobalPublishFilter.ALL, message -> take(message, inbox), callbacks, true);
    connect();
    for (String topic : settings.topics()) {
      Failures.await(
          client.subscribeWith().topicFilter(topic).qos(MqttQos.values()[settings.qos()]).send(),
          settings,
          "refuses the topic '" + topic + "'");
    }
  }

  private void connect() {
    var connect =
        client
            .connectWith()
            .cleanStart(false)
            .sessionExpiryInterval(settings.sessionExpirySeconds())
            .keepAlive(settings.keepAliveSeconds());
    if (settings.username().isPresent()) {
      Mqtt5SimpleAuthBuilder.Complete auth =
          Mqtt5SimpleAuth.builder().username(settings.username().get());
      if (settings.password().isPresent()) {
        auth = auth.password(settings.password().get().getBytes(StandardCharsets.UTF_8));
      }
      connect = connect.simpleAuth(auth.build());
    }
    Failures.await(connect.send(), settings, "cannot be reached");
  }

  private void take(Mqtt5Publish message, Inbox inbox) {
    try {
      inbox.accept(
          MqttMessages.received(
              clock.millis() * 1000,
              message.getTopic().toString(),
              message.getQos().getCode(),
              message.isRetain(),
              message.getPayloadAsBytes()),
          message::acknowledge);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    callbacks.shutdownNow();
    client.disconnect();
  }
}

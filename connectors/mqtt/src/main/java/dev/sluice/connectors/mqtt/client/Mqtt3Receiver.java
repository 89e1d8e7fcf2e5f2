package dev.sluice.connectors.mqtt.client;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuthBuilder;
import dev.sluice.connectors.mqtt.MqttSettings;
import dev.sluice.operators.io.Clock;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A session of MQTT 3.1.1. */
final class Mqtt3Receiver extends MqttReceiver {
  private final Mqtt3AsyncClient client;

  Mqtt3Receiver(MqttSettings settings, Clock clock) {
    super(settings, clock);
    this.client = client().useMqttVersion3().buildAsync();
  }

  @Override
  void listen(Inbox inbox) {
    client.publishes(
        MqttGlobalPublishFilter.ALL,
        message ->
            take(
                message.getTopic(),
                message.getQos(),
                message.isRetain(),
                message.getPayloadAsBytes(),
                inbox,
                message::acknowledge),
        callbacks,
        true);
  }

  @Override
  CompletableFuture<?> connect() {
    var connect =
        client
            .connectWith()
            .cleanSession(settings.sessionExpirySeconds() == MqttSettings.NO_SESSION)
            .keepAlive(settings.keepAliveSeconds());
    if (settings.username().isPresent()) {
      Mqtt3SimpleAuthBuilder.Complete auth =
          Mqtt3SimpleAuth.builder().username(settings.username().get());
      if (settings.password().isPresent()) {
        auth = auth.password(settings.password().get().getBytes(StandardCharsets.UTF_8));
      }
      connect = connect.simpleAuth(auth.build());
    }
    return connect.send();
  }

  @Override
  CompletableFuture<?> subscribe(String topic, MqttQos qos) {
    return client.subscribeWith().topicFilter(topic).qos(qos).send();
  }

  @Override
  CompletableFuture<?> disconnect() {
    return client.disconnect();
  }
}

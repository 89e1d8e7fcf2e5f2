package dev.sluice.connectors.mqtt.client;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import dev.sluice.connectors.mqtt.MqttSettings;
import dev.sluice.operators.io.Clock;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A session of MQTT 5. */
final class Mqtt5Receiver extends MqttReceiver {
  private final Mqtt5AsyncClient client;

  Mqtt5Receiver(MqttSettings settings, Clock clock) {
    super(settings, clock);
    this.client = client().useMqttVersion5().buildAsync();
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

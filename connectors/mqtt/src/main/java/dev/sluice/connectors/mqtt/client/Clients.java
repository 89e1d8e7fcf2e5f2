package dev.sluice.connectors.mqtt.client;

import dev.sluice.connectors.mqtt.MqttClients;
import dev.sluice.connectors.mqtt.MqttSettings;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.io.Clock;

/** Makes receivers for both versions of the protocol; found as a service where the client is. */
public final class Clients implements MqttClients {
  @Override
  public Receiver receiver(MqttSettings settings, Clock clock) {
    return settings.version() == 3
        ? new Mqtt3Receiver(settings, clock)
        : new Mqtt5Receiver(settings, clock);
  }
}

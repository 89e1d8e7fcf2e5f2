package dev.sluice.connectors.mqtt;

import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.io.Clock;

/** Makes receivers; its implementation needs the client's libraries. */
public interface MqttClients {
  /** The clock tells when messages come. */
  Receiver receiver(MqttSettings settings, Clock clock);
}

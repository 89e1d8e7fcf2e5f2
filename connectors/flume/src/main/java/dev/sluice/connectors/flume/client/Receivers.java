package dev.sluice.connectors.flume.client;

import dev.sluice.connectors.flume.FlumeReceivers;
import dev.sluice.connectors.flume.FlumeSettings;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.io.Clock;

/** Makes receivers; found as a service where the libraries are. */
public final class Receivers implements FlumeReceivers {
  @Override
  public Receiver receiver(FlumeSettings settings, Clock clock) {
    return new FlumeReceiver(settings, clock);
  }
}

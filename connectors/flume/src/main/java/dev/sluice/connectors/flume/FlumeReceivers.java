package dev.sluice.connectors.flume;

import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.io.Clock;

/** Makes receivers; its implementation needs Avro's libraries. */
public interface FlumeReceivers {
  /** The clock tells when events come. */
  Receiver receiver(FlumeSettings settings, Clock clock);
}

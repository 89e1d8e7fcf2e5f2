package dev.sluice.connectors.mqtt;

import dev.sluice.connectors.receiver.Received;
import dev.sluice.connectors.receiver.RecordShape;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Schema;
import java.nio.charset.StandardCharsets;

/** The columns of messages. Attributes are a byte (QoS, and 4 if retained), then the topic. */
public final class MqttMessages implements RecordShape {
  static final MqttMessages INSTANCE = new MqttMessages();

  private static final int RETAINED = 4;
  private static final Schema RAW =
      Schema.of(
          new Field("topic", AtomicType.STRING, false),
          new Field("value", AtomicType.BINARY, false),
          new Field("qos", AtomicType.INT, false),
          new Field("retained", AtomicType.BOOLEAN, false),
          new Field("timestamp", AtomicType.TIMESTAMP, false));

  private MqttMessages() {}

  /** A message that came at a time. */
  public static Received received(
      long micros, String topic, int qos, boolean retained, byte[] payload) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    byte[] attributes = new byte[name.length + 1];
    attributes[0] = (byte) (qos | (retained ? RETAINED : 0));
    System.arraycopy(name, 0, attributes, 1, name.length);
    return new Received(micros, attributes, payload);
  }

  @Override
  public Schema raw() {
    return RAW;
  }

  @Override
  public void append(String column, Received received, ColumnBuilder into) {
    byte[] attributes = received.attributes();
    switch (column) {
      case "topic" -> ((BytesBuilder) into).append(attributes, 1, attributes.length - 1);
      case "qos" -> ((IntBuilder) into).append(attributes[0] & 3);
      case "retained" -> ((BooleanBuilder) into).append((attributes[0] & RETAINED) != 0);
      case "timestamp" -> ((LongBuilder) into).append(received.micros());
      default -> throw new IllegalArgumentException("no column '" + column + "'");
    }
  }
}

package dev.sluice.connectors.flume;

import dev.sluice.connectors.receiver.Received;
import dev.sluice.connectors.receiver.RecordShape;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.MapBuilder;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The columns of events. Attributes are the headers: for each text its length (4) and UTF-8. */
public final class FlumeEvents implements RecordShape {
  static final FlumeEvents INSTANCE = new FlumeEvents();

  private static final Schema RAW =
      Schema.of(
          new Field("headers", new MapType(AtomicType.STRING, AtomicType.STRING, false), false),
          new Field("body", AtomicType.BINARY, false),
          new Field("timestamp", AtomicType.TIMESTAMP, false));

  private FlumeEvents() {}

  /** An event that came at a time. */
  public static Received received(long micros, Map<String, String> headers, byte[] body) {
    List<byte[]> texts = new ArrayList<>();
    int size = 0;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      texts.add(header.getKey().getBytes(StandardCharsets.UTF_8));
      texts.add(header.getValue().getBytes(StandardCharsets.UTF_8));
    }
    for (byte[] text : texts) {
      size += Integer.BYTES + text.length;
    }
    ByteBuffer attributes = ByteBuffer.allocate(size);
    for (byte[] text : texts) {
      attributes.putInt(text.length).put(text);
    }
    return new Received(micros, attributes.array(), body);
  }

  @Override
  public Schema raw() {
    return RAW;
  }

  @Override
  public String payload() {
    return "body";
  }

  @Override
  public void append(String column, Received received, ColumnBuilder into) {
    switch (column) {
      case "headers" -> appendHeaders(received.attributes(), (MapBuilder) into);
      case "timestamp" -> ((LongBuilder) into).append(received.micros());
      default -> throw new IllegalArgumentException("no column '" + column + "'");
    }
  }

  private static void appendHeaders(byte[] attributes, MapBuilder into) {
    boolean key = true;
    for (int at = 0; at < attributes.length; key = !key) {
      int length = ByteBuffer.wrap(attributes, at, Integer.BYTES).getInt();
      ColumnBuilder texts = key ? into.keys() : into.values();
      ((BytesBuilder) texts).append(attributes, at + Integer.BYTES, length);
      at += Integer.BYTES + length;
    }
    into.endMap();
  }
}

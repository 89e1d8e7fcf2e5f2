package dev.sluice.connectors.flume.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Protocol;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.ipc.generic.GenericResponder;

/** Answers Flume's calls: {@code append} brings an event, {@code appendBatch} several. */
final class AvroSource extends GenericResponder {
  private static final String PROTOCOL =
      """
      {"protocol": "AvroSourceProtocol", "namespace": "org.apache.flume.source.avro",
       "types": [
         {"type": "enum", "name": "Status", "symbols": ["OK", "FAILED", "UNKNOWN"]},
         {"type": "record", "name": "AvroFlumeEvent", "fields": [
           {"name": "headers", "type": {"type": "map", "values": "string"}},
           {"name": "body", "type": "bytes"}]}],
       "messages": {
         "append": {"request": [{"name": "event", "type": "AvroFlumeEvent"}], "response": "Status"},
         "appendBatch": {
           "request": [{"name": "events", "type": {"type": "array", "items": "AvroFlumeEvent"}}],
           "response": "Status"}}}
      """;

  private final Handler handler;

  /** What came. */
  record Event(Map<String, String> headers, byte[] body) {}

  /** Takes events; true once all of them are safe. */
  interface Handler {
    boolean take(List<Event> events);
  }

  AvroSource(Handler handler) {
    super(Protocol.parse(PROTOCOL));
    this.handler = handler;
  }

  @Override
  public Object respond(Protocol.Message message, Object request) {
    GenericRecord parameters = (GenericRecord) request;
    List<Event> events = new ArrayList<>();
    if (message.getName().equals("append")) {
      events.add(event(parameters.get("event")));
    } else {
      ((List<?>) parameters.get("events")).forEach(event -> events.add(event(event)));
    }
    return new GenericData.EnumSymbol(
        message.getResponse(), handler.take(events) ? "OK" : "FAILED");
  }

  private static Event event(Object value) {
    GenericRecord event = (GenericRecord) value;
    Map<String, String> headers = new LinkedHashMap<>();
    ((Map<?, ?>) event.get("headers"))
        .forEach((name, text) -> headers.put(name.toString(), text.toString()));
    ByteBuffer bytes = (ByteBuffer) event.get("body");
    byte[] body = new byte[bytes.remaining()];
    bytes.get(body);
    return new Event(headers, body);
  }
}

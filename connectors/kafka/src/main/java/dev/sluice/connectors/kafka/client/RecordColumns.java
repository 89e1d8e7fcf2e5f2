package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.RecordSchema;
import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.StructBuilder;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.Validity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka knows of a record, as columns: Spark's, and the same without the value as a struct.
 */
final class RecordColumns {
  private final List<Field> wanted;
  private final String topic;
  private final int partition;
  private final @Nullable BytesBuilder keys;
  private final @Nullable BytesBuilder values;
  private final @Nullable ArrayBuilder headers;
  private final long[] offsets;
  private final long[] timestamps;
  private final int[] timestampTypes;
  private int rows;

  /** For one batch of at most {@code capacity} records of a partition. */
  RecordColumns(List<Field> wanted, String topic, int partition, int capacity) {
    this.wanted = wanted;
    this.topic = topic;
    this.partition = partition;
    boolean metadata = wants(MessageRows.METADATA);
    this.keys = metadata || wants("key") ? bytes(capacity) : null;
    this.values = wants("value") ? bytes(capacity) : null;
    this.headers =
        metadata || wants("headers")
            ? (ArrayBuilder) ColumnBuilder.of(RecordSchema.HEADERS.type(), capacity)
            : null;
    this.offsets = new long[capacity];
    this.timestamps = new long[capacity];
    this.timestampTypes = new int[capacity];
  }

  private boolean wants(String name) {
    return wanted.stream().anyMatch(field -> field.name().equals(name));
  }

  private static BytesBuilder bytes(int capacity) {
    return (BytesBuilder) ColumnBuilder.of(AtomicType.BINARY, capacity);
  }

  int rows() {
    return rows;
  }

  void add(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    offsets[rows] = record.offset();
    timestamps[rows] = record.timestamp() * 1000;
    timestampTypes[rows] = record.timestampType().id;
    rows++;
    if (keys != null) {
      append(record.key(), keys);
    }
    if (values != null) {
      append(record.value(), values);
    }
    if (headers != null) {
      append(record.headers().toArray(), headers);
    }
  }

  private static void append(@Nullable ByteBuffer bytes, BytesBuilder into) {
    if (bytes == null) {
      into.appendNull();
    } else {
      into.append(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
  }

  /** A record without headers has none, rather than an empty list of them. */
  private static void append(Header[] all, ArrayBuilder into) {
    if (all.length == 0) {
      into.appendNull();
      return;
    }
    StructBuilder elements = (StructBuilder) into.elements();
    for (Header header : all) {
      ((BytesBuilder) elements.field(0)).append(header.key());
      byte[] value = header.value();
      if (value == null) {
        elements.field(1).appendNull();
      } else {
        ((BytesBuilder) elements.field(1)).append(value);
      }
      elements.endStruct();
    }
    into.endArray();
  }

  /** The columns wanted, in order. */
  List<Column> columns() {
    Column keyColumn = keys == null ? null : keys.build();
    Column valueColumn = values == null ? null : values.build();
    Column headerColumn = headers == null ? null : headers.build();
    List<Column> columns = new ArrayList<>(wanted.size());
    for (Field field : wanted) {
      if (field.name().equals(MessageRows.METADATA)) {
        List<Column> children = new ArrayList<>();
        for (Field child : RecordSchema.METADATA_TYPE.fields()) {
          children.add(column(child.name(), keyColumn, valueColumn, headerColumn));
        }
        columns.add(new StructColumn(RecordSchema.METADATA_TYPE, children, Validity.ALL, rows));
      } else {
        columns.add(column(field.name(), keyColumn, valueColumn, headerColumn));
      }
    }
    return columns;
  }

  private Column column(
      String name, @Nullable Column key, @Nullable Column value, @Nullable Column header) {
    Column column =
        switch (name) {
          case "key" -> key;
          case "value" -> value;
          case "headers" -> header;
          case "topic" -> ConstantColumn.of(AtomicType.STRING, topic, rows);
          case "partition" -> ConstantColumn.of(AtomicType.INT, partition, rows);
          case "offset" -> longs(AtomicType.BIGINT, offsets);
          case "timestamp" -> longs(AtomicType.TIMESTAMP, timestamps);
          case "timestampType" -> new IntColumn(AtomicType.INT, timestampTypes, Validity.ALL, rows);
          default -> null;
        };
    if (column == null) {
      throw new IllegalArgumentException("no column '" + name + "'");
    }
    return column;
  }

  private LongColumn longs(DataType type, long[] values) {
    return new LongColumn(type, values, Validity.ALL, rows);
  }
}

package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.RecordSchema;
import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of records, as columns; also without the data, as a struct. */
final class RecordColumns {
  private final List<Field> wanted;
  private final String stream;
  private final String shard;
  private final @Nullable BytesBuilder keys;
  private final @Nullable BytesBuilder data;
  private final @Nullable BytesBuilder numbers;
  private final @Nullable LongBuilder arrivals;
  private int rows;

  /** For one batch of at most {@code capacity} records of a shard. */
  RecordColumns(List<Field> wanted, String stream, String shard, int capacity) {
    this.wanted = wanted;
    this.stream = stream;
    this.shard = shard;
    this.keys = wants("partitionKey") ? bytes(AtomicType.STRING, capacity) : null;
    this.data =
        wanted.stream().anyMatch(f -> f.name().equals("data"))
            ? bytes(AtomicType.BINARY, capacity)
            : null;
    this.numbers = wants("sequenceNumber") ? bytes(AtomicType.STRING, capacity) : null;
    this.arrivals =
        wants("approximateArrivalTimestamp")
            ? (LongBuilder) ColumnBuilder.of(AtomicType.TIMESTAMP, capacity)
            : null;
  }

  private boolean wants(String name) {
    return wanted.stream()
        .anyMatch(f -> f.name().equals(name) || f.name().equals(MessageRows.METADATA));
  }

  private static BytesBuilder bytes(AtomicType type, int capacity) {
    return (BytesBuilder) ColumnBuilder.of(type, capacity);
  }

  int rows() {
    return rows;
  }

  void add(Fetched record, UserRecord user) {
    rows++;
    if (keys != null) {
      keys.append(user.partitionKey());
    }
    if (data != null) {
      data.append(user.data(), user.start(), user.length());
    }
    if (numbers != null) {
      numbers.append(record.number());
    }
    if (arrivals != null) {
      if (record.arrivalMicros() == Long.MIN_VALUE) {
        arrivals.appendNull();
      } else {
        arrivals.append(record.arrivalMicros());
      }
    }
  }

  /** The columns wanted, in order. */
  List<Column> columns() {
    Map<String, Column> built = new HashMap<>();
    put("partitionKey", keys, built);
    put("data", data, built);
    put("sequenceNumber", numbers, built);
    put("approximateArrivalTimestamp", arrivals, built);
    built.put("stream", ConstantColumn.of(AtomicType.STRING, stream, rows));
    built.put("shardId", ConstantColumn.of(AtomicType.STRING, shard, rows));
    List<Column> columns = new ArrayList<>(wanted.size());
    for (Field field : wanted) {
      if (field.name().equals(MessageRows.METADATA)) {
        List<Column> children = new ArrayList<>();
        for (Field child : RecordSchema.METADATA_TYPE.fields()) {
          children.add(column(child, built));
        }
        columns.add(new StructColumn(RecordSchema.METADATA_TYPE, children, Validity.ALL, rows));
      } else {
        columns.add(column(field, built));
      }
    }
    return columns;
  }

  private static void put(String name, @Nullable ColumnBuilder builder, Map<String, Column> into) {
    if (builder != null) {
      into.put(name, builder.build());
    }
  }

  private static Column column(Field field, Map<String, Column> built) {
    Column column = built.get(field.name());
    if (column == null) {
      throw new IllegalArgumentException("no column '" + field.name() + "'");
    }
    return column;
  }
}

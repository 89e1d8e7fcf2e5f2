package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.RowShape;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.StructColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Rows to records. For one worker. */
final class RecordWriter {
  private final RowShape shape;
  private final Optional<MessageEncoder> encoder;
  private final KafkaFailures failures;
  private final Bytes scratch = new Bytes(1024);

  RecordWriter(RowShape shape, Optional<MessageEncoder> encoder, KafkaFailures failures) {
    this.shape = shape;
    this.encoder = encoder;
    this.failures = failures;
  }

  void write(Batch batch, Consumer<ProducerRecord<byte[], byte[]>> out) {
    List<FlatColumn> columns = new ArrayList<>(batch.columns().size());
    for (Column column : batch.columns()) {
      columns.add(column.flatten());
    }
    BytesColumn keys = bytes(columns, shape.key());
    BytesColumn values = bytes(columns, shape.value());
    // The option wins over the column, as in Spark.
    BytesColumn topics = shape.topicName().isPresent() ? null : bytes(columns, shape.topic());
    for (int row = 0; row < batch.rows(); row++) {
      out.accept(
          new ProducerRecord<>(
              topic(topics, row),
              partition(columns, row),
              at(keys, row),
              encoder.isPresent() ? encode(encoder.get(), columns, row) : at(values, row),
              headers(columns, row)));
    }
  }

  private static @Nullable BytesColumn bytes(List<FlatColumn> columns, int index) {
    return index < 0 ? null : (BytesColumn) columns.get(index);
  }

  private static byte @Nullable [] at(@Nullable BytesColumn column, int row) {
    return column == null || column.isNull(row) ? null : column.bytes(row);
  }

  private byte @Nullable [] encode(MessageEncoder format, List<FlatColumn> columns, int row) {
    scratch.clear();
    return format.encode(columns, row, scratch)
        ? Arrays.copyOf(scratch.data(), scratch.size())
        : null;
  }

  private String topic(@Nullable BytesColumn topics, int row) {
    if (topics == null) {
      return shape.topicName().orElseThrow();
    }
    if (topics.isNull(row)) {
      throw failures.failure(
          "null-topic",
          "null topic present in the data; use the option 'topic' for setting a topic, or leave"
              + " such rows out");
    }
    return topics.string(row);
  }

  private @Nullable Integer partition(List<FlatColumn> columns, int row) {
    if (shape.partition() < 0 || columns.get(shape.partition()).isNull(row)) {
      return null;
    }
    int partition = ((IntColumn) columns.get(shape.partition())).get(row);
    if (partition < 0) {
      throw WrittenTopics.unknownPartition(partition, "partitions are numbered from 0", failures);
    }
    return partition;
  }

  private @Nullable Iterable<Header> headers(List<FlatColumn> columns, int row) {
    if (shape.headers() < 0 || columns.get(shape.headers()).isNull(row)) {
      return null;
    }
    ArrayColumn lists = (ArrayColumn) columns.get(shape.headers());
    StructColumn elements = (StructColumn) lists.elements().flatten();
    BytesColumn names = (BytesColumn) elements.child(0).flatten();
    BytesColumn values = (BytesColumn) elements.child(1).flatten();
    List<Header> headers = new ArrayList<>();
    for (int i = lists.starts()[row]; i < lists.starts()[row] + lists.lengths()[row]; i++) {
      if (!elements.isNull(i) && !names.isNull(i)) {
        headers.add(new RecordHeader(names.string(i), at(values, i)));
      }
    }
    return headers;
  }
}

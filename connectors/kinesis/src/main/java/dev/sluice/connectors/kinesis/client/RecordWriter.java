package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.RowShape;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Rows to records. For one worker. */
final class RecordWriter {
  /** The longest partition key, in characters. */
  private static final int LONGEST_KEY = 256;

  private final RowShape shape;
  private final Optional<MessageEncoder> encoder;
  private final Failures failures;
  private final Bytes scratch = new Bytes(1024);

  RecordWriter(RowShape shape, Optional<MessageEncoder> encoder, Failures failures) {
    this.shape = shape;
    this.encoder = encoder;
    this.failures = failures;
  }

  void write(Batch batch, Putting out) {
    List<FlatColumn> columns = new ArrayList<>(batch.columns().size());
    for (Column column : batch.columns()) {
      columns.add(column.flatten());
    }
    BytesColumn keys = column(columns, shape.key());
    BytesColumn hashes = column(columns, shape.hash());
    BytesColumn data = column(columns, shape.data());
    for (int row = 0; row < batch.rows(); row++) {
      byte[] bytes =
          data == null ? encode(columns, row) : data.isNull(row) ? null : data.bytes(row);
      if (bytes == null) {
        throw failures.failure(
            "null-data", "a row has no data, and a record must; leave such rows out");
      }
      out.add(key(keys, row), at(hashes, row), bytes);
    }
  }

  private static @Nullable BytesColumn column(List<FlatColumn> columns, int index) {
    return index < 0 ? null : (BytesColumn) columns.get(index);
  }

  private static @Nullable String at(@Nullable BytesColumn column, int row) {
    return column == null || column.isNull(row) ? null : column.string(row);
  }

  /** A row without a key goes anywhere. */
  private String key(@Nullable BytesColumn keys, int row) {
    String key = at(keys, row);
    if (key == null || key.isEmpty()) {
      return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
    if (key.length() > LONGEST_KEY) {
      throw failures.failure(
          "key-too-long",
          "a partition key has "
              + key.length()
              + " characters, Kinesis takes 256; shorten it, for example with sha2(key, 256)");
    }
    return key;
  }

  private byte @Nullable [] encode(List<FlatColumn> columns, int row) {
    scratch.clear();
    return encoder.orElseThrow().encode(columns, row, scratch)
        ? Arrays.copyOf(scratch.data(), scratch.size())
        : null;
  }
}

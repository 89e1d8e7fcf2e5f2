package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Gathers records as rows. Not thread-safe. */
final class Rows {
  private final dev.sluice.operators.data.Schema wanted;
  private final int capacity;
  private ColumnBuilder[] columns;
  private int size;

  Rows(dev.sluice.operators.data.Schema wanted, int capacity) {
    this.wanted = wanted;
    this.capacity = capacity;
    this.columns = builders();
  }

  /** Gives values as another schema has them; null if it is the same. */
  static @Nullable ResolvingDecoder resolving(Schema written, Schema read) throws IOException {
    if (written.equals(read)) {
      return null;
    }
    try {
      return DecoderFactory.get().resolvingDecoder(written, read, null);
    } catch (RuntimeException e) {
      throw new IOException("its schema does not fit: " + e.getMessage(), e);
    }
  }

  private ColumnBuilder[] builders() {
    ColumnBuilder[] builders = new ColumnBuilder[wanted.size()];
    for (int i = 0; i < builders.length; i++) {
      builders[i] = ColumnBuilder.of(wanted.field(i).type(), capacity);
    }
    return builders;
  }

  int size() {
    return size;
  }

  void read(RecordReader reader, Decoder in) throws IOException {
    reader.readRow(in, columns);
    size++;
  }

  /** Takes back a row that was begun and could not be read. */
  void discardPartial() {
    for (ColumnBuilder column : columns) {
      column.truncate(size);
    }
  }

  void addNulls() {
    for (ColumnBuilder column : columns) {
      column.appendNull();
    }
    size++;
  }

  /** The rows so far; the next ones begin. */
  Batch take() {
    List<Column> built = new ArrayList<>(columns.length);
    for (ColumnBuilder column : columns) {
      built.add(column.build());
    }
    Batch batch = new Batch(wanted, built, size);
    columns = builders();
    size = 0;
    return batch;
  }
}

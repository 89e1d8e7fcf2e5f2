package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.StructBuilder;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;

/** Records as structs, or as the rows of a batch. */
final class RecordReader extends ValueReader {
  private final Schema.Field[] fields;
  private final ValueReader[] readers;

  /** For each field of the schema the column it goes to, -1 for none. */
  private final int[] target;

  /** The columns that the schema lacks. */
  private final int[] missing;

  RecordReader(Schema.Field[] fields, ValueReader[] readers, int[] target, int[] missing) {
    this.fields = fields;
    this.readers = readers;
    this.target = target;
    this.missing = missing;
  }

  /** Appends a value to each column. */
  void readRow(Decoder in, ColumnBuilder[] columns) throws IOException {
    Schema.Field[] order = order(in);
    for (int i = 0; i < order.length; i++) {
      int field = order == fields ? i : order[i].pos();
      int column = target[field];
      if (column < 0) {
        readers[field].skip(in);
      } else {
        readers[field].read(in, columns[column]);
      }
    }
    for (int column : missing) {
      columns[column].appendNull();
    }
  }

  @Override
  void read(Decoder in, ColumnBuilder to) throws IOException {
    StructBuilder struct = (StructBuilder) to;
    Schema.Field[] order = order(in);
    for (int i = 0; i < order.length; i++) {
      int field = order == fields ? i : order[i].pos();
      int column = target[field];
      if (column < 0) {
        readers[field].skip(in);
      } else {
        readers[field].read(in, struct.field(column));
      }
    }
    for (int column : missing) {
      struct.field(column).appendNull();
    }
    struct.endStruct();
  }

  @Override
  void skip(Decoder in) throws IOException {
    Schema.Field[] order = order(in);
    for (int i = 0; i < order.length; i++) {
      readers[order == fields ? i : order[i].pos()].skip(in);
    }
  }

  /** A resolving decoder gives fields in the writer's order, then those with defaults. */
  private Schema.Field[] order(Decoder in) throws IOException {
    if (in instanceof ResolvingDecoder resolving) {
      Schema.Field[] different = resolving.readFieldOrderIfDiff();
      return different == null ? fields : different;
    }
    return fields;
  }
}

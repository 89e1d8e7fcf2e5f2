package dev.sluice.connectors.kafka;

import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.util.List;

/** The columns that Kafka has of a record: Spark's, and the same without the value as a struct. */
public final class RecordSchema {
  private static final StructType HEADER =
      StructType.of(new Field("key", AtomicType.STRING), new Field("value", AtomicType.BINARY));

  public static final Field HEADERS = new Field("headers", new ArrayType(HEADER, true));

  private static final List<Field> FIELDS =
      List.of(
          new Field("key", AtomicType.BINARY),
          new Field("value", AtomicType.BINARY),
          new Field("topic", AtomicType.STRING),
          new Field("partition", AtomicType.INT),
          new Field("offset", AtomicType.BIGINT),
          new Field("timestamp", AtomicType.TIMESTAMP),
          new Field("timestampType", AtomicType.INT));

  public static final StructType METADATA_TYPE =
      StructType.of(
          FIELDS.get(0),
          FIELDS.get(2),
          FIELDS.get(3),
          FIELDS.get(4),
          FIELDS.get(5),
          FIELDS.get(6),
          HEADERS);

  /** What a query may name beside the columns of decoded values. */
  public static final Schema HIDDEN =
      Schema.of(new Field(MessageRows.METADATA, METADATA_TYPE, false));

  private RecordSchema() {}

  /** Spark's columns. */
  public static Schema raw(boolean withHeaders) {
    return withHeaders ? new Schema(FIELDS).plus(HEADERS) : new Schema(FIELDS);
  }
}

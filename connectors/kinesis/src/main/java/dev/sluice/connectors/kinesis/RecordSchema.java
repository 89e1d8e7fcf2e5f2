package dev.sluice.connectors.kinesis;

import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.util.List;

/** The columns of a record, and the same without its data as a struct. */
public final class RecordSchema {
  private static final List<Field> FIELDS =
      List.of(
          new Field("partitionKey", AtomicType.STRING, false),
          new Field("data", AtomicType.BINARY, false),
          new Field("stream", AtomicType.STRING, false),
          new Field("shardId", AtomicType.STRING, false),
          new Field("sequenceNumber", AtomicType.STRING, false),
          new Field("approximateArrivalTimestamp", AtomicType.TIMESTAMP));

  /** Without {@code valueFormat}. */
  public static final Schema RAW = new Schema(FIELDS);

  public static final StructType METADATA_TYPE =
      new StructType(FIELDS.stream().filter(field -> !field.name().equals("data")).toList());

  /** What a query may name beside the columns of decoded values. */
  public static final Schema HIDDEN =
      Schema.of(new Field(MessageRows.METADATA, METADATA_TYPE, false));

  private RecordSchema() {}
}

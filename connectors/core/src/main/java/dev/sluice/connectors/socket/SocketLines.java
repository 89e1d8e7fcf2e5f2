package dev.sluice.connectors.socket;

import dev.sluice.connectors.receiver.Received;
import dev.sluice.connectors.receiver.RecordShape;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Schema;

/**
 * The columns of lines. As in Spark the offset is the number of the last line, so -1 before the
 * first.
 *
 * @param withTime whether there is a column with the time at which a line came
 */
record SocketLines(boolean withTime) implements RecordShape {
  private static final Field VALUE = new Field("value", AtomicType.STRING);
  private static final Field TIMESTAMP = new Field("timestamp", AtomicType.TIMESTAMP);

  @Override
  public Schema raw() {
    return withTime ? Schema.of(VALUE, TIMESTAMP) : Schema.of(VALUE);
  }

  @Override
  public long beforeFirst() {
    return -1;
  }

  @Override
  public void append(String column, Received received, ColumnBuilder into) {
    ((LongBuilder) into).append(received.micros());
  }
}

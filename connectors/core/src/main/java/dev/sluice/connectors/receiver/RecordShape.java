package dev.sluice.connectors.receiver;

import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;

/** What a connector knows of a record beside its value. */
public interface RecordShape {
  /** The columns without {@code valueFormat}: that of {@link #payload} is one of them. */
  Schema raw();

  /** The name of the column, binary, with what was sent. */
  default String payload() {
    return "value";
  }

  /** The offset before the first record: after the n-th it is n higher. */
  default long beforeFirst() {
    return 0;
  }

  /** The columns without the payload, as the hidden struct {@code _metadata}. */
  default StructType metadata() {
    return new StructType(
        raw().fields().stream().filter(field -> !field.name().equals(payload())).toList());
  }

  /** Appends the value of a column of that name, other than {@link #payload}. */
  void append(String column, Received received, ColumnBuilder into);
}

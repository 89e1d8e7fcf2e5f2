package dev.sluice.connectors.receiver;

import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;

/** What a connector knows of a record beside its value. */
public interface RecordShape {
  /** The columns without {@code valueFormat}: {@code value} (binary) is one of them. */
  Schema raw();

  /** The columns without the value, as the hidden struct {@code _metadata}. */
  default StructType metadata() {
    return new StructType(
        raw().fields().stream().filter(field -> !field.name().equals("value")).toList());
  }

  /** Appends the value of a column of that name, other than {@code value}. */
  void append(String column, Received received, ColumnBuilder into);
}

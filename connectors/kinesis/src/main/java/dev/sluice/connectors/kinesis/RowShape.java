package dev.sluice.connectors.kinesis;

import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.connectors.message.RecordParts;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;
import java.util.Optional;

/**
 * Which columns of a row make which part of its record: indexes, -1 for what is not there.
 *
 * @param format encodes the whole row as the data; empty if a column is them
 */
public record RowShape(int key, int hash, int data, Optional<MessageFormat> format) {
  private static final String KEY = "partitionKey";
  private static final String HASH = "explicitHashKey";
  private static final String DATA = "data";
  private static final RecordParts PARTS = new RecordParts(DATA, List.of(DATA, KEY, HASH));

  private static Optional<MessageFormat> format(
      Schema schema, Options options, ValueFormats formats) {
    return RecordParts.format(schema, options, formats, List.of(DATA));
  }

  static RowShape of(Schema schema, Options options, ValueFormats formats) {
    Optional<MessageFormat> format = format(schema, options, formats);
    if (format.isPresent()) {
      return new RowShape(
          RecordParts.named(schema, options, KinesisSinkType.KEY_COLUMN),
          RecordParts.named(schema, options, KinesisSinkType.HASH_COLUMN),
          -1,
          format);
    }
    return new RowShape(
        RecordParts.find(schema, KEY),
        RecordParts.find(schema, HASH),
        RecordParts.find(schema, DATA),
        format);
  }

  /** Reports rows that make no record. */
  static void check(Schema schema, Options options, ValueFormats formats, Problems problems) {
    Optional<MessageFormat> format = format(schema, options, formats);
    if (format.isPresent()) {
      for (String option : List.of(KinesisSinkType.KEY_COLUMN, KinesisSinkType.HASH_COLUMN)) {
        RecordParts.checkNamed(schema, options, option, RowShape::isText, problems);
      }
      format.get().checkWrite(schema, ValueFormats.writing(format.get(), options), problems);
      return;
    }
    RecordParts.refuseNamed(options, KinesisSinkType.KEY_COLUMN, KEY, problems);
    RecordParts.refuseNamed(options, KinesisSinkType.HASH_COLUMN, HASH, problems);
    for (String name : PARTS.names()) {
      int index = RecordParts.find(schema, name);
      if (index >= 0
          && !isText(schema.field(index).type())
          && !(name.equals(DATA) && schema.field(index).type() == AtomicType.BINARY)) {
        problems.error(
            "unsupported-type",
            options.at(),
            "'" + name + "' cannot have the type " + schema.field(index).type().sql(),
            "cast it to STRING");
      }
    }
    PARTS.warnOfOthers(schema, options, problems);
  }

  private static boolean isText(DataType type) {
    return type == AtomicType.STRING;
  }
}

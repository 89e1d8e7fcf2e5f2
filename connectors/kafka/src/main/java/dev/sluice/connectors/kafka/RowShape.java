package dev.sluice.connectors.kafka;

import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.connectors.message.RecordParts;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Retried;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which columns of a row make which part of its record: indexes, -1 for what is not there.
 *
 * @param topicName the topic of all rows; empty if a column tells it
 * @param format encodes the whole row as the value; empty if a column is it
 */
public record RowShape(
    Optional<String> topicName,
    int topic,
    int key,
    int value,
    int partition,
    int headers,
    Optional<MessageFormat> format) {

  private static final Predicate<DataType> BYTES =
      type -> type == AtomicType.STRING || type == AtomicType.BINARY;
  private static final Map<String, Predicate<DataType>> SPARKS =
      Map.of(
          "value",
          BYTES,
          "key",
          BYTES,
          "topic",
          type -> type == AtomicType.STRING,
          "partition",
          type -> type == AtomicType.INT,
          "headers",
          RowShape::isHeaders);
  private static final Map<String, String> TYPES =
      Map.of(
          "value", "STRING or BINARY",
          "key", "STRING or BINARY",
          "topic", "STRING",
          "partition", "INT",
          "headers", "ARRAY<STRUCT<key: STRING, value: BINARY>>");
  private static final RecordParts PARTS =
      new RecordParts("value", List.of("value", "key", "topic", "partition", "headers"));

  private static boolean isHeaders(DataType type) {
    return type instanceof ArrayType array
        && array.element() instanceof StructType header
        && header.size() == 2
        && header.field(0).name().equals("key")
        && header.field(0).type() == AtomicType.STRING
        && header.field(1).name().equals("value")
        && header.field(1).type() == AtomicType.BINARY;
  }

  private static Optional<MessageFormat> format(
      Schema schema, Options options, ValueFormats formats) {
    return RecordParts.format(schema, options, formats, PARTS.names());
  }

  /** How often what the values' format needs outside was asked again. */
  public Retried retried(Options options) {
    return format.map(f -> f.retried(ValueFormats.writing(f, options))).orElse(Retried.NEVER);
  }

  static RowShape of(Schema schema, Options options, ValueFormats formats) {
    Optional<String> topicName = options.find(KafkaSinkType.TOPIC);
    Optional<MessageFormat> format = format(schema, options, formats);
    if (format.isPresent()) {
      int key = RecordParts.named(schema, options, KafkaSinkType.KEY_COLUMN);
      return new RowShape(topicName, -1, key, -1, -1, -1, format);
    }
    return new RowShape(
        topicName,
        RecordParts.find(schema, "topic"),
        RecordParts.find(schema, "key"),
        RecordParts.find(schema, "value"),
        RecordParts.find(schema, "partition"),
        RecordParts.find(schema, "headers"),
        format);
  }

  /** Reports rows that make no record. */
  static void check(Schema schema, Options options, ValueFormats formats, Problems problems) {
    Optional<MessageFormat> format = format(schema, options, formats);
    if (format.isPresent()) {
      checkEncoded(schema, options, format.get(), problems);
    } else {
      checkColumns(schema, options, problems);
    }
  }

  private static void checkEncoded(
      Schema schema, Options options, MessageFormat format, Problems problems) {
    if (options.find(KafkaSinkType.TOPIC).isEmpty()) {
      problems.error(
          "missing-option",
          options.at(),
          "a row that is encoded as a whole has no column that tells its topic",
          "add 'topic: NAME'");
    }
    RecordParts.checkNamed(schema, options, KafkaSinkType.KEY_COLUMN, BYTES, problems);
    format.checkWrite(
        schema, ValueFormats.writing(format, options, options.find(KafkaSinkType.TOPIC)), problems);
  }

  private static void checkColumns(Schema schema, Options options, Problems problems) {
    if (RecordParts.find(schema, "value") < 0) {
      problems.error(
          "missing-column",
          options.at(),
          "Required attribute 'value' not found",
          "name the column 'value', or add 'valueFormat: json' to write the whole row");
    }
    if (RecordParts.find(schema, "topic") < 0 && options.find(KafkaSinkType.TOPIC).isEmpty()) {
      problems.error(
          "missing-option",
          options.at(),
          "topic option required when no 'topic' attribute is present",
          "add 'topic: NAME'");
    }
    RecordParts.refuseNamed(options, KafkaSinkType.KEY_COLUMN, "key", problems);
    for (String name : PARTS.names()) {
      int index = RecordParts.find(schema, name);
      if (index >= 0 && !SPARKS.getOrDefault(name, type -> true).test(schema.field(index).type())) {
        problems.error(
            "unsupported-type",
            options.at(),
            "'"
                + name
                + "' must be "
                + TYPES.get(name)
                + ", not "
                + schema.field(index).type().sql(),
            "cast it");
      }
    }
    PARTS.warnOfOthers(schema, options, problems);
  }
}

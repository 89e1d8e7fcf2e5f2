package dev.sluice.connectors.message;

import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Retried;
import java.util.Optional;

/** How a source reads the values of its messages, for all its readers. Thread-safe. */
public final class ValueReading {
  private final Optional<MessageFormat> format;
  private final Options options;
  private final Session session;
  private final Schema schema;

  private ValueReading(
      Optional<MessageFormat> format, Options options, Session session, Schema schema) {
    this.format = format;
    this.options = options;
    this.session = session;
    this.schema = schema;
  }

  /**
   * As the options of a checked source say.
   *
   * @param declared the columns of a value, if any are declared
   * @param raw the connector's own columns, for messages that are taken as they are
   */
  public static ValueReading of(
      Options options, Optional<Schema> declared, Schema raw, Session session) {
    Optional<MessageFormat> format = ValueFormats.load().find(options);
    Schema schema =
        format.isEmpty()
            ? raw
            : declared
                .or(() -> format.get().defaultSchema(ValueFormats.reading(format.get(), options)))
                .orElseThrow();
    return new ValueReading(format, options, session, schema);
  }

  /** The source's columns. */
  public Schema schema() {
    return schema;
  }

  /** Whether the columns are those of values, and not the connector's own. */
  public boolean decodes() {
    return format.isPresent();
  }

  /** As {@link MessageFormat#retried}. */
  public Retried retried() {
    return format.map(f -> f.retried(ValueFormats.reading(f, options))).orElse(Retried.NEVER);
  }

  /**
   * For one reader.
   *
   * @param wanted the columns of its batches
   * @param metadata the hidden column beside those of values
   * @param capacity the most rows of a batch
   */
  public MessageRows rows(Schema wanted, Field metadata, int capacity) {
    return new MessageRows(
        wanted,
        metadata,
        format.map(
            f ->
                inValues ->
                    f.decoder(
                        schema, inValues, ValueFormats.reading(f, options), session, capacity)));
  }
}

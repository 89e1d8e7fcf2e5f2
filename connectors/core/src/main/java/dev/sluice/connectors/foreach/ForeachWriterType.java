package dev.sluice.connectors.foreach;

import dev.sluice.connectors.SinkContext;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;

/**
 * A kind of {@link ForeachWriter}: what {@code writer:} names. Its options stand beside {@code
 * writer} and are checked like those of a sink.
 */
public interface ForeachWriterType extends ComponentType {
  /** Checks that rows of this schema can be taken. Touches nothing outside. */
  default void check(Schema schema, Options options, Problems problems) {}

  /** Makes the writer of one partition; called when its first rows are there. */
  ForeachWriter create(Schema schema, Options options, SinkContext context);
}

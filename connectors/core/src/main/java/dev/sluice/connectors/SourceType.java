package dev.sluice.connectors;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.Optional;

/** A kind of source: the word after {@code format:}. */
public interface SourceType extends ComponentType {
  /**
   * The columns, as far as they are known without touching the outside: checks the declared schema
   * and reports mistakes. Empty when only opening tells ({@code inferSchema: true}).
   *
   * @param declared the {@code schema:} of the pipeline file, if any
   */
  Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems);

  /**
   * As {@link #check(Options, Problems)}, for a source that is read as a stream or, with {@code
   * static: true}, as a table: some options make sense in one of them only.
   */
  default void check(Options options, boolean streaming, Problems problems) {
    check(options, problems);
  }

  /** The {@link Source#hiddenColumns} of its sources, known without opening one. */
  default Schema hiddenColumns() {
    return Schema.EMPTY;
  }

  /** True if it is no stream: the pipeline file must say {@code static: true}. */
  default boolean onlyStatic() {
    return false;
  }

  /** True if its sources are {@link SupportsContinuous}. */
  default boolean supportsContinuous() {
    return false;
  }

  /** Whether {@code schema:} is required, allowed or refused. */
  SchemaRule schemaRule();

  /** What a source does with {@code schema:}. */
  enum SchemaRule {
    /** It must be given, or inferred by option. */
    NEEDED,
    OPTIONAL,
    /** The schema is fixed. */
    REFUSED
  }

  /**
   * Connects. Fails with a {@link dev.sluice.operators.diagnostics.PipelineException} that names
   * what could not be reached.
   */
  Source open(Options options, Optional<Schema> declared, SourceContext context);
}

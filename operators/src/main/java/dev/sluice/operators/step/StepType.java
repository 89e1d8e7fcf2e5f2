package dev.sluice.operators.step;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.plan.Rel;
import java.util.List;
import java.util.Map;

/**
 * A step of the pipeline file, expanded into the algebra. One file each, found by ServiceLoader.
 */
public interface StepType extends ComponentType {
  /** The keyword of JSON Schema that says what language a text is in. */
  String MEDIA_TYPE = "contentMediaType";

  /** The value of {@link #MEDIA_TYPE} for a SQL expression. */
  String SQL_TEXT = "application/sql";

  /** A step has no options as sources have: its value is described by {@link #valueSchema}. */
  @Override
  default List<Option> options() {
    return List.of();
  }

  /**
   * JSON Schema (as plain values) of what stands after {@code name:}. The file is checked against
   * it before {@link #plan} is called.
   */
  Map<String, Object> valueSchema();

  /**
   * True if the rows that come out have the columns of the input whatever the value says: then a
   * mistake in the step leaves no doubt of the columns of later ones.
   */
  default boolean keepsColumns() {
    return false;
  }

  /**
   * True if steps may stand after it that otherwise may not: where it cannot be planned, those
   * after it are not checked.
   */
  default boolean allowsMore() {
    return false;
  }

  /**
   * Keys of the value that its other parts go by: without one of them, those would only seem to be
   * wrong, and are not checked.
   */
  default List<String> referred() {
    return List.of();
  }

  /**
   * Expands the step. Called once while the pipeline is analysed. Mistakes go to {@link
   * StepContext#problems}; after one the step gives the best it can, so that later steps are
   * checked too: the input if nothing better.
   */
  Rel plan(StepContext context);
}

package dev.sluice.operators.plan;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.Optional;

/** Which values rows can be told apart by: Spark refuses those that it cannot compare. */
public final class KeyTypes {
  /** Why not: a condition of Spark, and the fact. */
  public record Refusal(String condition, String fact) {
    /** As a problem of the file. */
    public Problem at(SourcePosition at, String remedy) {
      return new Problem(
          Problem.Severity.ERROR,
          "unsupported-type",
          at,
          fact,
          Optional.of(remedy),
          Optional.of(condition));
    }
  }

  private KeyTypes() {}

  /** What speaks against grouping by values of a type. */
  public static Optional<Refusal> grouping(String shown, DataType type) {
    if (!(type instanceof MapType map && map.key() == AtomicType.NULL) && !hasVariant(type)) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE",
            "rows cannot be grouped by '" + shown + "', which is " + type.sql()));
  }

  /** What speaks against comparing whole rows that have a column of this type. */
  public static Optional<Refusal> rows(String column, DataType type) {
    boolean variant = hasVariant(type);
    if (!variant && !type.any(MapType.class::isInstance)) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            "UNSUPPORTED_FEATURE.SET_OPERATION_ON_" + (variant ? "VARIANT_TYPE" : "MAP_TYPE"),
            "column '" + column + "' is " + type.sql() + ", and such values cannot be compared"));
  }

  private static boolean hasVariant(DataType type) {
    return type.any(part -> part == AtomicType.VARIANT);
  }
}

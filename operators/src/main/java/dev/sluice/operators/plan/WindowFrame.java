package dev.sluice.operators.plan;

import dev.sluice.operators.expression.Expression;

/**
 * Which rows of the partition a window function sees, for each row: between two bounds, counted in
 * rows, or by the value of the key that orders the partition.
 */
public record WindowFrame(boolean rows, Bound lower, Bound upper) {
  /** Where a frame begins or ends. */
  public sealed interface Bound {
    String sql();
  }

  /** Bounds without a number. By value, the current row means all rows that are sorted as it is. */
  public enum Edge implements Bound {
    UNBOUNDED_PRECEDING,
    CURRENT_ROW,
    UNBOUNDED_FOLLOWING;

    @Override
    public String sql() {
      return name().replace('_', ' ');
    }
  }

  /** So many rows after the current one; before it if negative. */
  public record Rows(int offset, String sql) implements Bound {}

  /**
   * Up to a value of the key.
   *
   * @param key the key that orders the partition, of the type of {@code limit}
   * @param limit the key of the current row plus or minus a constant
   */
  public record Value(Expression key, Expression limit, String sql) implements Bound {}

  /** All rows up to this one: of an ordered partition, if nothing else is said. */
  public static final WindowFrame UP_TO_PEERS =
      new WindowFrame(false, Edge.UNBOUNDED_PRECEDING, Edge.CURRENT_ROW);

  /** The whole partition: of one without order, if nothing else is said. */
  public static final WindowFrame WHOLE =
      new WindowFrame(true, Edge.UNBOUNDED_PRECEDING, Edge.UNBOUNDED_FOLLOWING);

  /** What ranking functions have. */
  public static final WindowFrame UP_TO_ROW =
      new WindowFrame(true, Edge.UNBOUNDED_PRECEDING, Edge.CURRENT_ROW);

  public String sql() {
    return (rows ? "ROWS" : "RANGE") + " BETWEEN " + lower.sql() + " AND " + upper.sql();
  }
}

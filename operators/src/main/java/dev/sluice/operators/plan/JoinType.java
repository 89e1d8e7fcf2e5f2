package dev.sluice.operators.plan;

/** Which rows a join gives besides, or instead of, the pairs that its condition is true for. */
public enum JoinType {
  INNER,
  /** All pairs. */
  CROSS,
  LEFT_OUTER,
  RIGHT_OUTER,
  FULL_OUTER,
  /** The left rows that have a match, once each. */
  LEFT_SEMI,
  /** The left rows that have none. */
  LEFT_ANTI,
  /** Every left row once, beside a BOOLEAN that says whether it has a match: EXISTS as a value. */
  EXISTENCE,
  /**
   * As {@link #LEFT_OUTER}, but a left row with several matches fails the query: a query in an
   * expression, which may give one row only.
   */
  LEFT_SINGLE;

  /** True if the columns of the right input are part of the result. */
  public boolean givesRight() {
    return this != LEFT_SEMI && this != LEFT_ANTI && this != EXISTENCE;
  }

  /** True if a left row without a match comes out all the same. */
  public boolean keepsLeft() {
    return this == LEFT_OUTER || this == FULL_OUTER || this == LEFT_SINGLE;
  }

  /** True if a right row without a match comes out all the same. */
  public boolean keepsRight() {
    return this == RIGHT_OUTER || this == FULL_OUTER;
  }

  public boolean leftMayMiss() {
    return keepsRight();
  }

  public boolean rightMayMiss() {
    return keepsLeft();
  }
}

package dev.sluice.operators.step;

/** {@code orderBy}: another word for {@link SortStep}, as in Spark. */
public final class OrderByStep extends SortStep {
  @Override
  public String name() {
    return "orderBy";
  }

  @Override
  public String summary() {
    return "puts the rows of a complete result in order: another word for sort";
  }
}

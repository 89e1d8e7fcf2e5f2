package dev.sluice.operators.expression;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What expressions such as {@code rand} remember from one batch of rows to the next: how far they
 * are among the rows of the same partition. One for each worker, used by its thread only.
 */
public final class Draws {
  private final Rows rows;
  private final Map<Expression, Map<Integer, Object>> kept = new IdentityHashMap<>();
  private long salt;

  /** Tells where the rows under way come from. */
  @FunctionalInterface
  public interface Rows {
    /**
     * What Spark calls the partition: the place of the split among those of its source, and of the
     * worker for rows that were exchanged. Different for rows of different splits.
     */
    int partition();
  }

  public Draws(Rows rows) {
    this.rows = rows;
  }

  /**
   * Forgets everything: the rows that follow are those of another epoch.
   *
   * @param newSalt a number of the query, that no other one has, and the same after a restart
   */
  public void begin(long newSalt) {
    salt = newSalt;
    kept.clear();
  }

  /** Forgets what belongs to rows that are through: those of another split follow. */
  public void next() {
    kept.clear();
  }

  public long salt() {
    return salt;
  }

  public int partition() {
    return rows.partition();
  }

  /** What the expression has kept for the rows of this partition; made when it is first asked. */
  public Object of(Expression expression, Supplier<Object> made) {
    return kept.computeIfAbsent(expression, e -> new HashMap<>())
        .computeIfAbsent(rows.partition(), p -> made.get());
  }
}

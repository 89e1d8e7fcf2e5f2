package dev.sluice.runner.loop;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.EventTimeCarrier;
import dev.sluice.operators.function.Generator;
import java.util.List;
import java.util.Optional;

/**
 * The session of each row alone: as long as joins it to the next batch in the first, too short for
 * that in later ones.
 */
record SessionsOfRows(Expression time) implements Generator, EventTimeCarrier {
  static final StructType TYPE =
      StructType.of(
          new Field("start", AtomicType.TIMESTAMP), new Field("end", AtomicType.TIMESTAMP));
  private static final long SECOND = 1_000_000L;

  @Override
  public Optional<Expression> eventTime() {
    return Optional.of(time);
  }

  @Override
  public List<Field> output() {
    return List.of(new Field("s", TYPE, false));
  }

  @Override
  public List<Expression> arguments() {
    return List.of(time);
  }

  @Override
  public boolean outer() {
    return false;
  }

  @Override
  public Generated generate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    LongColumn times = (LongColumn) time.evaluate(input, context).flatten();
    int[] parents = new int[rows];
    long[] starts = new long[rows];
    long[] ends = new long[rows];
    for (int row = 0; row < rows; row++) {
      parents[row] = row;
      starts[row] = times.get(row);
      ends[row] = starts[row] + (starts[row] < 100 * SECOND ? 99 : 60) * SECOND;
    }
    LongColumn start = new LongColumn(AtomicType.TIMESTAMP, starts, Validity.ALL, rows);
    LongColumn end = new LongColumn(AtomicType.TIMESTAMP, ends, Validity.ALL, rows);
    return new Generated(
        parents, List.of(new StructColumn(TYPE, List.of(start, end), Validity.ALL, rows)), rows);
  }

  @Override
  public String sql() {
    return "sessions(" + time.sql() + ")";
  }
}

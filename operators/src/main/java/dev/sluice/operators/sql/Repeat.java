package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Generator;
import java.util.Arrays;
import java.util.List;

/** Gives a row as often as a BIGINT says, numbered from 0; not at all below 1. */
record Repeat(Expression times) implements Generator {
  @Override
  public List<Field> output() {
    return List.of(new Field("number", AtomicType.BIGINT, false));
  }

  @Override
  public List<Expression> arguments() {
    return List.of(times);
  }

  @Override
  public boolean outer() {
    return false;
  }

  @Override
  public Generated generate(Batch input, EvaluationContext context) {
    LongColumn counts = (LongColumn) times.evaluate(input, context).flatten();
    int[] parents = new int[input.rows()];
    long[] numbers = new long[input.rows()];
    int count = 0;
    for (int row = 0; row < input.rows(); row++) {
      long wanted = counts.isNull(row) ? 0 : counts.values()[row];
      for (long i = 0; i < wanted; i++) {
        if (count == parents.length) {
          parents = Arrays.copyOf(parents, Math.max(16, Math.multiplyExact(count, 2)));
          numbers = Arrays.copyOf(numbers, parents.length);
        }
        parents[count] = row;
        numbers[count++] = i;
      }
    }
    Column number =
        new LongColumn(AtomicType.BIGINT, Arrays.copyOf(numbers, count), Validity.ALL, count);
    return new Generated(parents, List.of(number), count);
  }

  @Override
  public String sql() {
    return "repeat_row(" + times.sql() + ")";
  }
}

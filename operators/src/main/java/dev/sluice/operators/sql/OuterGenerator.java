package dev.sluice.operators.sql;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Generator;
import java.util.ArrayList;
import java.util.List;

/** LATERAL VIEW OUTER: a row that generates nothing comes out once, with nulls. */
record OuterGenerator(Generator inner) implements Generator {
  @Override
  public List<Field> output() {
    return inner.output().stream().map(f -> new Field(f.name(), f.type(), true)).toList();
  }

  @Override
  public List<Expression> arguments() {
    return inner.arguments();
  }

  @Override
  public boolean outer() {
    return true;
  }

  @Override
  public Generated generate(Batch input, EvaluationContext context) {
    Generated made = inner.generate(input, context);
    int[] parents = new int[made.count() + input.rows()];
    int[] rows = new int[parents.length];
    int count = 0;
    int at = 0;
    for (int row = 0; row < input.rows(); row++) {
      if (at == made.count() || made.parents()[at] != row) {
        parents[count] = row;
        rows[count++] = -1;
      }
      for (; at < made.count() && made.parents()[at] == row; at++) {
        parents[count] = row;
        rows[count++] = at;
      }
    }
    List<Column> columns = new ArrayList<>();
    for (Column column : made.columns()) {
      ColumnBuilder builder = ColumnBuilder.of(column.type(), count);
      for (int i = 0; i < count; i++) {
        if (rows[i] < 0) {
          builder.appendNull();
        } else {
          builder.appendFrom(column, rows[i]);
        }
      }
      columns.add(builder.build());
    }
    return new Generated(parents, columns, count);
  }

  @Override
  public String sql() {
    return inner.sql();
  }
}

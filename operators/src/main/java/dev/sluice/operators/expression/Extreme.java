package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueOrder;
import java.util.List;
import java.util.stream.Collectors;

/** {@code greatest} and {@code least}: nulls are skipped. */
public record Extreme(boolean greatest, List<Expression> operands) implements Expression {
  @Override
  public DataType type() {
    return operands.get(0).type();
  }

  @Override
  public boolean nullable() {
    return operands.stream().allMatch(Expression::nullable);
  }

  @Override
  public List<Expression> children() {
    return operands;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    FlatColumn[] columns = new FlatColumn[operands.size()];
    int[] masks = new int[columns.length];
    for (int k = 0; k < columns.length; k++) {
      Column column = operands.get(k).evaluate(input, context);
      columns[k] = Flats.base(column);
      masks[k] = Flats.mask(column);
    }
    ValueOrder order = ValueOrder.of(type());
    ColumnBuilder out = ColumnBuilder.of(type(), rows);
    for (int i = 0; i < rows; i++) {
      int best = -1;
      for (int k = 0; k < columns.length; k++) {
        if (columns[k].isNull(i & masks[k])) {
          continue;
        }
        if (best >= 0) {
          int compared = order.valid(columns[k], i & masks[k], columns[best], i & masks[best]);
          if (greatest ? compared <= 0 : compared >= 0) {
            continue;
          }
        }
        best = k;
      }
      if (best < 0) {
        out.appendNull();
      } else {
        out.appendFrom(columns[best], i & masks[best]);
      }
    }
    return out.build();
  }

  @Override
  public String sql() {
    return operands.stream()
        .map(Expression::sql)
        .collect(Collectors.joining(", ", greatest ? "greatest(" : "least(", ")"));
  }
}

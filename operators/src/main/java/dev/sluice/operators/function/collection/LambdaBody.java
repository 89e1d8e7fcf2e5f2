package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.NullColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.FunctionCall;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A lambda: evaluated over a batch of one row an element, which holds the columns of the input that
 * the body reads and the parameters. Where a plain expression stands instead of a lambda, it is a
 * body that reads no parameter.
 */
final class LambdaBody {
  private static final NullColumn UNREAD = new NullColumn(1);

  private final Expression body;
  private final List<Field> parameters;
  private final BitSet read = new BitSet();

  private LambdaBody(Expression body, List<DataType> types, List<Boolean> nullable) {
    this.body = body;
    this.parameters = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      parameters.add(new Field("p" + i, types.get(i), nullable.get(i)));
    }
    collect(body, read);
  }

  private static void collect(Expression expression, BitSet into) {
    if (expression instanceof ColumnReference column) {
      into.set(column.index());
    }
    expression.children().forEach(child -> collect(child, into));
  }

  static LambdaBody of(
      FunctionCall call, int argument, List<DataType> types, List<Boolean> nullable) {
    Expression body =
        call.isLambda(argument) ? call.lambda(argument, types, nullable) : call.argument(argument);
    return new LambdaBody(body, types, nullable);
  }

  /** The same lambda with its result cast. */
  LambdaBody returning(FunctionCall call, int argument, DataType type) {
    Expression cast = Args.cast(call, body, type, argument);
    return new LambdaBody(
        cast,
        parameters.stream().map(Field::type).toList(),
        parameters.stream().map(Field::nullable).toList());
  }

  Expression body() {
    return body;
  }

  DataType type() {
    return body.type();
  }

  boolean nullable() {
    return body.nullable();
  }

  String sql() {
    StringBuilder text = new StringBuilder("lambdafunction(").append(body.sql());
    parameters.forEach(parameter -> text.append(", namedlambdavariable()"));
    return text.append(")").toString();
  }

  /**
   * @param parents for each element the row of the input it is of
   * @param arguments one column a parameter, {@code count} rows each
   */
  Column evaluate(
      Batch input, int[] parents, int count, List<Column> arguments, EvaluationContext context) {
    List<Field> fields = new ArrayList<>(input.schema().fields());
    List<Column> columns = new ArrayList<>(fields.size() + arguments.size());
    for (int c = 0; c < input.columns().size(); c++) {
      if (read.get(c)) {
        columns.add(input.column(c).select(parents, count));
      } else {
        fields.set(c, new Field(fields.get(c).name(), AtomicType.NULL));
        columns.add(new ConstantColumn(UNREAD, count));
      }
    }
    fields.addAll(parameters);
    columns.addAll(arguments);
    try {
      return body.evaluate(new Batch(new Schema(fields), columns, count), context);
    } catch (EvaluationException e) {
      throw e.row() >= 0 && e.row() < count ? e.atRow(parents[e.row()]) : e;
    }
  }
}

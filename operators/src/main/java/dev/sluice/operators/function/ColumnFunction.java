package dev.sluice.operators.function;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.List;

/**
 * The easy way to write a function of a plug-in: fixed types, and one method that computes a whole
 * column. This class, {@link ScalarFunction}, {@link AggregateFunction} and the columns and types
 * that they name are stable: a plug-in that was built against one version runs on later ones.
 *
 * <p>To make one: extend this class, name the class in the jar's {@code
 * META-INF/services/dev.sluice.operators.function.ScalarFunction}, and put the jar into the folder
 * {@code plugins} beside the pipeline file. A public constructor without parameters makes the one
 * instance, which is used by several threads at once: it must not change.
 *
 * <p>A function that takes several lists of types implements {@link ScalarFunction} itself.
 */
public abstract class ColumnFunction implements ScalarFunction {
  private final String name;
  private final List<DataType> parameters;
  private final DataType result;
  private final FunctionDoc doc;

  /**
   * @param name as queries call it, case ignored; no function of Sluice may have it
   * @param parameters arguments are cast to these types, or refused
   * @param doc what {@code runner functions} shows; its examples are not run
   */
  protected ColumnFunction(
      String name, List<DataType> parameters, DataType result, FunctionDoc doc) {
    this.name = name;
    this.parameters = List.copyOf(parameters);
    this.result = result;
    this.doc = doc;
  }

  /**
   * Computes the values of a batch of rows. Called by several threads at once, for each batch, and
   * once while the query is planned if all arguments are constant.
   *
   * @param arguments one column for each parameter, of its type: BIGINT is a LongColumn, INT and
   *     DATE an IntColumn, DOUBLE a DoubleColumn, STRING a BytesColumn, and so on. Rows may be
   *     null; {@code Nulls.of(arguments, rows)} is the validity of a result that is null where any
   *     of them is
   * @param rows how many rows the columns have, and the result must have
   * @return a column of the result type. To stop the query because of the value of a row, throw
   *     {@link dev.sluice.operators.expression.EvaluationException}; any other exception stops it
   *     too, naming the plug-in
   */
  protected abstract Column apply(List<FlatColumn> arguments, int rows);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final FunctionDoc doc() {
    return doc;
  }

  @Override
  public final Expression bind(FunctionCall call) {
    call.requireCount(parameters.size(), parameters.size());
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      arguments.add(call.coerce(i, parameters.get(i)));
    }
    return new ScalarCall(
        name,
        arguments,
        result,
        true,
        true,
        (columns, rows, context) -> apply(Nulls.flatten(columns), rows));
  }
}

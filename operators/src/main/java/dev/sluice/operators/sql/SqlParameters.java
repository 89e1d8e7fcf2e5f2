package dev.sluice.operators.sql;

import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Values that SQL names {@code :name}, as Spark's named parameter markers: whatever they hold, they
 * are values and no SQL. A marker is a call of a function without arguments, whose name nothing
 * else can have.
 */
public final class SqlParameters {
  private static final String SIGN = Syntax.Call.MARKER;

  private SqlParameters() {}

  /** What to add to a {@link FunctionRegistry}, so that these names stand for these values. */
  public static List<Function> functions(Map<String, Literal> values) {
    List<Function> functions = new ArrayList<>();
    values.forEach(
        (name, value) ->
            functions.add(
                NamedFunction.of(
                    SIGN + name,
                    FunctionDoc.of("parameters", SIGN + name, "A parameter of the pipeline."),
                    call -> value)));
    return functions;
  }

  /** False for what stands for a parameter only. */
  static boolean isFunction(String name) {
    return !name.startsWith(SIGN);
  }

  /** The mistake that a marker has no value. */
  static void refuse(Syntax.Call call, Binder binder) {
    if (!call.name().startsWith(SIGN)) {
      return;
    }
    List<String> known =
        binder.functions().names().stream()
            .filter(name -> name.startsWith(SIGN))
            .map(name -> name.substring(1))
            .toList();
    String name = call.name().substring(1);
    throw binder.error(
        "UNBOUND_SQL_PARAMETER",
        call,
        "there is no parameter '" + name + "'",
        known.isEmpty()
            ? "a pipeline file declares it under 'parameters'"
            : Names.suggestion(name, known));
  }
}

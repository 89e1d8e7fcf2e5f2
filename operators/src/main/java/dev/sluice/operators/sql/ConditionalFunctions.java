package dev.sluice.operators.sql;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.CaseWhen;
import dev.sluice.operators.expression.Coalesce;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Extreme;
import dev.sluice.operators.expression.Like;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.aggregate.Orderable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Functions that choose among their arguments. */
public final class ConditionalFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "if",
        "when",
        "coalesce",
        "nvl",
        "ifnull",
        "nvl2",
        "between",
        "nullif",
        "nullifzero",
        "zeroifnull",
        "greatest",
        "least",
        "isnull",
        "isnotnull",
        "equal_null",
        "isnan",
        "like",
        "ilike");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "if" ->
          declare(
              name,
              "if(condition, a, b)",
              "a where the condition is true, else b.",
              "if(1 < 2, 'a', 'b')",
              "a",
              ConditionalFunctions::bindIf);
      case "when" ->
          declare(
              name,
              "when(condition, value, ...)",
              "CASE WHEN as a function.",
              "when(1 > 0, 'a', 'b')",
              "a",
              ConditionalFunctions::bindWhen);
      case "between" ->
          declare(
              name,
              "between(a, low, high)",
              "Whether a is neither below low nor above high.",
              "between(2, 1, 3)",
              "true",
              ConditionalFunctions::bindBetween);
      case "nvl2" ->
          declare(
              name,
              "nvl2(a, b, c)",
              "b where a is not null, else c.",
              "nvl2(NULL, 2, 1)",
              "1",
              ConditionalFunctions::bindNvl2);
      case "nullif" ->
          declare(
              name,
              "nullif(a, b)",
              "Null where a equals b, else a.",
              "nullif(2, 2)",
              "NULL",
              ConditionalFunctions::bindNullif);
      case "nullifzero" ->
          declare(
              name,
              "nullifzero(a)",
              "Null where a is zero, else a.",
              "nullifzero(0)",
              "NULL",
              ConditionalFunctions::bindNullifzero);
      case "zeroifnull" ->
          declare(
              name,
              "zeroifnull(a)",
              "Zero where a is null, else a.",
              "zeroifnull(NULL)",
              "0",
              ConditionalFunctions::bindZeroifnull);
      case "greatest" ->
          declare(
              name,
              "greatest(a, b, ...)",
              "The greatest value; nulls are skipped.",
              "greatest(10, 9, 2)",
              "10",
              call -> bindExtreme(call, true));
      case "least" ->
          declare(
              name,
              "least(a, b, ...)",
              "The least value; nulls are skipped.",
              "least(10, 9, 2)",
              "2",
              call -> bindExtreme(call, false));
      case "isnull" ->
          declare(
              name,
              "isnull(a)",
              "Whether a is null.",
              "isnull(1)",
              "false",
              call -> bindNullTest(call, false));
      case "isnotnull" ->
          declare(
              name,
              "isnotnull(a)",
              "Whether a is not null.",
              "isnotnull(1)",
              "true",
              call -> bindNullTest(call, true));
      case "equal_null" ->
          declare(
              name,
              "equal_null(a, b)",
              "Whether a equals b, nulls being equal.",
              "equal_null(3, 3)",
              "true",
              ConditionalFunctions::bindEqualNull);
      case "isnan" ->
          declare(
              name,
              "isnan(a)",
              "Whether a is not a number.",
              "isnan(double('NaN'))",
              "true",
              ConditionalFunctions::bindIsNan);
      case "like" ->
          declare(
              name,
              "like(str, pattern)",
              "Whether the pattern with % and _ matches.",
              "like('Spark', '_park')",
              "true",
              call -> bindLike(call, Like.Kind.LIKE));
      case "ilike" ->
          declare(
              name,
              "ilike(str, pattern)",
              "As like, whatever the case of letters.",
              "ilike('Spark', '_Park')",
              "true",
              call -> bindLike(call, Like.Kind.ILIKE));
      case "coalesce" ->
          declare(
              name,
              "coalesce(a, b, ...)",
              "The first value that is not null.",
              "coalesce(NULL, 1, NULL)",
              "1",
              call -> bindCoalesce(call, 1, Integer.MAX_VALUE));
      case "nvl", "ifnull" ->
          declare(
              name,
              name + "(a, b)",
              "b where a is null, else a.",
              name + "(NULL, 'b')",
              "b",
              call -> bindCoalesce(call, 2, 2));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      String sql,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name,
        FunctionDoc.of("conditional_funcs", usage, description, example(sql, result)),
        binder);
  }

  private static String shown(FunctionCall call) {
    return call.arguments().stream()
        .map(Expression::sql)
        .collect(
            Collectors.joining(", ", call.name().toLowerCase(java.util.Locale.ROOT) + "(", ")"));
  }

  private static Expression bindIf(FunctionCall call) {
    call.requireCount(3, 3);
    Expression condition = call.exactly(0, AtomicType.BOOLEAN);
    List<Expression> values = call.coerceToCommonType(List.of(call.argument(1), call.argument(2)));
    String sql = "(" + shown(call).replaceFirst("^if", "IF") + ")";
    return new CaseWhen(List.of(condition), List.of(values.get(0)), values.get(1), sql);
  }

  private static Expression bindWhen(FunctionCall call) {
    call.requireCount(2, Integer.MAX_VALUE);
    List<Expression> conditions = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    int i = 0;
    for (; i + 1 < call.count(); i += 2) {
      if (call.argument(i).type() == AtomicType.NULL) {
        throw call.error(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            i,
            "a condition of 'when' must be BOOLEAN, but NULL has no type",
            "cast it");
      }
      conditions.add(call.exactly(i, AtomicType.BOOLEAN));
      values.add(call.argument(i + 1));
    }
    values.add(i < call.count() ? call.argument(i) : new Literal(AtomicType.NULL, null, "NULL"));
    List<Expression> results = call.coerceToCommonType(values);
    int last = results.size() - 1;
    return new CaseWhen(conditions, results.subList(0, last), results.get(last), shown(call));
  }

  private static Expression bindCoalesce(FunctionCall call, int least, int most) {
    call.requireCount(least, most);
    return new Coalesce(call.coerceToCommonType(call.arguments()), shown(call));
  }

  private static Expression bindNvl2(FunctionCall call) {
    call.requireCount(3, 3);
    Expression known = new NullTest(call.argument(0), NullTest.Kind.NULL, true, "");
    List<Expression> values = call.coerceToCommonType(List.of(call.argument(1), call.argument(2)));
    return new CaseWhen(List.of(known), List.of(values.get(0)), values.get(1), shown(call));
  }

  private static Expression nullWhere(Expression condition, Expression value, String sql) {
    return new CaseWhen(List.of(condition), List.of(nullOf(value.type())), value, sql);
  }

  private static Expression nullOf(DataType type) {
    return new Literal(type, null, "NULL");
  }

  private static Expression bindNullif(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> both = call.coerceToCommonType(call.arguments());
    requireComparable(call, both.get(0).type());
    Expression equal = new Comparison(Comparison.Operator.EQUAL, both.get(0), both.get(1));
    return nullWhere(equal, call.argument(0), shown(call));
  }

  private static void requireComparable(FunctionCall call, DataType type) {
    if (!OperatorBinder.isComparable(type, false)) {
      throw call.error(
          "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
          -1,
          "values of the type " + type.sql() + " cannot be compared",
          null);
    }
  }

  private static Expression bindNullifzero(FunctionCall call) {
    call.requireCount(1, 1);
    List<Expression> both =
        call.coerceToCommonType(List.of(call.argument(0), new Literal(AtomicType.INT, 0, "0")));
    Expression equal = new Comparison(Comparison.Operator.EQUAL, both.get(0), both.get(1));
    return nullWhere(equal, call.argument(0), shown(call));
  }

  private static Expression bindZeroifnull(FunctionCall call) {
    call.requireCount(1, 1);
    List<Expression> both =
        call.coerceToCommonType(List.of(call.argument(0), new Literal(AtomicType.INT, 0, "0")));
    return new Coalesce(both, shown(call));
  }

  private static Expression bindExtreme(FunctionCall call, boolean greatest) {
    call.requireCount(2, Integer.MAX_VALUE);
    for (int i = 1; i < call.count(); i++) {
      DataType first = call.argument(0).type();
      DataType other = call.argument(i).type();
      if (TypeCoercionRules.ofString(first, other).isPresent()) {
        throw call.error(
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
            i,
            "the arguments of '"
                + call.name()
                + "' do not go together: "
                + first.sql()
                + " and "
                + other.sql(),
            "cast one of them");
      }
    }
    List<Expression> operands = call.coerceToCommonType(call.arguments());
    DataType type = operands.get(0).type();
    if (!Orderable.test(type)) {
      throw call.error(
          "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
          -1,
          "values of the type " + type.sql() + " have no order",
          null);
    }
    return new Extreme(greatest, operands);
  }

  private static Expression bindNullTest(FunctionCall call, boolean not) {
    call.requireCount(1, 1);
    String sql = "(" + call.argument(0).sql() + (not ? " IS NOT NULL)" : " IS NULL)");
    return new NullTest(call.argument(0), NullTest.Kind.NULL, not, sql);
  }

  /** NaN equals itself, and NULL is none. */
  private static Expression bindIsNan(FunctionCall call) {
    call.requireCount(1, 1);
    Expression number = call.coerce(0, AtomicType.DOUBLE, AtomicType.FLOAT);
    DataType type = number.type();
    Object nan = type == AtomicType.FLOAT ? (Object) Float.NaN : (Object) Double.NaN;
    Expression literal = new Literal(type, nan, "NaN");
    Expression equal = new Comparison(Comparison.Operator.NULL_SAFE_EQUAL, number, literal);
    return new Renamed(equal, shown(call));
  }

  private static Expression bindLike(FunctionCall call, Like.Kind kind) {
    call.requireCount(2, 3);
    char escape = '\\';
    if (call.count() == 3) {
      if (!(call.constant(2) instanceof String text) || text.length() != 1) {
        throw call.error("INVALID_ESCAPE_CHAR", 2, "the escape is a string of one character", null);
      }
      escape = text.charAt(0);
    }
    Expression text = call.coerce(0, AtomicType.STRING);
    return new Like(kind, text, call.coerce(1, AtomicType.STRING), escape);
  }

  private static Expression bindBetween(FunctionCall call) {
    call.requireCount(3, 3);
    OperatorBinder operators = ((BoundCall) call).operators();
    Expression value = call.argument(0);
    return new Logic(
        true,
        List.of(
            operators.compare(Comparison.Operator.GREATER_OR_EQUAL, value, call.argument(1)),
            operators.compare(Comparison.Operator.LESS_OR_EQUAL, value, call.argument(2))));
  }

  private static Expression bindEqualNull(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> both = call.coerceToCommonType(call.arguments());
    requireComparable(call, both.get(0).type());
    return new Comparison(Comparison.Operator.NULL_SAFE_EQUAL, both.get(0), both.get(1));
  }
}

package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A call of a function, as the function sees it while it is bound. */
final class BoundCall implements FunctionCall {
  private final Binder binder;
  private final Syntax.Call call;
  private final List<Syntax> arguments;
  // Null where the argument is a lambda, which is bound when the function says what its parameters
  // are.
  private final List<@Nullable Expression> bound;
  private boolean askedForOrder;
  private boolean askedForKeys;

  BoundCall(
      Binder binder, Syntax.Call call, List<Syntax> arguments, List<@Nullable Expression> bound) {
    this.binder = binder;
    this.call = call;
    this.arguments = arguments;
    this.bound = bound;
  }

  List<Syntax> places() {
    return arguments;
  }

  /** For functions that are expressions of their own. */
  Binder binder() {
    return binder;
  }

  /** For functions that are operators by another name. */
  OperatorBinder operators() {
    return new OperatorBinder(binder, call);
  }

  @Override
  public String name() {
    return call.name();
  }

  @Override
  public SourcePosition at() {
    return binder.text().at(call.offset());
  }

  @Override
  public SourcePosition at(int argument) {
    return argument >= 0 && argument < arguments.size()
        ? binder.text().at(arguments.get(argument).offset())
        : at();
  }

  @Override
  public Session session() {
    return binder.session();
  }

  @Override
  public int count() {
    return arguments.size();
  }

  @Override
  public Expression argument(int index) {
    Expression expression = bound.get(index);
    if (expression == null) {
      throw error(
          "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION",
          index,
          "'" + name() + "' takes no lambda function here",
          null);
    }
    return expression;
  }

  @Override
  public List<Expression> arguments() {
    List<Expression> all = new ArrayList<>(bound.size());
    for (int i = 0; i < bound.size(); i++) {
      all.add(argument(i));
    }
    return all;
  }

  @Override
  public void requireCount(int least, int most) {
    if (count() < least || count() > most) {
      String expected =
          least == most
              ? String.valueOf(least)
              : most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw error(
          "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
          -1,
          "'"
              + name()
              + "' takes "
              + expected
              + (expected.equals("1") || expected.endsWith(" 1") ? " argument" : " arguments")
              + ", not "
              + count(),
          null);
    }
  }

  @Override
  public Expression coerce(int argument, DataType... accepted) {
    Expression expression = argument(argument);
    DataType from = expression.type();
    for (DataType type : accepted) {
      if (from.equals(type) || type.equals(DecimalType.DEFAULT) && from instanceof DecimalType) {
        return expression;
      }
    }
    for (DataType type : accepted) {
      DataType target = type;
      if (type.equals(DecimalType.DEFAULT)) {
        target =
            Casts.isNumeric(from) ? TypeCoercionRules.decimalOf(from) : DecimalType.SYSTEM_DEFAULT;
      }
      if (TypeCoercionRules.implicit(from, target)
          || accepted.length == 1 && TypeCoercionRules.assignable(from, target)) {
        return binder.implicit(expression, target);
      }
    }
    throw unexpected(argument, expression, accepted);
  }

  @Override
  public Expression exactly(int argument, DataType... accepted) {
    Expression expression = argument(argument);
    DataType from =
        expression.type() instanceof CollatedType ? AtomicType.STRING : expression.type();
    if (from == AtomicType.NULL) {
      return binder.implicit(expression, accepted[0]);
    }
    if (!Arrays.asList(accepted).contains(from)) {
      throw unexpected(argument, expression, accepted);
    }
    return expression;
  }

  private AnalysisException unexpected(int argument, Expression expression, DataType... accepted) {
    String types = Arrays.stream(accepted).map(DataType::sql).collect(Collectors.joining(" or "));
    return error(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        argument,
        "argument "
            + (argument + 1)
            + " of '"
            + name()
            + "' must be "
            + types
            + ", but '"
            + expression.sql()
            + "' is "
            + expression.type().sql(),
        null);
  }

  @Override
  public Expression castImplicitly(Expression expression, DataType to, int argument) {
    if (!TypeCoercionRules.implicit(expression.type(), to)) {
      throw unexpected(argument, expression, to);
    }
    return binder.implicit(expression, to);
  }

  @Override
  public Optional<DataType> commonType(List<DataType> types) {
    return TypeCoercionRules.common(types);
  }

  @Override
  public List<Expression> coerceToCommonType(List<Expression> expressions) {
    return binder.coerceToCommonType(expressions, call.offset(), "'" + name() + "'");
  }

  @Override
  public @Nullable Object constant(int argument) {
    Expression expression = argument(argument);
    if (!expression.foldable()) {
      throw error(
          "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
          argument,
          "argument "
              + (argument + 1)
              + " of '"
              + name()
              + "' must be a constant, not '"
              + expression.sql()
              + "'",
          null);
    }
    return constantOf(expression, argument);
  }

  @Override
  public @Nullable Object constantOf(Expression constant, int argument) {
    try {
      return constant.evaluate(Binder.ONE_ROW, EvaluationContext.NONE).value(0);
    } catch (EvaluationException e) {
      throw error(e.code(), argument, String.valueOf(e.getMessage()), null);
    }
  }

  @Override
  public Expression specialTime(Expression text, DataType type) {
    return SpecialCasts.of(text, type, binder.session()).orElse(text);
  }

  @Override
  public boolean isLambda(int argument) {
    return arguments.get(argument) instanceof Syntax.Lambda;
  }

  @Override
  public Expression lambda(int argument, List<DataType> parameters, List<Boolean> nullable) {
    if (!(arguments.get(argument) instanceof Syntax.Lambda lambda)) {
      throw error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          argument,
          "argument "
              + (argument + 1)
              + " of '"
              + name()
              + "' must be a lambda function such as 'x -> x + 1'",
          null);
    }
    if (lambda.parameters().size() != parameters.size()) {
      throw error(
          "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
          argument,
          "the lambda function of '"
              + name()
              + "' takes "
              + parameters.size()
              + (parameters.size() == 1 ? " parameter, not " : " parameters, not ")
              + lambda.parameters().size(),
          null);
    }
    return binder.lambda(lambda, parameters, nullable);
  }

  @Override
  public int lambdaParameters(int argument) {
    return arguments.get(argument) instanceof Syntax.Lambda lambda ? lambda.parameters().size() : 0;
  }

  @Override
  public DataType parseType(String ddl, int argument) {
    try {
      return TypeParser.parseType(ddl);
    } catch (SqlSyntaxException notOneType) {
      try {
        Schema schema = TypeParser.parseSchema(ddl);
        return new StructType(schema.fields());
      } catch (SqlSyntaxException e) {
        throw error(
            "INVALID_SCHEMA.PARSE_ERROR",
            argument,
            "'" + ddl + "' is no schema: " + e.getMessage(),
            null);
      }
    }
  }

  @Override
  public AnalysisException error(
      String errorClass, int argument, String fact, @Nullable String remedy) {
    return new AnalysisException(errorClass, argument < 0 ? at() : at(argument), fact, remedy);
  }

  @Override
  public @Nullable Expression withinGroup() {
    askedForOrder = true;
    List<Syntax.OrderItem> orders = call.extras().withinGroup();
    return orders.isEmpty() ? null : binder.bind(orders.get(0).expression());
  }

  @Override
  public boolean withinGroupDescending() {
    List<Syntax.OrderItem> orders = call.extras().withinGroup();
    return !orders.isEmpty() && !orders.get(0).ascending();
  }

  @Override
  public boolean ignoreNulls() {
    return call.extras().ignoreNulls().orElse(false);
  }

  @Override
  public List<OrderKey> withinGroupKeys() {
    askedForOrder = true;
    askedForKeys = true;
    List<OrderKey> keys = new ArrayList<>();
    for (Syntax.OrderItem item : call.extras().withinGroup()) {
      Expression key = binder.bind(item.expression());
      OperatorBinder.requireComparable(binder, key, item.expression(), true);
      keys.add(new OrderKey(key, item.ascending(), item.nullsFirst()));
    }
    return keys;
  }

  @Override
  public boolean distinct() {
    return call.extras().distinct();
  }

  /** Whether the function takes any keys of {@code WITHIN GROUP}. */
  boolean askedForKeys() {
    return askedForKeys;
  }

  /** Whether the function looked at {@code WITHIN GROUP}. */
  boolean askedForOrder() {
    return askedForOrder;
  }
}

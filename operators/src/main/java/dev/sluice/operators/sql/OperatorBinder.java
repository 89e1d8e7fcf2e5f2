package dev.sluice.operators.sql;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Arithmetic;
import dev.sluice.operators.expression.BitOperation;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Negate;
import dev.sluice.operators.expression.Not;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.sql.syntax.Syntax;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Types the operators: common types, decimal digits, strings read as numbers; times are left to
 * {@link TimeOperators}.
 */
final class OperatorBinder {
  private final Binder binder;
  private final Syntax at;

  OperatorBinder(Binder binder, Syntax at) {
    this.binder = binder;
    this.at = at;
  }

  Expression bind(String operator, Expression left, Expression right) {
    Arithmetic.OnError onError =
        binder.session().ansi() ? Arithmetic.OnError.FAIL : Arithmetic.OnError.WRAP;
    return switch (operator) {
      case "+" -> arithmetic(Arithmetic.Operator.ADD, left, right, onError);
      case "-" -> arithmetic(Arithmetic.Operator.SUBTRACT, left, right, onError);
      case "*" -> arithmetic(Arithmetic.Operator.MULTIPLY, left, right, onError);
      case "/" -> arithmetic(Arithmetic.Operator.DIVIDE, left, right, onError);
      case "div" -> arithmetic(Arithmetic.Operator.DIV, left, right, onError);
      case "%" -> arithmetic(Arithmetic.Operator.REMAINDER, left, right, onError);
      case "=" -> compare(Comparison.Operator.EQUAL, left, right);
      case "<>" -> new Not(compare(Comparison.Operator.EQUAL, left, right));
      case "<=>" -> compare(Comparison.Operator.NULL_SAFE_EQUAL, left, right);
      case "<" -> compare(Comparison.Operator.LESS, left, right);
      case "<=" -> compare(Comparison.Operator.LESS_OR_EQUAL, left, right);
      case ">" -> compare(Comparison.Operator.GREATER, left, right);
      case ">=" -> compare(Comparison.Operator.GREATER_OR_EQUAL, left, right);
      case "&", "|", "^" -> bits(operator, left, right);
      case "<<" -> shift("shiftleft", operator, left, right);
      case ">>" -> shift("shiftright", operator, left, right);
      case ">>>" -> shift("shiftrightunsigned", operator, left, right);
      case "||" -> call("concat", left, right);
      default -> throw new IllegalStateException(operator);
    };
  }

  private Expression shift(String name, String operator, Expression left, Expression right) {
    return new Renamed(
        call(name, left, right), "(" + left.sql() + " " + operator + " " + right.sql() + ")");
  }

  private Expression call(String name, Expression left, Expression right) {
    return new CallBinder(binder).onBound(name, List.of(left, right), at);
  }

  AnalysisException differentTypes(String operator, Expression left, Expression right) {
    return binder.error(
        "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
        at,
        "the sides of '"
            + operator
            + "' do not go together: '"
            + left.sql()
            + "' is "
            + left.type().sql()
            + ", '"
            + right.sql()
            + "' is "
            + right.type().sql(),
        "cast one of them");
  }

  AnalysisException wrongType(String operator, String wanted, DataType type) {
    return binder.error(
        "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE",
        at,
        "'" + operator + "' takes " + wanted + ", not " + type.sql(),
        null);
  }

  Expression compare(Comparison.Operator operator, Expression first, Expression second) {
    List<Expression> sides = CollationRules.unify(List.of(first, second), binder, at.offset());
    Expression left = sides.get(0);
    Expression right = sides.get(1);
    Optional<DataType> common = TypeCoercionRules.compared(left.type(), right.type());
    if (common.isEmpty()) {
      throw differentTypes(operator.symbol(), left, right);
    }
    Expression a = binder.implicit(left, common.get());
    requireComparable(
        binder,
        a,
        at,
        operator != Comparison.Operator.EQUAL && operator != Comparison.Operator.NULL_SAFE_EQUAL);
    return new Comparison(operator, a, binder.implicit(right, common.get()));
  }

  static void requireComparable(Binder binder, Expression expression, Syntax at, boolean ordered) {
    if (!isComparable(expression.type(), ordered)) {
      throw binder.error(
          "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
          at,
          "values of the type " + expression.type().sql() + " cannot be compared",
          null);
    }
  }

  static boolean isComparable(DataType type, boolean ordered) {
    if (type instanceof MapType
        || type == AtomicType.VARIANT
        || type == AtomicType.CALENDAR_INTERVAL) {
      return false;
    }
    if (type instanceof ArrayType array) {
      return isComparable(array.element(), ordered);
    }
    if (type instanceof StructType struct) {
      return struct.fields().stream().allMatch(f -> isComparable(f.type(), ordered));
    }
    return true;
  }

  Expression arithmetic(
      Arithmetic.Operator operator, Expression left, Expression right, Arithmetic.OnError onError) {
    Optional<Expression> time =
        new TimeOperators(binder, this, at).bind(operator, left, right, onError);
    if (time.isPresent()) {
      return time.get();
    }
    Optional<DataType> ofString = TypeCoercionRules.ofString(left.type(), right.type());
    Expression a = left;
    Expression b = right;
    if (ofString.isPresent()) {
      a = CollatedType.isText(left.type()) ? binder.implicit(left, ofString.get()) : left;
      b = CollatedType.isText(right.type()) ? binder.implicit(right, ofString.get()) : right;
    }
    if (a.type() == AtomicType.NULL && b.type() == AtomicType.NULL) {
      a = binder.implicit(a, AtomicType.DOUBLE);
      b = binder.implicit(b, AtomicType.DOUBLE);
    } else if (a.type() == AtomicType.NULL) {
      a = binder.implicit(a, b.type());
    } else if (b.type() == AtomicType.NULL) {
      b = binder.implicit(b, a.type());
    }
    if (!Casts.isNumeric(a.type()) || !Casts.isNumeric(b.type())) {
      if (a.type().equals(b.type())) {
        throw wrongType(operator.symbol(), "numbers", a.type());
      }
      throw differentTypes(operator.symbol(), left, right);
    }
    String sql = infix(operator, left, right);
    if (a.type() instanceof DecimalType || b.type() instanceof DecimalType) {
      if (!isFloating(a.type()) && !isFloating(b.type())) {
        return decimal(operator, asDecimal(a), asDecimal(b), onError, sql);
      }
    }
    DataType type;
    if (operator == Arithmetic.Operator.DIVIDE) {
      type = AtomicType.DOUBLE;
    } else if (operator == Arithmetic.Operator.DIV) {
      if (isFloating(a.type()) || isFloating(b.type())) {
        throw wrongType("div", "whole numbers", isFloating(a.type()) ? a.type() : b.type());
      }
      type = AtomicType.BIGINT;
    } else {
      type = TypeCoercionRules.tightest(a.type(), b.type()).orElseThrow();
    }
    return new Arithmetic(
        operator, binder.implicit(a, type), binder.implicit(b, type), type, onError, sql);
  }

  private String infix(Arithmetic.Operator operator, Expression left, Expression right) {
    if (at instanceof Syntax.Call call) {
      return call.name().toLowerCase(java.util.Locale.ROOT)
          + "("
          + left.sql()
          + ", "
          + right.sql()
          + ")";
    }
    return "(" + left.sql() + " " + operator.symbol() + " " + right.sql() + ")";
  }

  private static boolean isFloating(DataType type) {
    return type == AtomicType.FLOAT || type == AtomicType.DOUBLE;
  }

  /** A literal counts with the digits that it has, not with those that its type could have. */
  private Expression asDecimal(Expression expression) {
    if (expression.type() instanceof DecimalType) {
      return expression;
    }
    DataType type = TypeCoercionRules.decimalOf(expression.type());
    if (expression instanceof Literal literal && literal.value() instanceof Number number) {
      type = new DecimalType(Math.max(1, BigDecimal.valueOf(number.longValue()).precision()), 0);
    }
    return binder.implicit(expression, type);
  }

  private Expression decimal(
      Arithmetic.Operator operator,
      Expression a,
      Expression b,
      Arithmetic.OnError onError,
      String sql) {
    DecimalType x = (DecimalType) a.type();
    DecimalType y = (DecimalType) b.type();
    return new Arithmetic(operator, a, b, decimalResult(operator, x, y), onError, sql);
  }

  /** The digits of a result, as SQL has them; more than 38 lose digits after the point. */
  static DataType decimalResult(Arithmetic.Operator operator, DecimalType x, DecimalType y) {
    int scale = Math.max(x.scale(), y.scale());
    int whole = Math.max(x.precision() - x.scale(), y.precision() - y.scale());
    return switch (operator) {
      case ADD, SUBTRACT -> TypeCoercionRules.adjusted(whole + scale + 1, scale);
      case MULTIPLY ->
          TypeCoercionRules.adjusted(x.precision() + y.precision() + 1, x.scale() + y.scale());
      case DIVIDE -> {
        int resultScale = Math.max(6, x.scale() + y.precision() + 1);
        yield TypeCoercionRules.adjusted(
            x.precision() - x.scale() + y.scale() + resultScale, resultScale);
      }
      case DIV -> AtomicType.BIGINT;
      case REMAINDER, PMOD ->
          TypeCoercionRules.adjusted(
              Math.min(x.precision() - x.scale(), y.precision() - y.scale()) + scale, scale);
    };
  }

  private Expression bits(String operator, Expression left, Expression right) {
    Optional<DataType> common = TypeCoercionRules.common(left.type(), right.type());
    if (common.isEmpty()) {
      throw differentTypes(operator, left, right);
    }
    DataType type = common.get() == AtomicType.NULL ? AtomicType.INT : common.get();
    if (!Casts.isIntegral(type)) {
      throw wrongType(operator, "whole numbers", type);
    }
    return new BitOperation(
        operator.charAt(0), binder.implicit(left, type), binder.implicit(right, type));
  }

  Expression unary(String operator, Expression operand) {
    DataType type = operand.type();
    switch (operator) {
      case "NOT" -> {
        if (type != AtomicType.BOOLEAN && type != AtomicType.NULL && type != AtomicType.STRING) {
          throw binder.error(
              "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
              at,
              "NOT takes a BOOLEAN, but '" + operand.sql() + "' is " + type.sql(),
              null);
        }
        return new Not(binder.implicit(operand, AtomicType.BOOLEAN));
      }
      case "~" -> {
        if (!Casts.isIntegral(type) && type != AtomicType.NULL) {
          throw unexpected("~", "a whole number", operand);
        }
        Expression number =
            type == AtomicType.NULL ? binder.implicit(operand, AtomicType.INT) : operand;
        return new BitOperation('~', number, number);
      }
      default -> {
        Expression number =
            type == AtomicType.STRING || type == AtomicType.NULL
                ? binder.implicit(operand, AtomicType.DOUBLE)
                : operand;
        if (!Casts.isNumeric(number.type())
            && !(number.type() instanceof DayTimeIntervalType)
            && !(number.type() instanceof YearMonthIntervalType)
            && number.type() != AtomicType.CALENDAR_INTERVAL) {
          throw unexpected(operator, "a number or an interval", operand);
        }
        String shown =
            at instanceof Syntax.Call call
                ? call.name().toLowerCase(java.util.Locale.ROOT) + "(" + operand.sql() + ")"
                : "(" + operator + " " + operand.sql() + ")";
        return operator.equals("-")
            ? new Negate(number, binder.session().ansi(), shown)
            : new dev.sluice.operators.expression.Renamed(number, shown);
      }
    }
  }

  private AnalysisException unexpected(String operator, String wanted, Expression operand) {
    return binder.error(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        at,
        "'"
            + operator
            + "' takes "
            + wanted
            + ", but '"
            + operand.sql()
            + "' is "
            + operand.type().sql(),
        null);
  }
}

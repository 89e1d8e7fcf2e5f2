package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.CaseWhen;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.Collated;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.InList;
import dev.sluice.operators.expression.Like;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.Not;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Binds what has a syntax of its own: AND and OR, CASE, CAST, IS, IN, BETWEEN, LIKE. */
final class PredicateBinder {
  private final Binder binder;

  PredicateBinder(Binder binder) {
    this.binder = binder;
  }

  Expression logical(Syntax.Logical logical) {
    List<Expression> operands = binder.bindAll(logical.operands());
    List<Expression> conditions = new ArrayList<>();
    // A string beside a BOOLEAN is read as one.
    boolean any = operands.stream().anyMatch(o -> o.type() == AtomicType.BOOLEAN);
    for (int i = 0; i < operands.size(); i++) {
      Expression operand = operands.get(i);
      if (operand.type() != AtomicType.BOOLEAN
          && operand.type() != AtomicType.NULL
          && !(any && operand.type() == AtomicType.STRING)) {
        throw binder.error(
            "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE",
            logical.operands().get(i),
            "both sides of "
                + (logical.and() ? "AND" : "OR")
                + " must be BOOLEAN, but '"
                + operand.sql()
                + "' is "
                + operand.type().sql(),
            null);
      }
      conditions.add(binder.implicit(operand, AtomicType.BOOLEAN));
    }
    return new Logic(logical.and(), conditions);
  }

  Expression cast(Syntax.Cast cast) {
    Expression operand = binder.bind(cast.operand());
    if (!Casts.allowed(operand.type(), cast.type())) {
      throw binder.error(
          "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
          cast,
          "cannot cast '"
              + operand.sql()
              + "' from "
              + operand.type().sql()
              + " to "
              + cast.type().sql(),
          null);
    }
    return SpecialCasts.known(
        Cast.explicit(operand, cast.type(), cast.tryCast(), binder.session()), binder.session());
  }

  Expression caseWhen(Syntax.Case syntax) {
    List<Syntax> parts = new ArrayList<>();
    for (Syntax.When when : syntax.branches()) {
      Syntax condition =
          syntax
              .operand()
              .<Syntax>map(
                  o -> new Syntax.Binary("=", o, when.condition(), when.condition().offset()))
              .orElse(when.condition());
      parts.add(condition);
      parts.add(when.result());
    }
    syntax.otherwise().ifPresent(parts::add);
    List<Expression> bound = binder.bindAll(parts);
    List<Expression> conditions = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    StringBuilder sql = new StringBuilder("CASE");
    for (int i = 0; i + 1 < bound.size(); i += 2) {
      if (bound.get(i).type() == AtomicType.NULL) {
        throw binder.error(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            parts.get(i),
            "the condition after WHEN must be BOOLEAN, but '" + bound.get(i).sql() + "' is VOID",
            null);
      }
      conditions.add(binder.condition(bound.get(i), parts.get(i), "the condition after WHEN"));
      values.add(bound.get(i + 1));
      sql.append(" WHEN ")
          .append(bound.get(i).sql())
          .append(" THEN ")
          .append(bound.get(i + 1).sql());
    }
    boolean hasElse = bound.size() % 2 == 1;
    if (hasElse) {
      values.add(bound.get(bound.size() - 1));
      sql.append(" ELSE ").append(bound.get(bound.size() - 1).sql());
    } else {
      values.add(new Literal(AtomicType.NULL, null, "NULL"));
    }
    List<Expression> results = binder.coerceToCommonType(values, syntax.offset(), "CASE");
    return new CaseWhen(
        conditions,
        results.subList(0, results.size() - 1),
        results.get(results.size() - 1),
        sql.append(" END").toString());
  }

  Expression is(Syntax.Is is) {
    Expression operand = binder.bind(is.operand());
    boolean unknown = is.test().equals("UNKNOWN");
    // Spark takes only a constant for what it is, anything else it does not look at.
    if (unknown && operand instanceof Literal) {
      binder.condition(operand, is.operand(), "what IS UNKNOWN tests");
    }
    String word = unknown && operand.type() == AtomicType.BOOLEAN ? "UNKNOWN" : "NULL";
    if (unknown || is.test().equals("NULL")) {
      String sql = "(" + operand.sql() + (is.not() ? " IS NOT " : " IS ") + word + ")";
      return new NullTest(operand, NullTest.Kind.NULL, is.not(), sql);
    }
    Expression condition =
        operand.type() == AtomicType.STRING
            ? binder.implicit(operand, AtomicType.BOOLEAN)
            : binder.condition(operand, is.operand(), "what IS " + is.test() + " tests");
    String same = "(" + operand.sql() + " <=> " + is.test().toLowerCase(Locale.ROOT) + ")";
    String sql = is.not() ? "(NOT " + same + ")" : same;
    NullTest.Kind kind =
        switch (is.test()) {
          case "TRUE" -> NullTest.Kind.TRUE;
          default -> NullTest.Kind.FALSE;
        };
    return new NullTest(condition, kind, is.not(), sql);
  }

  Expression in(Syntax.In in) {
    List<Syntax> parts = new ArrayList<>(List.of(in.operand()));
    parts.addAll(in.list());
    List<Expression> bound =
        binder.coerceToCommonType(sameNames(binder.bindAll(parts)), in.offset(), "IN");
    OperatorBinder.requireComparable(binder, bound.get(0), in, false);
    Expression result = new InList(bound.get(0), bound.subList(1, bound.size()));
    return in.not() ? new Not(result) : result;
  }

  /** Structs compare by the places of their fields: their names do not count. */
  private List<Expression> sameNames(List<Expression> bound) {
    DataType first = bound.get(0).type();
    for (Expression each : bound) {
      if (!(first instanceof StructType a)
          || !(each.type() instanceof StructType b)
          || !fieldTypes(a).equals(fieldTypes(b))) {
        return bound;
      }
    }
    return bound.stream()
        .map(e -> e.type().equals(first) ? e : Cast.explicit(e, first, false, binder.session()))
        .toList();
  }

  private static List<DataType> fieldTypes(StructType struct) {
    return struct.fields().stream().map(Field::type).toList();
  }

  Expression between(Syntax.Between between) {
    List<Expression> bound =
        binder.bindAll(List.of(between.operand(), between.low(), between.high()));
    OperatorBinder operators = new OperatorBinder(binder, between);
    Expression result =
        new Logic(
            true,
            List.of(
                operators.compare(Comparison.Operator.GREATER_OR_EQUAL, bound.get(0), bound.get(1)),
                operators.compare(Comparison.Operator.LESS_OR_EQUAL, bound.get(0), bound.get(2))));
    String shown =
        bound.stream().map(Expression::sql).collect(Collectors.joining(", ", "between(", ")"));
    Expression named = new Renamed(result, shown);
    return between.not() ? new Not(named) : named;
  }

  Expression like(Syntax.Like like) {
    List<Syntax> parts = new ArrayList<>(List.of(like.operand()));
    parts.addAll(like.patterns());
    List<Expression> bound = CollationRules.unify(binder.bindAll(parts), binder, like.offset());
    Expression operand = stringOperand(bound.get(0), like);
    Like.Kind kind = Like.Kind.valueOf(like.operator());
    List<Expression> tests = new ArrayList<>();
    for (Expression pattern : bound.subList(1, bound.size())) {
      Expression test = new Like(kind, operand, stringOperand(pattern, like), like.escape());
      tests.add(like.not() ? new Not(test) : test);
    }
    Expression result =
        tests.size() == 1 ? tests.get(0) : new Logic(like.quantifier().equals("ALL"), tests);
    return like.quantifier().isEmpty() || !areTexts(like, bound)
        ? result
        : new Renamed(result, shownOfMany(like, bound.get(0)));
  }

  /** Whether Spark takes all patterns as one constant list. */
  private static boolean areTexts(Syntax.Like like, List<Expression> bound) {
    for (int i = 0; i < like.patterns().size(); i++) {
      Expression pattern = bound.get(i + 1);
      boolean constant =
          pattern instanceof Literal || like.patterns().get(i) instanceof Syntax.Cast;
      if (!constant || pattern.type() != AtomicType.STRING) {
        return false;
      }
    }
    return true;
  }

  private static String shownOfMany(Syntax.Like like, Expression operand) {
    String name = (like.not() ? "notlike" : "like") + like.quantifier().toLowerCase(Locale.ROOT);
    String of = like.operator().equals("ILIKE") ? "lower(" + operand.sql() + ")" : operand.sql();
    return name + "(" + of + ")";
  }

  private Expression stringOperand(Expression expression, Syntax.Like at) {
    if (!TypeCoercionRules.implicit(expression.type(), AtomicType.STRING)) {
      throw binder.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          at,
          at.operator()
              + " compares strings, but '"
              + expression.sql()
              + "' is "
              + expression.type().sql(),
          null);
    }
    if (expression.type() instanceof CollatedType type) {
      return inLowerCase(expression, type, at);
    }
    return binder.implicit(expression, AtomicType.STRING);
  }

  private Expression inLowerCase(Expression expression, CollatedType type, Syntax.Like at) {
    if (!type.collation().equals(Collations.UTF8_LCASE)) {
      throw binder.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          at,
          at.operator() + " takes no strings of the collation " + type.collation(),
          "add COLLATE UTF8_BINARY");
    }
    return Collated.retyped(CollationKeys.of(expression), AtomicType.STRING);
  }
}

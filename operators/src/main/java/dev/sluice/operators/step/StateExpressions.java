package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Access;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.SelectCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Compiles the expressions of a {@code transformWithState} step over what they may see. */
final class StateExpressions {
  private final StepContext context;
  private final Schema scope;
  private final Schema state;
  private final Schema input;
  private final List<String> timers;

  StateExpressions(
      StepContext context,
      List<NamedExpression> keys,
      Schema state,
      Schema input,
      List<String> timers) {
    this.context = context;
    this.state = state;
    this.input = input.visible();
    this.timers = timers;
    this.scope = StateProgram.scope(keys, state, input, timers);
  }

  /** The same, over other rows. */
  StateExpressions over(List<NamedExpression> keys, Schema rows) {
    return new StateExpressions(context, keys, state, rows, timers);
  }

  /** The names of the timers. */
  List<String> timers() {
    return timers;
  }

  Schema state() {
    return state;
  }

  Problems problems() {
    return context.problems();
  }

  /** A column of the state, as it is. */
  Expression stateColumn(int index) {
    return new Access.StructField(StepValues.reference(scope, StateProgram.STATE), index);
  }

  Optional<Expression> condition(Node.Text text) {
    return advised(problems -> compiler(problems).condition(text, scope));
  }

  private Optional<Expression> expression(Node.Text text) {
    return advised(problems -> compiler(problems).compile(text, scope));
  }

  private ExpressionCompiler compiler(Problems problems) {
    return new ExpressionCompiler(
        context.session(), context.functions(), problems, context.origin().places());
  }

  /** What becomes the value of a column of the state. */
  Optional<Expression> stored(Node.Text text, Field column) {
    return expression(text)
        .flatMap(e -> storedAs(e, column.type(), text.at(), "the state '" + column.name() + "'"));
  }

  /** The expression as that type; reports one that cannot be stored as it. */
  Optional<Expression> storedAs(
      Expression expression, DataType type, SourcePosition at, String what) {
    if (!storable(expression.type(), type)) {
      problems()
          .error(
              "type-mismatch",
              at,
              what + " is " + type.sql() + ", but this gives " + expression.type().sql(),
              "give it that type, or CAST this");
      return Optional.empty();
    }
    return Optional.of(Cast.implicit(expression, type, context.session()));
  }

  /** What Spark stores without being asked (its ANSI store assignment). */
  private static boolean storable(DataType from, DataType to) {
    if (from.equals(to) || from == AtomicType.NULL || TypeCoercionRules.widens(from, to)) {
      return true;
    }
    if (from instanceof ArrayType a && to instanceof ArrayType b) {
      return storable(a.element(), b.element());
    }
    if (from instanceof MapType a && to instanceof MapType b) {
      return storable(a.key(), b.key()) && storable(a.value(), b.value());
    }
    if (from instanceof StructType a && to instanceof StructType b) {
      boolean all = a.size() == b.size();
      for (int i = 0; all && i < a.size(); i++) {
        all = storable(a.field(i).type(), b.field(i).type());
      }
      return all;
    }
    boolean nested = isNested(from) || isNested(to);
    return !nested
        && (TypeCoercionRules.assignable(from, to)
            || to == AtomicType.STRING && Casts.allowed(from, to)
            || from instanceof DayTimeIntervalType && to instanceof DayTimeIntervalType);
  }

  private static boolean isNested(DataType type) {
    return type instanceof ArrayType || type instanceof MapType || type instanceof StructType;
  }

  /**
   * A point in time.
   *
   * @param what has it: a timeout, a timer
   */
  Optional<Expression> timestamp(Node.Text text, String what) {
    Optional<Expression> at = expression(text);
    if (at.isPresent() && !Casts.isTime(at.get().type()) && at.get().type() != AtomicType.NULL) {
      problems()
          .error(
              "type-mismatch",
              text.at(),
              "a "
                  + what
                  + " of event time is a timestamp, but this gives "
                  + at.get().type().sql(),
              "add a length of time to a time of the state: state.last + INTERVAL 5 MINUTES");
      return Optional.empty();
    }
    return at.map(e -> Cast.implicit(e, AtomicType.TIMESTAMP, context.session()));
  }

  /** A length of time: {@code 10 minutes}, or an expression that gives one. */
  Optional<Expression> duration(Node.Text text, String what) {
    Optional<Long> micros = micros(text.value());
    if (micros.isPresent()) {
      return Optional.of(
          new Literal(DayTimeIntervalType.DEFAULT, micros.get(), "'" + text.value() + "'"));
    }
    Optional<Expression> length = expression(text);
    if (length.isPresent()
        && !(length.get().type() instanceof DayTimeIntervalType)
        && length.get().type() != AtomicType.NULL) {
      problems()
          .error(
              "type-mismatch",
              text.at(),
              "a "
                  + what
                  + " of processing time is a length of time, but this gives "
                  + length.get().type().sql(),
              "write it as '10 minutes', or as an expression that gives an interval");
      return Optional.empty();
    }
    return length.map(e -> Cast.implicit(e, DayTimeIntervalType.DEFAULT, context.session()));
  }

  /** Of a text such as {@code 10 minutes}; empty for months, which have no length. */
  static Optional<Long> micros(String text) {
    return IntervalText.parseUnits(text)
        .filter(interval -> interval.months() == 0)
        .flatMap(StateExpressions::micros);
  }

  private static Optional<Long> micros(CalendarInterval interval) {
    try {
      return Optional.of(
          Math.addExact(
              Math.multiplyExact((long) interval.days(), 86_400_000_000L),
              interval.microseconds()));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** The columns of a row that comes out. */
  Optional<List<NamedExpression>> select(List<Node.Text> items) {
    Rel nothing = new Rel.Values(scope, List.of(), context.origin());
    Optional<Rel> made =
        advised(
            problems ->
                new SelectCompiler(
                        context.session(), context.functions(), problems, context.origin().places())
                    .select(nothing, items, Rel.Aggregate.Scope.BATCH, context.origin()));
    if (made.isEmpty()) {
      return Optional.empty();
    }
    if (made.get() instanceof Rel.Project project && project.input() == nothing) {
      return Optional.of(project.expressions());
    }
    problems()
        .error(
            "unsupported-operation",
            items.get(0).at(),
            "a row that comes out is made of values: no aggregate, window function or generator",
            "emit an array, and take it apart with a 'select' step behind");
    return Optional.empty();
  }

  /** Compiles; a name that stands for a column of the row or the state is explained. */
  private <T> Optional<T> advised(Function<Problems, Optional<T>> compile) {
    Problems own = new Problems();
    Optional<T> made = compile.apply(own);
    own.all().forEach(problem -> problems().add(advised(problem)));
    return made;
  }

  private Problem advised(Problem problem) {
    if (!problem.code().equals("unknown-column")) {
      return problem;
    }
    String[] quoted = problem.fact().split("'", 3);
    String name = quoted.length == 3 ? quoted[1] : "";
    List<String> meant = new ArrayList<>();
    if (!state.indexesOf(name).isEmpty()) {
      meant.add("state." + name);
    }
    if (!input.indexesOf(name).isEmpty()) {
      meant.add("row." + name);
    }
    return meant.isEmpty()
        ? problem
        : new Problem(
            problem.severity(),
            problem.code(),
            problem.at(),
            problem.fact(),
            Optional.of("write " + String.join(" or ", meant)),
            problem.condition());
  }
}

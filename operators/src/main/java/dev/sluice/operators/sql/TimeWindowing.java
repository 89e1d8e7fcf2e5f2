package dev.sluice.operators.sql;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.datetime.WindowFunctions;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code window(...)} and {@code session_window(...)} in a select list and in GROUP BY: a node
 * below puts each row into its windows, several if they overlap and none without a time, and the
 * call stands for the column so made. One SELECT has one window, as in Spark.
 */
final class TimeWindowing {
  private static final String WINDOW = "window";
  private static final String SESSION = "session_window";

  private TimeWindowing() {}

  /** Rows with the column of windows behind their own, and the names that reach it. */
  record Assigned(Rel rel, Scope names) {}

  static boolean isWindow(Syntax syntax) {
    return syntax instanceof Syntax.Call call
        && call.arguments().size() >= 2
        && !call.extras().window()
        && (call.name().equalsIgnoreCase(WINDOW) || call.name().equalsIgnoreCase(SESSION));
  }

  /** The rows as they are if no window is called for. */
  static Assigned assign(
      Rel input, Scope names, List<? extends Syntax> all, Binder binder, Origin origin) {
    List<Syntax.Call> calls = new ArrayList<>();
    all.forEach(syntax -> collect(syntax, binder, calls));
    if (calls.isEmpty()) {
      return new Assigned(input, names);
    }
    Syntax.Call call = calls.get(0);
    String fingerprint = Aggregates.fingerprint(call, binder);
    for (Syntax.Call other : calls) {
      if (!Aggregates.fingerprint(other, binder).equals(fingerprint)) {
        throw binder.error(
            "UNSUPPORTED_MULTIPLE_TIME_WINDOWS",
            other,
            "a row is put into windows of one kind only",
            "put a second window into a query around this one");
      }
    }
    Generator generator =
        new CallBinder(binder).generator(call, WindowFunctions.assignment(call.name()));
    Rel.Generate rel = new Rel.Generate(input, generator, List.of(marker(call)), origin);
    List<Scope.Entry> entries = new ArrayList<>(names.entries());
    Field field = rel.schema().field(rel.schema().size() - 1);
    entries.add(new Scope.Entry("", field, false, true));
    return new Assigned(rel, new Scope(entries));
  }

  private static void collect(Syntax syntax, Binder binder, List<Syntax.Call> into) {
    if (isWindow(syntax)) {
      into.add((Syntax.Call) syntax);
    } else {
      SyntaxWalk.children(syntax).forEach(child -> collect(child, binder, into));
    }
  }

  private static String marker(Syntax.Call call) {
    return Schema.hidden(call.name().toLowerCase(Locale.ROOT) + "()");
  }

  /** The column that stands for the call, if its rows have been put into windows. */
  static Optional<Expression> assigned(Syntax.Call call, Scope scope) {
    if (!isWindow(call)) {
      return Optional.empty();
    }
    String marker = marker(call);
    for (int i = scope.size() - 1; i >= 0; i--) {
      Field field = scope.field(i);
      if (field.name().equals(marker)) {
        String shown = call.name().toLowerCase(Locale.ROOT);
        return Optional.of(new ColumnReference(i, shown, field.type(), false));
      }
    }
    return Optional.empty();
  }

  /**
   * The rows with their sessions merged, if a session is among the keys: the call itself, or a
   * column that was made by it further down and passed on, as Spark's metadata of attributes tells.
   */
  static Rel merged(Rel rows, List<NamedExpression> keys, Origin origin) {
    int column = -1;
    List<NamedExpression> others = new ArrayList<>();
    for (NamedExpression key : keys) {
      int index = column(key.expression());
      if (column < 0 && index >= 0 && isSession(rows, index)) {
        column = index;
      } else if (column < 0 || index != column) {
        others.add(key);
      }
    }
    return column < 0 ? rows : new Rel.Sessions(rows, others, column, origin);
  }

  private static int column(Expression expression) {
    if (expression instanceof Renamed renamed) {
      return column(renamed.operand());
    }
    return expression instanceof ColumnReference reference ? reference.index() : -1;
  }

  private static boolean isSession(Rel rel, int column) {
    if (rel instanceof Rel.Generate generate) {
      int width = generate.input().schema().size();
      return column < width
          ? isSession(generate.input(), column)
          : generate.names().get(column - width).equals(Schema.hidden(SESSION + "()"));
    }
    if (rel instanceof Rel.Project project) {
      int from = column(project.expressions().get(column).expression());
      return from >= 0 && isSession(project.input(), from);
    }
    if (rel instanceof Rel.Aggregate aggregate) {
      int from =
          column < aggregate.keys().size() ? column(aggregate.keys().get(column).expression()) : -1;
      return from >= 0 && isSession(aggregate.input(), from);
    }
    boolean same =
        rel instanceof Rel.Filter
            || rel instanceof Rel.Watermark
            || rel instanceof Rel.Deduplicate
            || rel instanceof Rel.Sessions
            || rel instanceof Rel.Sort
            || rel instanceof Rel.Limit;
    return same && isSession(rel.inputs().get(0), column);
  }
}

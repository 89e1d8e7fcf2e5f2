package dev.sluice.operators.optimizer;

import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Composed;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.optimizer.EarlyFilters.Asked;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;

/** What may be asked of rows that several read: what is true of a row that any of them takes. */
final class SharedFilters {
  private SharedFilters() {}

  /**
   * What all ask, and that a row passes the rest of one of them. What is asked of event time is
   * left out, as it cannot be asked below a watermark.
   *
   * @param asked reader by reader
   */
  static List<Asked> any(Rel rel, List<List<Asked>> asked) {
    List<List<Asked>> readers = asked.stream().map(own -> movable(rel, own)).toList();
    List<Asked> all = common(readers);
    List<Expression> either = new ArrayList<>();
    for (List<Asked> own : readers) {
      List<Expression> rest =
          own.stream().filter(one -> !has(all, one)).map(Asked::condition).toList();
      if (rest.isEmpty()) {
        return all;
      }
      either.add(rest.size() == 1 ? rest.get(0) : new Logic(true, rest));
    }
    all.add(new Asked(new Logic(false, either), readers.get(0).get(0).origin()));
    return all;
  }

  /**
   * What all ask. A condition that may fail is only among it if no reader asks anything else
   * before: else it would meet rows that were kept from it.
   */
  private static List<Asked> common(List<List<Asked>> readers) {
    List<Asked> all = new ArrayList<>();
    for (Asked one : readers.get(0)) {
      boolean safe = !one.condition().mayFail();
      if (readers.stream().allMatch(own -> safe ? has(own, one) : isNext(own, one, all))) {
        all.add(one);
      }
    }
    return all;
  }

  /** True if a reader asks it first, or after nothing but what stands in {@code before}. */
  private static boolean isNext(List<Asked> asked, Asked wanted, List<Asked> before) {
    for (Asked one : asked) {
      if (same(one, wanted)) {
        return true;
      }
      if (!has(before, one)) {
        return false;
      }
    }
    return false;
  }

  /** What may be asked below; not what may fail, once something before it must stay above. */
  private static List<Asked> movable(Rel rel, List<Asked> asked) {
    BitSet times = new BitSet();
    EventTime.columns(rel).forEach(column -> times.set(column.index()));
    List<Asked> movable = new ArrayList<>();
    boolean unguarded = false;
    for (Asked one : asked) {
      if (!one.condition().deterministic() || columns(rel, one).intersects(times)) {
        unguarded = true;
      } else if (!unguarded || !one.condition().mayFail()) {
        movable.add(one);
      }
    }
    return movable;
  }

  private static boolean has(List<Asked> asked, Asked wanted) {
    return asked.stream().anyMatch(one -> same(one, wanted));
  }

  private static boolean same(Asked one, Asked other) {
    return text(one.condition(), i -> "#" + i).equals(text(other.condition(), i -> "#" + i));
  }

  /** The text of an expression with columns by their place, whatever they are called there. */
  private static String text(Expression expression, IntFunction<String> column) {
    if (expression instanceof ColumnReference reference) {
      return column.apply(reference.index());
    }
    if (expression instanceof Composed composed) {
      return text(composed.outer(), i -> text(composed.made(i), column));
    }
    StringBuilder text = new StringBuilder(expression.getClass().getSimpleName()).append(' ');
    if (expression instanceof ScalarCall call) {
      text.append(call.settings()).append(' ');
    }
    String sql = expression.sql();
    int from = 0;
    for (Expression child : expression.children()) {
      int at = sql.indexOf(child.sql(), from);
      if (at >= 0) {
        text.append(sql, from, at);
        from = at + child.sql().length();
      }
      text.append(text(child, column));
    }
    return text.append(sql.substring(from)).toString();
  }

  private static BitSet columns(Rel rel, Asked asked) {
    BitSet columns = new BitSet();
    ColumnReference.collect(asked.condition(), rel.schema().size(), columns);
    return columns;
  }
}

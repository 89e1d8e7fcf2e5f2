package dev.sluice.operators.plan;

import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Composed;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.plan.EarlyFilters.Asked;
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
    List<Asked> all = new ArrayList<>();
    for (Asked one : readers.get(0)) {
      if (readers.stream().allMatch(own -> has(own, one))) {
        all.add(one);
      }
    }
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

  private static List<Asked> movable(Rel rel, List<Asked> asked) {
    BitSet times = new BitSet();
    EventTime.columns(rel).forEach(column -> times.set(column.index()));
    return asked.stream()
        .filter(one -> one.condition().deterministic() && !columns(rel, one).intersects(times))
        .toList();
  }

  private static boolean has(List<Asked> asked, Asked wanted) {
    String text = text(wanted.condition(), i -> "#" + i);
    return asked.stream().anyMatch(one -> text(one.condition(), i -> "#" + i).equals(text));
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

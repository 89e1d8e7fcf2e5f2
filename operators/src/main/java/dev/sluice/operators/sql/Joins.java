package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins of two relations. After USING and NATURAL the columns joined by come first and once, as
 * Spark has it; those of the other side can still be had under their table's name.
 */
final class Joins {
  static final Expression ALWAYS = new Literal(AtomicType.BOOLEAN, true, "true");

  private final QueryAnalyzer query;
  private final SqlText text;

  Joins(QueryAnalyzer query) {
    this.query = query;
    this.text = query.text();
  }

  Relations.Named join(Query.Join join, Relations.Named left, Relations.Named right) {
    Scope both = left.names().plus(right.names());
    if (!join.natural() && join.using().isEmpty()) {
      Expression condition = join.on().map(on -> condition(on, both, join.offset())).orElse(ALWAYS);
      Rel.Join rel = new Rel.Join(left.rel(), right.rel(), join.type(), condition, query.origin());
      return new Relations.Named(rel, under(rel, join.type().givesRight() ? both : left.names()));
    }
    return byNames(join, left, right, both);
  }

  /** The names with what the join made of the fields, which may be null now. */
  static Scope under(Rel rel, Scope names) {
    List<Scope.Entry> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Scope.Entry entry = names.entries().get(i);
      Field field = rel.schema().field(i).withName(entry.field().name());
      entries.add(new Scope.Entry(entry.table(), field, false, entry.hidden()));
    }
    return new Scope(entries);
  }

  private Expression condition(Syntax on, Scope both, int offset) {
    Binder binder = query.selects().binder(text, both);
    if (Aggregates.contains(on, binder)) {
      throw text.error(
          "UNSUPPORTED_EXPR_FOR_OPERATOR",
          offset,
          "the condition of a join cannot use aggregate functions",
          "aggregate in a query of its own");
    }
    Expression bound = binder.bind(on);
    if (bound.type() != AtomicType.BOOLEAN && bound.type() != AtomicType.NULL) {
      throw text.error(
          "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
          on.offset(),
          "the condition of a join must be BOOLEAN, but '"
              + bound.sql()
              + "' is "
              + bound.type().sql(),
          null);
    }
    return binder.implicit(bound, AtomicType.BOOLEAN);
  }

  private Relations.Named byNames(
      Query.Join join, Relations.Named left, Relations.Named right, Scope both) {
    List<String> names = join.natural() ? common(left.names(), right.names()) : join.using();
    int width = left.names().size();
    List<Integer> ofLeft = new ArrayList<>();
    List<Integer> ofRight = new ArrayList<>();
    List<Expression> equal = new ArrayList<>();
    Binder binder = query.selects().binder(text, both);
    for (String name : names) {
      int l = column(left.names(), name, "left", join.offset());
      int r = column(right.names(), name, "right", join.offset()) + width;
      ofLeft.add(l);
      ofRight.add(r);
      equal.add(
          binder.bind(
              new Syntax.Binary(
                  "=",
                  new Syntax.Position(l, name, join.offset()),
                  new Syntax.Position(r, name, join.offset()),
                  join.offset())));
    }
    Expression condition =
        equal.isEmpty() ? ALWAYS : equal.size() == 1 ? equal.get(0) : new Logic(true, equal);
    Rel.Join rel = new Rel.Join(left.rel(), right.rel(), join.type(), condition, query.origin());
    Scope after = under(rel, join.type().givesRight() ? both : left.names());
    return reordered(join, rel, after, ofLeft, ofRight);
  }

  /** The columns joined by, the rest of the left side, the rest of the right one. */
  private Relations.Named reordered(
      Query.Join join, Rel rel, Scope after, List<Integer> ofLeft, List<Integer> ofRight) {
    Binder binder = query.selects().binder(text, after);
    List<NamedExpression> columns = new ArrayList<>();
    List<Scope.Entry> entries = new ArrayList<>();
    List<Integer> hidden = new ArrayList<>();
    List<Integer> done = new ArrayList<>();
    for (int i = 0; i < ofLeft.size(); i++) {
      int l = ofLeft.get(i);
      int r = ofRight.get(i);
      if (join.type() == JoinType.FULL_OUTER) {
        String name = after.field(l).name();
        Syntax first =
            new Syntax.Call(
                "coalesce",
                List.of(
                    new Syntax.Position(l, name, join.offset()),
                    new Syntax.Position(r, name, join.offset())),
                Syntax.Extras.NONE,
                join.offset());
        NamedExpression either = new NamedExpression(name, binder.bind(first));
        columns.add(either);
        entries.add(new Scope.Entry("", either.field(), false, false));
        hidden.add(l);
        hidden.add(r);
      } else {
        boolean fromRight = join.type() == JoinType.RIGHT_OUTER;
        keep(fromRight ? r : l, after, null, columns, entries);
        done.add(fromRight ? r : l);
        if (join.type().givesRight()) {
          hidden.add(fromRight ? l : r);
        }
      }
    }
    for (int i = 0; i < after.size(); i++) {
      if (!done.contains(i) && !hidden.contains(i)) {
        keep(i, after, null, columns, entries);
      }
    }
    for (int i : hidden) {
      keep(i, after, true, columns, entries);
    }
    return new Relations.Named(new Rel.Project(rel, columns, query.origin()), new Scope(entries));
  }

  private static void keep(
      int index,
      Scope from,
      @Nullable Boolean hidden,
      List<NamedExpression> columns,
      List<Scope.Entry> entries) {
    Scope.Entry entry = from.entries().get(index);
    Field field = entry.field();
    columns.add(
        new NamedExpression(
            field.name(),
            new ColumnReference(index, field.name(), field.type(), field.nullable())));
    entries.add(
        new Scope.Entry(entry.table(), field, false, hidden != null ? hidden : entry.hidden()));
  }

  private static List<String> common(Scope left, Scope right) {
    List<String> names = new ArrayList<>();
    for (Scope.Entry entry : left.entries()) {
      String name = entry.field().name();
      if (!entry.hidden()
          && right.entries().stream()
              .anyMatch(r -> !r.hidden() && r.field().name().equalsIgnoreCase(name))) {
        names.add(name);
      }
    }
    return names;
  }

  private int column(Scope side, String name, String which, int offset) {
    List<Integer> found = side.columns(name);
    if (found.isEmpty()) {
      throw text.error(
          "UNRESOLVED_USING_COLUMN_FOR_JOIN",
          offset,
          "the " + which + " side of the join has no column '" + name + "'",
          Names.suggestion(name, side.names()));
    }
    if (found.size() > 1) {
      throw text.error(
          "AMBIGUOUS_REFERENCE",
          offset,
          "column '" + name + "' is ambiguous on the " + which + " side of the join",
          null);
    }
    return found.get(0);
  }
}

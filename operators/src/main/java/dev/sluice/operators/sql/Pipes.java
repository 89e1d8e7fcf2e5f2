package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.sql.syntax.Pipe;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans chains of {@code |>}: each step is a query over the rows of the one before. */
final class Pipes {
  private final QueryAnalyzer query;
  private final SqlText text;

  Pipes(QueryAnalyzer query) {
    this.query = query;
    this.text = query.text();
  }

  Relations.Named plan(Relations.Named before, Pipe pipe) {
    Correlation correlation = query.correlation();
    Relations.Named input =
        correlation.uses(pipe) ? correlation.attach(before, query.origin()) : before;
    correlation.enter(pipe);
    try {
      return step(input, pipe);
    } finally {
      correlation.leave();
    }
  }

  private Relations.Named step(Relations.Named input, Pipe pipe) {
    if (pipe instanceof Pipe.Choose choose) {
      refuseAggregates(choose.select().items(), "SELECT", input);
      return selected(input, choose.select());
    }
    if (pipe instanceof Pipe.Extend extend) {
      refuseAggregates(extend.items(), "EXTEND", input);
      List<Syntax> items = new ArrayList<>(List.of(star(List.of(), extend.offset())));
      items.addAll(extend.items());
      return withNames(selected(input, select(items, extend.offset())), input);
    }
    if (pipe instanceof Pipe.Assign assign) {
      return assigned(input, assign);
    }
    if (pipe instanceof Pipe.Drop drop) {
      return selected(input, select(List.of(star(drop.columns(), drop.offset())), drop.offset()));
    }
    if (pipe instanceof Pipe.Rename rename) {
      QueryAnalyzer.Planned planned = query.relabelled(input);
      return new Relations(query)
          .alias(planned, Optional.of(rename.alias()), List.of(), rename.offset());
    }
    if (pipe instanceof Pipe.Where where) {
      refuseAggregates(List.of(where.condition()), "WHERE", input);
      return new SelectBody(query).where(input, where.condition());
    }
    if (pipe instanceof Pipe.Aggregate aggregate) {
      return aggregated(input, aggregate);
    }
    QueryAnalyzer over = query.over(input);
    if (pipe instanceof Pipe.Joined joined) {
      return new Relations(over).plan(joined.join());
    }
    if (pipe instanceof Pipe.Shaped shaped) {
      return new Relations(over).plan(shaped.relation());
    }
    if (pipe instanceof Pipe.Combined combined) {
      return named(over.plan(Query.of(combined.operation())));
    }
    return withNames(named(over.plan(((Pipe.Arranged) pipe).query())), input);
  }

  private Relations.Named named(QueryAnalyzer.Planned planned) {
    return new Relations.Named(
        planned.rel(),
        QueryAnalyzer.names(planned.rel(), query.lead(planned), ""),
        planned.dependent());
  }

  /** Columns that stay in their places keep the names of their tables. */
  private static Relations.Named withNames(Relations.Named result, Relations.Named input) {
    List<Scope.Entry> entries = new ArrayList<>(result.names().entries());
    int at = 0;
    for (Scope.Entry entry : input.names().entries()) {
      while (at < entries.size() && entries.get(at).hidden()) {
        at++;
      }
      if (!entry.hidden() && at < entries.size()) {
        entries.set(at, new Scope.Entry(entry.table(), entries.get(at).field(), false, false));
        at++;
      }
    }
    return new Relations.Named(result.rel(), new Scope(entries), result.dependent());
  }

  private static Syntax star(List<Syntax.Name> except, int offset) {
    return new Syntax.Star(List.of(), except, Optional.empty(), offset);
  }

  private static Query.Select select(List<Syntax> items, int offset) {
    return select(items, Optional.empty(), offset);
  }

  private static Query.Select select(
      List<Syntax> items, Optional<Query.GroupBy> groupBy, int offset) {
    return new Query.Select(
        items,
        false,
        Optional.of(new Query.Input(offset)),
        List.of(),
        Optional.empty(),
        groupBy,
        Optional.empty(),
        offset);
  }

  private Relations.Named selected(Relations.Named input, Query.Select select) {
    return named(query.over(input).plan(Query.of(select)));
  }

  private Relations.Named assigned(Relations.Named input, Pipe.Assign assign) {
    Relations.Named current = input;
    for (Syntax.Alias value : assign.values()) {
      refuseAggregates(List.of(value), "SET", current);
      Binder binder = query.selects().binder(text, current.names());
      binder.resolve(new Syntax.Name(value.names(), value.offset()));
      Syntax star = new Syntax.Star(List.of(), List.of(), Optional.of(value), assign.offset());
      current = withNames(selected(current, select(List.of(star), assign.offset())), current);
    }
    return current;
  }

  private void refuseAggregates(List<Syntax> items, String word, Relations.Named input) {
    Binder binder = query.selects().binder(text, input.names());
    for (Syntax item : items) {
      if (Aggregates.contains(item, binder)) {
        throw text.error(
            "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION",
            item.offset(),
            "'|> " + word + "' cannot use aggregate functions",
            "use '|> AGGREGATE'");
      }
    }
  }

  private Relations.Named aggregated(Relations.Named input, Pipe.Aggregate aggregate) {
    Binder binder = query.selects().binder(text, input.names());
    List<Syntax> items = new ArrayList<>();
    List<Syntax> keys = new ArrayList<>();
    for (Syntax written : aggregate.keys().orElse(List.of())) {
      Syntax item = placed(written, input);
      items.add(item);
      keys.add(item instanceof Syntax.Alias alias ? alias.operand() : item);
    }
    for (Syntax item : aggregate.items()) {
      if (!Aggregates.contains(item, binder)) {
        throw text.error(
            "PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION",
            item.offset(),
            "'|> AGGREGATE' takes aggregate functions before GROUP BY",
            "put a key behind GROUP BY");
      }
      items.add(item);
    }
    Optional<Query.GroupBy> groupBy =
        keys.isEmpty()
            ? Optional.empty()
            : Optional.of(new Query.GroupBy(keys, false, Optional.empty(), aggregate.offset()));
    return selected(input, select(items, groupBy, aggregate.offset()));
  }

  /** A number means a column of the rows, by its place. */
  private Syntax placed(Syntax written, Relations.Named input) {
    if (!(written instanceof Syntax.Constant c)
        || c.type() != AtomicType.INT
        || !(c.value() instanceof Integer place)) {
      return written;
    }
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < input.names().size(); i++) {
      if (!input.names().entries().get(i).hidden()) {
        shown.add(i);
      }
    }
    if (place < 1 || place > shown.size()) {
      throw text.error(
          "GROUP_BY_POS_OUT_OF_RANGE",
          written.offset(),
          "GROUP BY " + place + " means a column by its place, of which there are " + shown.size(),
          null);
    }
    int index = shown.get(place - 1);
    return new Syntax.Position(index, input.names().field(index).name(), written.offset());
  }
}

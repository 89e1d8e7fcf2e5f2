package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxRewrite;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * PIVOT, UNPIVOT and TABLESAMPLE, each said in what is there already: aggregates with FILTER, the
 * generator {@code stack}, and a filter by {@code rand}.
 */
final class Shapes {
  private final QueryAnalyzer query;
  private final SqlText text;

  Shapes(QueryAnalyzer query) {
    this.query = query;
    this.text = query.text();
  }

  Relations.Named pivot(Relations.Named input, Query.Pivot pivot) {
    Binder rows = query.selects().binder(text, input.names());
    Syntax column =
        pivot.columns().size() == 1
            ? pivot.columns().get(0)
            : call("struct", pivot.columns(), pivot.offset());
    Expression told = rows.bind(column);
    OperatorBinder.requireComparable(rows, told, column, true);
    for (Syntax aggregate : pivot.aggregates()) {
      requireAggregate(aggregate, rows);
    }
    boolean absentIsNull =
        pivot.aggregates().stream().allMatch(a -> isNumber(type(input, a, pivot.offset())));
    List<Syntax> items = new ArrayList<>();
    List<Syntax> keys = new ArrayList<>();
    Set<Integer> used = used(pivot, input, rows);
    for (int i = 0; i < input.names().size(); i++) {
      Scope.Entry entry = input.names().entries().get(i);
      if (!entry.hidden() && !used.contains(i)) {
        keys.add(new Syntax.Position(i, entry.field().name(), pivot.offset()));
      }
    }
    items.addAll(keys);
    for (Syntax value : pivot.values()) {
      Syntax is = equals(column, told, value, rows);
      for (Syntax aggregate : pivot.aggregates()) {
        Syntax of = operand(aggregate);
        Syntax only = new SyntaxRewrite(s -> filtered(s, is, rows)).apply(of);
        Syntax shown = absentIsNull ? unlessAbsent(only, is, of.offset()) : only;
        String name = name(value, aggregate, pivot.aggregates().size() > 1, rows, input);
        items.add(new Syntax.Alias(shown, List.of(name), of.offset()));
      }
    }
    Optional<Query.GroupBy> groupBy =
        keys.isEmpty()
            ? Optional.empty()
            : Optional.of(new Query.GroupBy(keys, false, Optional.empty(), pivot.offset()));
    return select(input, items, groupBy, pivot.offset());
  }

  private Relations.Named select(
      Relations.Named input, List<Syntax> items, Optional<Query.GroupBy> groupBy, int offset) {
    Query.Select select =
        new Query.Select(
            items,
            false,
            Optional.of(new Query.Input(offset)),
            List.of(),
            Optional.empty(),
            groupBy,
            Optional.empty(),
            offset);
    QueryAnalyzer.Planned planned = query.over(input).plan(Query.of(select));
    return new Relations.Named(
        planned.rel(),
        QueryAnalyzer.names(planned.rel(), query.lead(planned), ""),
        planned.dependent());
  }

  private static Syntax operand(Syntax item) {
    return item instanceof Syntax.Alias alias ? alias.operand() : item;
  }

  private static Syntax call(String name, List<Syntax> arguments, int offset) {
    return new Syntax.Call(name, arguments, Syntax.Extras.NONE, offset);
  }

  private void requireAggregate(Syntax item, Binder rows) {
    if (!Aggregates.contains(item, rows)) {
      throw text.error(
          "AGGREGATE_EXPRESSION_REQUIRED_FOR_PIVOT",
          item.offset(),
          "PIVOT takes aggregate functions before FOR",
          "write sum(...), say");
    }
  }

  private DataType type(Relations.Named input, Syntax aggregate, int offset) {
    Rel rel = select(input, List.of(operand(aggregate)), Optional.empty(), offset).rel();
    return rel.schema().field(rel.schema().size() - 1).type();
  }

  /** Aggregates of these types are null where a group has no row of the value, even counts. */
  private static boolean isNumber(DataType type) {
    return Casts.isNumeric(type) || type instanceof DecimalType || type == AtomicType.BOOLEAN;
  }

  /** The columns that the pivot and its aggregates name; by the others it groups. */
  private static Set<Integer> used(Query.Pivot pivot, Relations.Named input, Binder rows) {
    List<Syntax.Name> names = new ArrayList<>();
    pivot.columns().forEach(c -> SyntaxWalk.names(c, names));
    pivot.aggregates().forEach(a -> SyntaxWalk.names(operand(a), names));
    Set<Integer> used = new HashSet<>();
    for (Syntax.Name name : names) {
      if (rows.isColumn(name)) {
        used.add(rows.resolve(name).index());
      }
    }
    return used;
  }

  private Syntax equals(Syntax column, Expression told, Syntax value, Binder rows) {
    Expression bound = query.constant().bind(operand(value));
    if (!bound.foldable()) {
      throw text.error(
          "NON_LITERAL_PIVOT_VALUES",
          value.offset(),
          "the values of PIVOT are constants, and '" + bound.sql() + "' is none",
          null);
    }
    if (!Casts.allowed(bound.type(), told.type())) {
      throw text.error(
          "PIVOT_VALUE_DATA_TYPE_MISMATCH",
          value.offset(),
          "'"
              + bound.sql()
              + "' is "
              + bound.type().sql()
              + ", and '"
              + told.sql()
              + "' is "
              + told.type().sql(),
          null);
    }
    Expression cast = Folded.of(Cast.explicit(bound, told.type(), false, rows.session()));
    return new Syntax.Binary("<=>", column, new Syntax.Bound(cast, value.offset()), value.offset());
  }

  /** Aggregates see only the rows for which {@code is} holds, besides their own FILTER. */
  private static Optional<Syntax> filtered(Syntax syntax, Syntax is, Binder rows) {
    if (Aggregates.aggregate(syntax, rows).isEmpty()) {
      return Optional.empty();
    }
    Syntax.Call c = (Syntax.Call) syntax;
    Syntax.Extras x = c.extras();
    Syntax filter =
        x.filter()
            .<Syntax>map(f -> new Syntax.Logical(true, List.of(is, f), c.offset()))
            .orElse(is);
    return Optional.of(
        new Syntax.Call(
            c.name(),
            c.arguments(),
            new Syntax.Extras(
                x.distinct(),
                Optional.of(filter),
                x.withinGroup(),
                x.ignoreNulls(),
                x.over(),
                x.bare()),
            c.offset()));
  }

  private static Syntax unlessAbsent(Syntax value, Syntax is, int offset) {
    Syntax counted =
        new Syntax.Call(
            "count",
            List.of(new Syntax.Constant(AtomicType.INT, 1, "1", offset)),
            new Syntax.Extras(
                false, Optional.of(is), List.of(), Optional.empty(), Optional.empty(), false),
            offset);
    Syntax some =
        new Syntax.Binary(
            ">", counted, new Syntax.Constant(AtomicType.INT, 0, "0", offset), offset);
    return new Syntax.Case(
        Optional.empty(), List.of(new Syntax.When(some, value)), Optional.empty(), offset);
  }

  private String name(
      Syntax value, Syntax aggregate, boolean several, Binder rows, Relations.Named input) {
    String first = value instanceof Syntax.Alias alias ? alias.names().get(0) : shown(value);
    if (!several) {
      return first;
    }
    if (aggregate instanceof Syntax.Alias alias) {
      return first + "_" + alias.names().get(0);
    }
    Rel rel = select(input, List.of(aggregate), Optional.empty(), aggregate.offset()).rel();
    return first + "_" + rel.schema().field(rel.schema().size() - 1).name();
  }

  private String shown(Syntax value) {
    Binder constant = query.constant();
    Expression bound = constant.bind(value);
    Expression string = Cast.explicit(bound, AtomicType.STRING, false, constant.session());
    try {
      Object made = string.evaluate(Binder.ONE_ROW, EvaluationContext.NONE).value(0);
      return made == null ? "null" : made.toString();
    } catch (EvaluationException e) {
      throw text.error(e.code(), value.offset(), String.valueOf(e.getMessage()), null);
    }
  }

  Relations.Named unpivot(Relations.Named input, Query.Unpivot unpivot) {
    Binder rows = query.selects().binder(text, input.names());
    Set<Integer> used = new HashSet<>();
    List<Syntax> arguments = new ArrayList<>();
    int offset = unpivot.offset();
    int count = unpivot.columns().size();
    arguments.add(new Syntax.Constant(AtomicType.INT, count, String.valueOf(count), offset));
    List<List<Expression>> values = new ArrayList<>();
    for (Query.UnpivotColumns made : unpivot.columns()) {
      List<Expression> row = new ArrayList<>();
      for (Syntax column : made.columns()) {
        Binder.Resolved resolved = rows.resolve((Syntax.Name) column);
        if (!resolved.fields().isEmpty()) {
          throw text.error(
              "UNPIVOT_REQUIRES_ATTRIBUTES",
              column.offset(),
              "UNPIVOT takes whole columns, no fields of them",
              "select the field first");
        }
        used.add(resolved.index());
        row.add(rows.bind(column));
      }
      values.add(row);
    }
    List<DataType> types = new ArrayList<>();
    for (int i = 0; i < unpivot.values().size(); i++) {
      types.add(common(values, i, unpivot));
    }
    for (int k = 0; k < count; k++) {
      String name = unpivot.columns().get(k).name().orElseGet(naming(values.get(k)));
      arguments.add(new Syntax.Constant(AtomicType.STRING, name, name, offset));
      for (int i = 0; i < types.size(); i++) {
        Expression value = rows.implicit(values.get(k).get(i), types.get(i));
        arguments.add(new Syntax.Bound(value, offset));
      }
    }
    List<String> names = new ArrayList<>(List.of(unpivot.name()));
    names.addAll(unpivot.values());
    Rel generate =
        Generators.generate(
            input.rel(),
            (Syntax.Call) call("stack", arguments, offset),
            false,
            names,
            rows,
            query.origin(offset));
    return unpivoted(input, unpivot, used, generate);
  }

  private static java.util.function.Supplier<String> naming(List<Expression> columns) {
    return () -> columns.stream().map(Expression::sql).collect(Collectors.joining("_"));
  }

  private Relations.Named unpivoted(
      Relations.Named input, Query.Unpivot unpivot, Set<Integer> used, Rel generate) {
    int width = input.rel().schema().size();
    List<NamedExpression> all =
        SelectAnalyzer.references(generate.schema().fields(), generate.schema().size());
    Rel kept = generate;
    if (!unpivot.nulls()) {
      List<Expression> some = new ArrayList<>();
      for (int i = width + 1; i < all.size(); i++) {
        Expression value = all.get(i).expression();
        some.add(
            new NullTest(value, NullTest.Kind.NULL, true, "(" + value.sql() + " IS NOT NULL)"));
      }
      Expression any = some.size() == 1 ? some.get(0) : new Logic(false, some);
      kept = new Rel.Filter(generate, any, query.origin(unpivot.offset()));
    }
    String table = unpivot.alias().orElse("");
    List<NamedExpression> columns = new ArrayList<>();
    List<Scope.Entry> entries = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Scope.Entry entry = i < width ? input.names().entries().get(i) : null;
      if (entry != null && used.contains(i)) {
        continue;
      }
      Field field = generate.schema().field(i);
      columns.add(all.get(i));
      String of = table.isEmpty() && entry != null ? entry.table() : table;
      String name = entry == null ? field.name() : entry.field().name();
      // The name and the values: the first is never null.
      boolean nullable = i != width && field.nullable();
      entries.add(
          new Scope.Entry(
              of, new Field(name, field.type(), nullable), false, entry != null && entry.hidden()));
    }
    Rel rel = new Rel.Project(kept, columns, query.origin(unpivot.offset()));
    return new Relations.Named(rel, new Scope(entries), input.dependent());
  }

  /** Text and numbers do not go together in one column, as elsewhere they might. */
  private DataType common(List<List<Expression>> values, int index, Query.Unpivot unpivot) {
    List<DataType> types = values.stream().map(row -> row.get(index).type()).toList();
    boolean texts = types.stream().anyMatch(t -> t == AtomicType.STRING);
    boolean others = types.stream().anyMatch(t -> t != AtomicType.STRING && t != AtomicType.NULL);
    Optional<DataType> common =
        texts && others ? Optional.empty() : TypeCoercionRules.common(types);
    return common.orElseThrow(
        () ->
            text.error(
                "UNPIVOT_VALUE_DATA_TYPE_MISMATCH",
                unpivot.offset(),
                "the columns of UNPIVOT have no common type: "
                    + types.stream()
                        .map(DataType::sql)
                        .distinct()
                        .collect(Collectors.joining(", ")),
                "cast them to one"));
  }

  Relations.Named sample(Relations.Named input, Query.Sample sample) {
    int offset = sample.offset();
    if (sample.rows().isPresent()) {
      long count = query.count(sample.rows().get(), "TABLESAMPLE");
      int lead = input.dependent() ? query.correlation().width() : 0;
      return new Relations.Named(
          new Rel.Limit(input.rel(), count, 0, lead, query.origin(offset)),
          input.names(),
          input.dependent());
    }
    if (Rel.streams(input.rel())) {
      throw text.error(
          "UNSUPPORTED_STREAMING_OPERATOR",
          offset,
          "a stream cannot be sampled by TABLESAMPLE, as in Spark",
          "write WHERE rand() < " + sample.fraction());
    }
    List<Syntax> seed =
        sample
            .seed()
            .<List<Syntax>>map(
                s -> List.of(new Syntax.Constant(AtomicType.BIGINT, s, String.valueOf(s), offset)))
            .orElse(List.of());
    double fraction = sample.fraction();
    Syntax chosen =
        new Syntax.Binary(
            "<",
            call("rand", seed, offset),
            new Syntax.Constant(AtomicType.DOUBLE, fraction, String.valueOf(fraction), offset),
            offset);
    Expression condition = query.selects().binder(text, input.names()).bind(chosen);
    return new Relations.Named(
        new Rel.Filter(input.rel(), condition, query.origin(offset)),
        input.names(),
        input.dependent());
  }
}

package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.BitOperation;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The analysis of one grouping: first the keys, then the aggregates wherever they stand, then
 * expressions over the two. Binding after {@link #close} sees the columns of the aggregation: keys,
 * then aggregates.
 */
final class Aggregates {
  private static final int MOST_SETS = 4096;
  private static final Field GROUPING_ID = new Field("grouping__id", AtomicType.BIGINT, false);

  private record Key(NamedExpression expression, @Nullable String fingerprint) {}

  private final Scope input;
  private final List<Key> keys = new ArrayList<>();
  private final Map<String, NamedAggregation> aggregations = new LinkedHashMap<>();
  private final int lead;
  private @Nullable List<List<Integer>> sets;
  private @Nullable Expression condition;

  /**
   * {@code leading} keys come first and are part of every group: the domain of a dependent query.
   */
  Aggregates(Scope input, List<NamedExpression> leading) {
    this.input = input;
    this.lead = leading.size();
    leading.forEach(key -> keys.add(new Key(key, null)));
  }

  /** Aggregates see only the rows for which this is true. */
  void onlyIf(Expression rowCounts) {
    condition = rowCounts;
  }

  /** {@code syntax} is what the key was written as, if it was. */
  int key(NamedExpression key, @Nullable Syntax syntax, Binder binder) {
    String fingerprint = syntax == null ? null : fingerprint(syntax, binder);
    for (int i = 0; fingerprint != null && i < keys.size(); i++) {
      if (fingerprint.equals(keys.get(i).fingerprint())) {
        return i;
      }
    }
    keys.add(new Key(key, fingerprint));
    return keys.size() - 1;
  }

  /** Groups by each of these sets of keys, the others being null. */
  void sets(List<List<Integer>> indexes, Binder binder, int offset) {
    if (keys.size() > Long.SIZE - 1 || indexes.size() > MOST_SETS) {
      throw binder
          .text()
          .error(
              "GROUPING_SIZE_LIMIT_EXCEEDED",
              offset,
              "there are more than " + MOST_SETS + " grouping sets",
              null);
    }
    sets = new ArrayList<>();
    for (List<Integer> set : indexes) {
      List<Integer> all = new ArrayList<>(IntStream.range(0, lead).boxed().toList());
      all.addAll(set);
      sets.add(all);
    }
  }

  static String fingerprint(Syntax syntax, Binder binder) {
    return fingerprints(binder).of(syntax);
  }

  static Fingerprint fingerprints(Binder binder) {
    return new Fingerprint(
        name -> {
          try {
            Binder.Resolved resolved = binder.resolve(name);
            return "#" + resolved.index() + resolved.fields();
          } catch (AnalysisException e) {
            return name.parts().toString();
          }
        });
  }

  /**
   * Binds each aggregate function in an expression. {@code binder} sees the rows that are grouped.
   */
  void collect(Syntax syntax, Binder binder) {
    Optional<AggregateFunction> function = aggregate(syntax, binder);
    if (function.isEmpty()) {
      SyntaxWalk.children(syntax).forEach(child -> collect(child, binder));
      return;
    }
    Syntax.Call call = (Syntax.Call) syntax;
    String fingerprint = fingerprint(call, binder);
    if (!aggregations.containsKey(fingerprint)) {
      for (Syntax child : SyntaxWalk.children(call)) {
        refuseNested(child, binder);
      }
      NamedAggregation bound = new CallBinder(binder).aggregation(call, function.get(), "");
      aggregations.put(
          fingerprint,
          new NamedAggregation(
              shown(bound), bound.aggregation(), bound.distinct(), bound.filter()));
    }
  }

  private static String shown(NamedAggregation bound) {
    String sql = bound.aggregation().sql();
    if (bound.distinct()) {
      sql = sql.replaceFirst("\\(", "(DISTINCT ");
    }
    return bound.filter().isPresent()
        ? sql + " FILTER (WHERE " + bound.filter().get().sql() + ")"
        : sql;
  }

  private static void refuseNested(Syntax syntax, Binder binder) {
    if (aggregate(syntax, binder).isPresent()) {
      throw binder.error(
          "NESTED_AGGREGATE_FUNCTION",
          syntax,
          "an aggregate function cannot stand inside another",
          null);
    }
    SyntaxWalk.children(syntax).forEach(child -> refuseNested(child, binder));
  }

  static Optional<AggregateFunction> aggregate(Syntax syntax, Binder binder) {
    if (!(syntax instanceof Syntax.Call call) || call.extras().window()) {
      return Optional.empty();
    }
    Optional<Function> function = binder.functions().find(call.name());
    return function.isPresent()
            && function.get() instanceof AggregateFunction aggregate
            && !binder.correlation().isAggregateAround(call, binder)
        ? Optional.of(aggregate)
        : Optional.empty();
  }

  /** Whether it aggregates the rows of the query around. */
  static boolean isAround(Syntax.Call call, Binder binder) {
    return !call.extras().window()
        && binder.functions().find(call.name()).orElse(null) instanceof AggregateFunction
        && binder.correlation().isAggregateAround(call, binder);
  }

  static boolean contains(Syntax syntax, Binder binder) {
    return aggregate(syntax, binder).isPresent()
        || SyntaxWalk.children(syntax).stream().anyMatch(child -> contains(child, binder));
  }

  /** As {@link #contains}, and whether any aggregate function has an OVER. */
  static boolean containsAny(Syntax syntax, Binder binder) {
    return aggregate(syntax, binder).isPresent()
        || syntax instanceof Syntax.Call call
            && call.extras().window()
            && binder.functions().find(call.name()).orElse(null) instanceof AggregateFunction
        || SyntaxWalk.children(syntax).stream().anyMatch(child -> containsAny(child, binder));
  }

  /** The columns of the aggregation, which no name reaches: names go through {@link #known}. */
  Scope output() {
    List<Scope.Entry> entries = new ArrayList<>();
    keys.forEach(
        k -> entries.add(new Scope.Entry("", k.expression().field().withName(""), false, true)));
    aggregations
        .values()
        .forEach(a -> entries.add(new Scope.Entry("", a.field().withName(""), false, true)));
    if (sets != null) {
      entries.add(new Scope.Entry("", GROUPING_ID, false, true));
    }
    return new Scope(entries);
  }

  /** The key or aggregate that is meant; {@code rows} sees the rows that are grouped. */
  Optional<Expression> known(Syntax syntax, Binder here, Binder rows) {
    if (syntax instanceof Syntax.Name name
        && here.scope().lambda(name.parts().get(0)).isPresent()) {
      return Optional.empty();
    }
    Optional<Expression> grouping = grouping(syntax, here, rows);
    if (grouping.isPresent()) {
      return grouping;
    }
    if (syntax instanceof Syntax.Constant) {
      return Optional.empty();
    }
    String fingerprint = fingerprint(syntax, rows);
    for (int i = 0; i < keys.size(); i++) {
      if (fingerprint.equals(keys.get(i).fingerprint())) {
        return Optional.of(keyReference(i, syntax));
      }
    }
    int index = keys.size();
    for (Map.Entry<String, NamedAggregation> each : aggregations.entrySet()) {
      if (each.getKey().equals(fingerprint) && syntax instanceof Syntax.Call) {
        Field field = each.getValue().field();
        return Optional.of(
            new ColumnReference(index, field.name(), field.type(), field.nullable()));
      }
      index++;
    }
    if (syntax instanceof Syntax.Name name) {
      return Optional.of(column(name, here, rows));
    }
    if (syntax instanceof Syntax.Position position) {
      return Optional.of(columnAt(position.index(), position.name(), position, rows));
    }
    return Optional.empty();
  }

  private Expression keyReference(int index, Syntax syntax) {
    NamedExpression key = keys.get(index).expression();
    String shown =
        syntax instanceof Syntax.Name name
            ? name.parts().get(name.parts().size() - 1)
            : key.expression().sql();
    return new ColumnReference(
        index, shown, key.expression().type(), key.expression().nullable() || sets != null);
  }

  /** A column of the rows is to be had only where it is a key; a key's own name reaches it too. */
  private Expression column(Syntax.Name name, Binder here, Binder rows) {
    for (int i = 0; i < keys.size(); i++) {
      if (rows.scope().columns(name.parts().get(0)).isEmpty()
          && keys.get(i).expression().name().equalsIgnoreCase(name.parts().get(0))) {
        return here.members(
            keyReference(i, name), name.parts().subList(1, name.parts().size()), name);
      }
    }
    Binder.Resolved resolved;
    try {
      resolved = rows.resolve(name);
    } catch (AnalysisException e) {
      return rows.outer(name, e);
    }
    return here.members(
        columnAt(resolved.index(), resolved.written(), name, rows), resolved.fields(), name);
  }

  private Expression columnAt(int index, String written, Syntax at, Binder rows) {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).expression().expression() instanceof ColumnReference column
          && column.index() == index) {
        return new ColumnReference(i, written, column.type(), column.nullable() || sets != null);
      }
    }
    throw rows.error(
        "MISSING_AGGREGATION",
        at,
        "column '" + written + "' is neither a grouping key nor inside an aggregate function",
        "add it to the keys, or take any_value(" + written + ")");
  }

  boolean isEmpty() {
    return aggregations.isEmpty();
  }

  Scope input() {
    return input;
  }

  /** {@code grouping(key)}, {@code grouping_id()} and {@code grouping__id}. */
  private Optional<Expression> grouping(Syntax syntax, Binder here, Binder rows) {
    boolean named =
        syntax instanceof Syntax.Name name
            && name.parts().size() == 1
            && name.parts().get(0).equalsIgnoreCase("grouping__id");
    boolean called =
        syntax instanceof Syntax.Call call
            && (call.name().equalsIgnoreCase("grouping")
                || call.name().equalsIgnoreCase("grouping_id"));
    if (!named && !called) {
      return Optional.empty();
    }
    if (sets == null) {
      throw rows.error(
          "UNSUPPORTED_GROUPING_EXPRESSION",
          syntax,
          "grouping functions need GROUPING SETS, CUBE or ROLLUP",
          null);
    }
    Expression id =
        new ColumnReference(
            keys.size() + aggregations.size(), "grouping_id()", AtomicType.BIGINT, false);
    if (named) {
      return Optional.of(id);
    }
    Syntax.Call call = (Syntax.Call) syntax;
    List<Integer> asked = new ArrayList<>();
    for (Syntax argument : call.arguments()) {
      String fingerprint = fingerprint(argument, rows);
      int index = 0;
      while (index < keys.size() && !fingerprint.equals(keys.get(index).fingerprint())) {
        index++;
      }
      if (index == keys.size()) {
        throw rows.error(
            "GROUPING_COLUMN_MISMATCH",
            argument,
            "'" + call.name() + "' takes keys of GROUP BY",
            null);
      }
      asked.add(index);
    }
    String shown = call.name().toLowerCase(Locale.ROOT) + "(" + shown(call.arguments(), here) + ")";
    if (call.name().equalsIgnoreCase("grouping_id")) {
      List<Integer> all = IntStream.range(lead, keys.size()).boxed().toList();
      if (!asked.isEmpty() && !asked.equals(all)) {
        throw rows.error(
            "GROUPING_ID_COLUMN_MISMATCH",
            call,
            "'grouping_id' takes all keys of GROUP BY in their order",
            null);
      }
      return Optional.of(new Renamed(id, shown));
    }
    if (asked.size() != 1) {
      throw rows.error("WRONG_NUM_ARGS", call, "'grouping' takes one key", null);
    }
    long bit = 1L << (keys.size() - 1 - asked.get(0));
    Expression mask = new Literal(AtomicType.BIGINT, bit, String.valueOf(bit));
    Expression set =
        new Comparison(Comparison.Operator.EQUAL, new BitOperation('&', id, mask), mask);
    return Optional.of(
        new Renamed(Cast.explicit(set, AtomicType.TINYINT, false, here.session()), shown));
  }

  private static String shown(List<Syntax> arguments, Binder here) {
    return arguments.stream()
        .map(a -> here.bind(a).sql())
        .collect(java.util.stream.Collectors.joining(", "));
  }

  private NamedAggregation conditional(NamedAggregation aggregation) {
    if (condition == null) {
      return aggregation;
    }
    Expression only = condition;
    return new NamedAggregation(
        aggregation.name(),
        aggregation.aggregation(),
        aggregation.distinct(),
        Optional.of(
            aggregation
                .filter()
                .<Expression>map(f -> new Logic(true, List.of(only, f)))
                .orElse(only)));
  }

  Rel build(Rel rows, Rel.Aggregate.Scope scope, Origin origin) {
    List<NamedAggregation> all = aggregations.values().stream().map(this::conditional).toList();
    List<NamedExpression> allKeys = keys.stream().map(Key::expression).toList();
    if (sets == null) {
      Rel merged = TimeWindowing.merged(rows, allKeys, origin);
      return CollatedGrouping.of(merged, allKeys, all, scope, origin);
    }
    List<Rel> parts = new ArrayList<>();
    for (List<Integer> set : sets) {
      List<Integer> chosen = set.stream().distinct().toList();
      // Of no rows there is no group, not even that of all rows: it has a key, too.
      List<NamedExpression> chosenKeys =
          chosen.isEmpty()
              ? List.of(new NamedExpression("all", new Literal(AtomicType.INT, 0, "0")))
              : chosen.stream().map(allKeys::get).toList();
      Rel merged = TimeWindowing.merged(rows, chosenKeys, origin);
      Rel aggregate = CollatedGrouping.of(merged, chosenKeys, all, scope, origin);
      List<NamedExpression> columns = new ArrayList<>();
      long id = 0;
      for (int i = 0; i < allKeys.size(); i++) {
        Field key = allKeys.get(i).field();
        int at = chosen.indexOf(i);
        id = id << 1 | (at < 0 ? 1 : 0);
        columns.add(
            new NamedExpression(
                key.name(),
                at < 0
                    ? new Literal(key.type(), null, "NULL")
                    : new ColumnReference(at, key.name(), key.type(), true)));
      }
      for (int i = 0; i < all.size(); i++) {
        Field field = all.get(i).field();
        columns.add(
            new NamedExpression(
                field.name(),
                new ColumnReference(
                    chosenKeys.size() + i, field.name(), field.type(), field.nullable())));
      }
      columns.add(
          new NamedExpression(
              GROUPING_ID.name(), new Literal(AtomicType.BIGINT, id, String.valueOf(id))));
      parts.add(new Rel.Project(aggregate, columns, origin));
    }
    return new Rel.Union(parts, parts.get(0).schema(), origin);
  }
}

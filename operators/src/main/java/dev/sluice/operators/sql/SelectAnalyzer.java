package dev.sluice.operators.sql;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Select lists: stars, names, a generator, aggregates. */
final class SelectAnalyzer {
  /** An expression and the text it stands in. */
  record Item(Syntax syntax, SqlText text) {}

  private final Session session;
  private final FunctionRegistry functions;
  private final Rel.Aggregate.Scope scope;
  private final Origin origin;
  private final Correlation correlation;

  SelectAnalyzer(
      Session session, FunctionRegistry functions, Rel.Aggregate.Scope scope, Origin origin) {
    this(session, functions, scope, origin, Correlation.NONE);
  }

  private SelectAnalyzer(
      Session session,
      FunctionRegistry functions,
      Rel.Aggregate.Scope scope,
      Origin origin,
      Correlation correlation) {
    this.session = session;
    this.functions = functions;
    this.scope = scope;
    this.origin = origin;
    this.correlation = correlation;
  }

  /** The same for a query that may name the row around it. */
  SelectAnalyzer inside(Correlation other) {
    return new SelectAnalyzer(session, functions, scope, origin, other);
  }

  Correlation correlation() {
    return correlation;
  }

  Binder binder(SqlText text, Scope names) {
    return new Binder(text, session, functions, names, correlation);
  }

  /** Tells the functions in these that there are not, where planning stops at something else. */
  void tellFunctions(SqlText text, List<Syntax> all) {
    new UnboundSql(session, functions, text.problems()).calls(text, all);
  }

  static NamedExpression named(Syntax syntax, Binder binder) {
    Expression expression = binder.bind(syntax);
    return new NamedExpression(
        DefaultNames.selected(syntax).orElseGet(expression::sql), expression);
  }

  /** A select list without GROUP BY over rows with these names. */
  Rel select(Rel given, Scope columns, List<Item> items) {
    List<Item> expanded = expandStars(items, columns);
    TimeWindowing.Assigned assigned =
        TimeWindowing.assign(
            given,
            columns,
            expanded.stream().map(Item::syntax).toList(),
            binder(items.get(0).text(), columns),
            origin);
    Rel input = assigned.rel();
    Scope names = assigned.names();
    boolean aggregates =
        expanded.stream().anyMatch(i -> Aggregates.contains(i.syntax(), binder(i.text(), names)));
    if (aggregates) {
      Aggregates grouping = new Aggregates(names, List.of());
      try {
        tryAll(
            expanded,
            item -> {
              grouping.collect(item.syntax(), binder(item.text(), names));
              return Boolean.TRUE;
            });
      } catch (Reported e) {
        expanded.forEach(item -> tellFunctions(item.text(), List.of(item.syntax())));
        throw e;
      }
      Rel aggregate = grouping.build(input, scope, origin);
      Windows windows = new Windows(grouping.output().size(), List.of(), scope, origin);
      List<NamedExpression> grouped = afterGrouping(grouping, expanded, windows);
      return new Rel.Project(windows.over(aggregate), grouped, origin);
    }
    Generated generated =
        new RandomColumns(this, origin).apart(generate(input, names, expanded), List.of());
    Windows windows = new Windows(generated.names().size(), List.of(), scope, origin);
    List<NamedExpression> projected = project(generated.items(), generated.names(), windows);
    return Rel.Project.hiding(windows.over(generated.input()), given.schema(), projected, origin);
  }

  List<NamedExpression> afterGrouping(Aggregates grouping, List<Item> items, Windows windows) {
    List<NamedExpression> aliases = new ArrayList<>();
    return tryAll(
        items,
        item -> {
          Binder binder = over(grouping, item.text(), aliases, Optional.of(windows));
          NamedExpression made = named(item.syntax(), binder);
          if (item.syntax() instanceof Syntax.Alias) {
            aliases.add(made);
          }
          return made;
        });
  }

  /** A binder that sees the columns of an aggregation. */
  Binder over(Aggregates grouping, SqlText text) {
    return over(grouping, text, List.of(), Optional.empty());
  }

  private Binder over(
      Aggregates grouping, SqlText text, List<NamedExpression> aliases, Optional<Windows> windows) {
    return binder(text, grouping.output())
        .knowing(
            (syntax, here) -> {
              if (windows.isPresent() && Windows.isWindow(syntax)) {
                return Optional.of(windows.get().column(syntax, over(grouping, text)));
              }
              Binder rows = binder(text, grouping.input());
              if (syntax instanceof Syntax.Name name
                  && here.scope().lambda(name.parts().get(0)).isEmpty()
                  && !rows.isColumn(name)) {
                Optional<Expression> alias = alias(name, here, aliases);
                if (alias.isPresent()) {
                  return alias;
                }
              }
              return grouping.known(syntax, here, rows);
            });
  }

  /** Does the same with each item, telling the mistakes of all. */
  static <T> List<T> tryAll(List<Item> items, java.util.function.Function<Item, T> work) {
    List<T> results = new ArrayList<>();
    boolean failed = false;
    for (Item item : items) {
      Supplier<T> one = () -> work.apply(item);
      Optional<T> result = item.text().analyse(one);
      result.ifPresent(results::add);
      failed |= result.isEmpty();
    }
    if (failed) {
      throw new Reported();
    }
    return results;
  }

  List<Item> expandStars(List<Item> items, Scope names) {
    List<Item> expanded = new ArrayList<>();
    tryAll(
        items,
        item -> {
          if (item.syntax() instanceof Syntax.Star star) {
            Stars.expand(binder(item.text(), names), star)
                .forEach(s -> expanded.add(new Item(s, item.text())));
          } else {
            expanded.add(item);
          }
          return Boolean.TRUE;
        });
    return expanded;
  }

  /** Rows, names and items after a generator among the items has become a node of its own. */
  record Generated(Rel input, Scope names, List<Item> items) {}

  Generated generate(Rel input, Scope names, List<Item> items) {
    int at = -1;
    for (int i = 0; i < items.size(); i++) {
      Syntax syntax =
          items.get(i).syntax() instanceof Syntax.Alias alias
              ? alias.operand()
              : items.get(i).syntax();
      Binder binder = binder(items.get(i).text(), names);
      Optional<GeneratorFunction> function = Generators.function(syntax, binder);
      if (function.isPresent()) {
        Generators.requireAnywhere((Syntax.Call) syntax, binder, "UNRESOLVED_ROUTINE");
        if (at >= 0) {
          throw binder.error(
              "UNSUPPORTED_GENERATOR.MULTI_GENERATOR",
              syntax,
              "a select list can hold one generator only",
              "use a second step");
        }
        at = i;
      }
    }
    if (at < 0) {
      return new Generated(input, names, items);
    }
    Item item = items.get(at);
    List<String> aliases = item.syntax() instanceof Syntax.Alias alias ? alias.names() : List.of();
    Syntax syntax = item.syntax() instanceof Syntax.Alias alias ? alias.operand() : item.syntax();
    Rel.Generate generate =
        Generators.generate(
            input, (Syntax.Call) syntax, false, aliases, binder(item.text(), names), origin);
    List<Field> added =
        generate.schema().fields().subList(input.schema().size(), generate.schema().size());
    List<Scope.Entry> entries = new ArrayList<>(names.entries());
    added.forEach(f -> entries.add(new Scope.Entry("", f, false, true)));
    List<Item> rest = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (i != at) {
        rest.add(items.get(i));
        continue;
      }
      for (int k = 0; k < added.size(); k++) {
        Syntax position =
            new Syntax.Position(names.size() + k, added.get(k).name(), syntax.offset());
        rest.add(new Item(position, item.text()));
      }
    }
    return new Generated(generate, new Scope(entries), rest);
  }

  /** The items over rows; an item may use the name that one before it made. */
  List<NamedExpression> project(List<Item> items, Scope names, Windows windows) {
    List<NamedExpression> made = new ArrayList<>();
    List<NamedExpression> aliases = new ArrayList<>();
    Set<String> lost = new HashSet<>();
    boolean failed = false;
    for (Item item : items) {
      if (uses(item.syntax(), lost)) {
        continue;
      }
      Optional<NamedExpression> result =
          item.text()
              .analyse(
                  () -> named(item.syntax(), withAliases(item.text(), names, aliases, windows)));
      failed |= result.isEmpty();
      if (result.isEmpty()) {
        if (item.syntax() instanceof Syntax.Alias alias) {
          alias.names().forEach(name -> lost.add(lower(name)));
        }
      } else {
        made.add(result.get());
        if (item.syntax() instanceof Syntax.Alias) {
          aliases.add(result.get());
        }
      }
    }
    if (failed) {
      throw new Reported();
    }
    return made;
  }

  /** Whether an expression may name what could not be made, and so cannot be judged. */
  static boolean uses(Syntax syntax, Set<String> lost) {
    if (lost.isEmpty()) {
      return false;
    }
    List<Syntax.Name> names = new ArrayList<>();
    SyntaxWalk.names(syntax, names);
    return names.stream().anyMatch(name -> lost.contains(lower(name.parts().get(0))));
  }

  /** Names that are no column may be those of items before. */
  private Binder withAliases(
      SqlText text, Scope names, List<NamedExpression> aliases, Windows windows) {
    return binder(text, names)
        .knowing(
            (syntax, here) -> {
              if (Windows.isWindow(syntax)) {
                return Optional.of(windows.column(syntax, binder(text, names)));
              }
              if (aliases.isEmpty()
                  || !(syntax instanceof Syntax.Name name)
                  || here.isColumn(name)) {
                return Optional.empty();
              }
              return alias(name, here, aliases);
            });
  }

  private static Optional<Expression> alias(
      Syntax.Name name, Binder here, List<NamedExpression> aliases) {
    for (int i = aliases.size() - 1; i >= 0; i--) {
      if (aliases.get(i).name().equalsIgnoreCase(name.parts().get(0))) {
        List<String> fields = name.parts().subList(1, name.parts().size());
        Expression made = here.members(aliases.get(i).expression(), fields, name);
        String shown = "lateralAliasReference(" + String.join(".", name.parts()) + ")";
        return Optional.of(made instanceof ColumnReference ? made : new Renamed(made, shown));
      }
    }
    return Optional.empty();
  }

  /** References to the columns of a relation, by name and place. */
  static List<NamedExpression> references(List<Field> fields, int count) {
    List<NamedExpression> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Field f = fields.get(i);
      all.add(
          new NamedExpression(f.name(), new ColumnReference(i, f.name(), f.type(), f.nullable())));
    }
    return all;
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}

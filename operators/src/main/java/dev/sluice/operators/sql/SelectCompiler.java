package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Places;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.parser.ExpressionParser;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Expands lists of expressions, each a text of its own, into the algebra: what the steps select and
 * groupBy are made of.
 */
public final class SelectCompiler {
  private final Session session;
  private final FunctionRegistry functions;
  private final Problems problems;
  private final Places places;

  public SelectCompiler(Session session, FunctionRegistry functions, Problems problems) {
    this(session, functions, problems, Places.NONE);
  }

  /** {@code places} is told where each expression is written. */
  public SelectCompiler(
      Session session, FunctionRegistry functions, Problems problems, Places places) {
    this.session = session;
    this.functions = functions;
    this.problems = problems;
    this.places = places;
  }

  /** A text and the name of the column that it makes. */
  public record Named(String name, Node.Text text) {}

  private Binder binder(SqlText sql, Scope scope) {
    return new Binder(sql, session, functions, scope);
  }

  /**
   * One item, {@code expression} or {@code expression AS name}, with the name that Spark gives it
   * otherwise.
   */
  public Optional<NamedExpression> named(Node.Text item, Schema schema) {
    SqlText sql = new SqlText(item, problems, places);
    return sql.parse(() -> ExpressionParser.parseItem(item.value()))
        .flatMap(
            syntax ->
                sql.analyse(() -> SelectAnalyzer.named(syntax, binder(sql, Scope.of(schema)))));
  }

  /**
   * The rows put into the windows that one of the keys calls for: bind the keys to this. The rows
   * as they are if no key does, or after a mistake, which has been told.
   */
  public Rel windowed(Rel input, List<Node.Text> keys, Origin origin) {
    Rel result = input;
    for (Node.Text key : keys) {
      SqlText sql = new SqlText(key, new Problems(), places);
      Optional<Syntax> syntax = sql.parse(() -> ExpressionParser.parseItem(key.value()));
      if (syntax.isEmpty()) {
        continue;
      }
      SqlText told = new SqlText(key, problems, places);
      Rel rows = result;
      Scope names = Scope.of(input.schema());
      result =
          told.analyse(
                  () ->
                      TimeWindowing.assign(
                              rows, names, List.of(syntax.get()), binder(told, names), origin)
                          .rel())
              .orElse(rows);
    }
    return result;
  }

  /**
   * A select list: expressions, {@code AS} names, stars, at most one generator, aggregates of all
   * rows. Empty after a mistake; all mistakes of all items have been told then.
   */
  public Optional<Rel> select(
      Rel input, List<Node.Text> items, Rel.Aggregate.Scope scope, Origin origin) {
    List<SelectAnalyzer.Item> parsed = new ArrayList<>();
    Set<String> lost = new HashSet<>();
    for (Node.Text item : items) {
      SqlText sql = new SqlText(item, problems, places);
      Optional<Syntax> syntax = sql.parse(() -> ExpressionParser.parseItem(item.value()));
      if (syntax.isPresent()) {
        parsed.add(new SelectAnalyzer.Item(syntax.get(), sql));
      } else {
        lost.add(SelectAnalyzer.lower(lastWord(item.value())));
      }
    }
    if (items.isEmpty()) {
      return Optional.of(input);
    }
    // What can be read is looked at all the same, but for what may mean the name of what cannot.
    parsed.removeIf(item -> !lost.isEmpty() && SelectAnalyzer.uses(item.syntax(), lost));
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    SelectAnalyzer analyzer = new SelectAnalyzer(session, functions, scope, origin);
    Optional<Rel> selected =
        parsed
            .get(0)
            .text()
            .analyse(() -> analyzer.select(input, Scope.of(input.schema()), parsed));
    return lost.isEmpty() ? selected : Optional.empty();
  }

  /** Tells functions that there are not, where the rest of the expression is not looked into. */
  private void calls(SelectAnalyzer.Item item) {
    new UnboundSql(session, functions, problems).calls(item.text(), List.of(item.syntax()));
  }

  private static String lastWord(String text) {
    String trimmed = text.trim();
    return trimmed.substring(trimmed.lastIndexOf(' ') + 1).replace("`", "");
  }

  /**
   * A grouping by keys that are bound to the input: the keys under their names, then each aggregate
   * expression under its own. An aggregate expression may combine aggregates and keys: {@code
   * sum(a) / count(*)}.
   */
  public Optional<Rel> aggregate(
      Rel input,
      List<NamedExpression> keys,
      List<Named> aggregates,
      Rel.Aggregate.Scope scope,
      Origin origin) {
    Scope rows = Scope.of(input.schema());
    Aggregates grouping = new Aggregates(rows, List.of());
    SqlText nowhere = new SqlText(Node.Text.of(""), problems);
    keys.forEach(key -> grouping.key(key, null, binder(nowhere, rows)));
    List<SelectAnalyzer.Item> items = new ArrayList<>();
    boolean failed = false;
    for (Named each : aggregates) {
      SqlText sql = new SqlText(each.text(), problems, places);
      Optional<Syntax> syntax = sql.parse(() -> ExpressionParser.parse(each.text().value()));
      boolean collected =
          syntax.isPresent()
              && sql.analyse(
                      () -> {
                        grouping.collect(syntax.get(), binder(sql, rows));
                        return true;
                      })
                  .isPresent();
      failed |= !collected;
      syntax.ifPresent(s -> items.add(new SelectAnalyzer.Item(s, sql)));
    }
    if (failed) {
      items.forEach(item -> calls(item));
      return Optional.empty();
    }
    Optional<Rel> aggregate = nowhere.analyse(() -> grouping.build(input, scope, origin));
    if (aggregate.isEmpty()) {
      return Optional.empty();
    }
    List<NamedExpression> outputs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Expression key = keys.get(i).expression();
      outputs.add(
          new NamedExpression(
              keys.get(i).name(),
              new dev.sluice.operators.expression.ColumnReference(
                  i, keys.get(i).name(), key.type(), key.nullable())));
    }
    for (int i = 0; i < items.size(); i++) {
      SqlText sql = items.get(i).text();
      Syntax syntax = items.get(i).syntax();
      String name = aggregates.get(i).name();
      Binder over =
          binder(sql, grouping.output())
              .knowing((s, here) -> grouping.known(s, here, binder(sql, rows)));
      Optional<Expression> bound = sql.analyse(() -> over.bind(syntax));
      if (bound.isEmpty()) {
        failed = true;
      } else {
        outputs.add(new NamedExpression(name, bound.get()));
      }
    }
    return failed
        ? Optional.empty()
        : Optional.of(new Rel.Project(aggregate.get(), outputs, origin));
  }
}

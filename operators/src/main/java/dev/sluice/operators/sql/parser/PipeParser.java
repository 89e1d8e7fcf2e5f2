package dev.sluice.operators.sql.parser;

import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Pipe;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what stands after {@code |>}. */
final class PipeParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final QueryParser queries;
  private final RelationParser relations;

  PipeParser(
      Tokens tokens, ExpressionParser expressions, QueryParser queries, RelationParser relations) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.queries = queries;
    this.relations = relations;
  }

  Pipe pipe() {
    Token word = tokens.peek();
    int offset = word.offset();
    switch (word.upper()) {
      case "SELECT" -> {
        tokens.next();
        return new Pipe.Choose(queries.list(offset), offset);
      }
      case "EXTEND" -> {
        tokens.next();
        return new Pipe.Extend(items(), offset);
      }
      case "SET" -> {
        tokens.next();
        return new Pipe.Assign(assignments(), offset);
      }
      case "DROP" -> {
        tokens.next();
        return new Pipe.Drop(columns(), offset);
      }
      case "AS" -> {
        tokens.next();
        return new Pipe.Rename(tokens.expectName("a name").text(), offset);
      }
      case "WHERE" -> {
        tokens.next();
        return new Pipe.Where(expressions.expression(), offset);
      }
      case "AGGREGATE" -> {
        tokens.next();
        return aggregate(offset);
      }
      case "UNION", "EXCEPT", "MINUS", "SETMINUS", "INTERSECT" -> {
        Query.SetOperation operation = queries.combined(new Query.Plain(input(offset), offset));
        return new Pipe.Combined(operation, offset);
      }
      case "ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "LIMIT", "OFFSET" -> {
        return arranged(offset);
      }
      case "PIVOT" -> {
        return new Pipe.Shaped(shapes().pivot(input(offset)), offset);
      }
      case "UNPIVOT" -> {
        return new Pipe.Shaped(shapes().unpivot(input(offset)), offset);
      }
      case "TABLESAMPLE" -> {
        return new Pipe.Shaped(shapes().sample(input(offset)), offset);
      }
      default -> {
        Optional<Query.Join> join = relations.joinTo(input(offset));
        if (join.isPresent()) {
          return new Pipe.Joined(join.get(), offset);
        }
        throw SqlSyntaxException.unexpected(word, "SELECT, WHERE, EXTEND, AGGREGATE or their like");
      }
    }
  }

  private ShapeParser shapes() {
    return new ShapeParser(tokens, expressions);
  }

  private static Query.Relation input(int offset) {
    return new Query.Input(offset);
  }

  private List<Syntax> items() {
    List<Syntax> items = new ArrayList<>();
    do {
      items.add(expressions.selectItem());
    } while (tokens.skipSymbol(","));
    return items;
  }

  private List<Syntax.Alias> assignments() {
    List<Syntax.Alias> values = new ArrayList<>();
    do {
      Token name = tokens.expectName("a column");
      if (tokens.atSymbol(".")) {
        throw new SqlSyntaxException(
            "PARSE_SYNTAX_ERROR", name.offset(), "SET takes columns by their plain names");
      }
      if (values.stream().anyMatch(v -> v.names().get(0).equalsIgnoreCase(name.text()))) {
        throw new SqlSyntaxException(
            "DUPLICATE_ASSIGNMENTS", name.offset(), "SET names '" + name.text() + "' twice");
      }
      if (!tokens.skipSymbol("==")) {
        tokens.expectSymbol("=");
      }
      values.add(new Syntax.Alias(expressions.expression(), List.of(name.text()), name.offset()));
    } while (tokens.skipSymbol(","));
    return values;
  }

  private List<Syntax.Name> columns() {
    List<Syntax.Name> columns = new ArrayList<>();
    do {
      Token name = tokens.expectName("a column");
      columns.add(new Syntax.Name(List.of(name.text()), name.offset()));
    } while (tokens.skipSymbol(","));
    return columns;
  }

  private Pipe aggregate(int offset) {
    List<Syntax> items = tokens.atWords("GROUP", "BY") ? List.of() : items();
    if (!tokens.atWords("GROUP", "BY")) {
      return new Pipe.Aggregate(items, Optional.empty(), offset);
    }
    Token group = tokens.next();
    tokens.next();
    boolean sets = tokens.atWords("GROUPING", "SETS");
    if (sets || tokens.atWord("ALL") && !tokens.peek(1).isSymbol(".")) {
      throw unsupported(group);
    }
    List<Syntax> keys = items();
    for (Syntax key : keys) {
      if (key instanceof Syntax.Call call
          && (call.name().equalsIgnoreCase("cube") || call.name().equalsIgnoreCase("rollup"))) {
        throw unsupported(group);
      }
    }
    if (tokens.atWord("WITH") || tokens.atWords("GROUPING", "SETS")) {
      throw unsupported(group);
    }
    return new Pipe.Aggregate(items, Optional.of(keys), offset);
  }

  private static SqlSyntaxException unsupported(Token group) {
    return new SqlSyntaxException(
        "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE",
        group.offset(),
        "after '|> AGGREGATE', GROUP BY takes keys only: no ALL, CUBE, ROLLUP or GROUPING SETS");
  }

  private Pipe arranged(int offset) {
    Syntax all = new Syntax.Star(List.of(), List.of(), Optional.empty(), offset);
    Query.Select select =
        new Query.Select(
            List.of(all),
            false,
            Optional.of(input(offset)),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            offset);
    Query query = queries.arranged(List.of(), select, offset);
    if (!query.orderBy().isEmpty()
        && (query.limit().isPresent() || query.rowOffset().isPresent())) {
      throw new SqlSyntaxException(
          "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS",
          offset,
          "ORDER BY and LIMIT stand behind a '|>' each");
    }
    return new Pipe.Arranged(query, offset);
  }
}

package dev.sluice.operators.sql.parser;

import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what stands after FROM: tables, queries, functions, and joins of them. */
final class RelationParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final QueryParser queries;
  private final ShapeParser shapes;

  RelationParser(Tokens tokens, ExpressionParser expressions, QueryParser queries) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.queries = queries;
    this.shapes = new ShapeParser(tokens, expressions);
  }

  /** Relations with commas between, which bind weaker than JOIN. */
  Query.Relation relations() {
    Query.Relation left = relation();
    while (tokens.atSymbol(",")) {
      int offset = tokens.next().offset();
      boolean lateral = tokens.atWord("LATERAL");
      Query.Relation right = relation();
      left =
          new Query.Join(
              JoinType.CROSS, false, lateral, left, right, Optional.empty(), List.of(), offset);
    }
    return left;
  }

  /** One relation and those joined to it. */
  private Query.Relation relation() {
    Query.Relation left = primary();
    while (true) {
      if (shapes.atPivot()) {
        left = shapes.pivot(left);
        continue;
      }
      if (shapes.atUnpivot()) {
        left = shapes.unpivot(left);
        continue;
      }
      Optional<Query.Join> join = joinTo(left);
      if (join.isEmpty()) {
        return left;
      }
      left = join.get();
    }
  }

  /** {@code left JOIN ...} if the next words say so. */
  Optional<Query.Join> joinTo(Query.Relation left) {
    int mark = tokens.mark();
    int offset = tokens.peek().offset();
    boolean natural = tokens.skipWord("NATURAL");
    Optional<JoinType> type = joinType();
    if (type.isEmpty()) {
      tokens.reset(mark);
      return Optional.empty();
    }
    boolean lateral = tokens.atWord("LATERAL");
    Query.Relation right = primary();
    Optional<Syntax> on = Optional.empty();
    List<String> using = List.of();
    if (tokens.atWord("ON") && !natural) {
      tokens.next();
      on = Optional.of(expressions.expression());
    } else if (tokens.atWord("USING") && !natural) {
      tokens.next();
      tokens.expectSymbol("(");
      using = expressions.names();
      tokens.expectSymbol(")");
    }
    check(type.get(), natural, lateral, using, offset);
    return Optional.of(
        new Query.Join(type.get(), natural, lateral, left, right, on, using, offset));
  }

  private static void check(
      JoinType type, boolean natural, boolean lateral, List<String> using, int offset) {
    if (natural && type == JoinType.CROSS) {
      throw new SqlSyntaxException(
          "INCOMPATIBLE_JOIN_TYPES", offset, "a join is NATURAL or CROSS, not both");
    }
    if (lateral && (natural || !using.isEmpty())) {
      throw new SqlSyntaxException(
          "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING",
          offset,
          "a LATERAL join takes ON, not USING or NATURAL");
    }
    if (lateral
        && type != JoinType.INNER
        && type != JoinType.CROSS
        && type != JoinType.LEFT_OUTER) {
      throw new SqlSyntaxException(
          "INVALID_LATERAL_JOIN_TYPE", offset, "LATERAL goes with INNER, CROSS and LEFT joins");
    }
  }

  /** Up to and with the word JOIN; nothing if that is not what stands there. */
  private Optional<JoinType> joinType() {
    JoinType type = JoinType.INNER;
    if (tokens.skipWord("CROSS")) {
      type = JoinType.CROSS;
    } else if (tokens.skipWord("LEFT")) {
      type =
          tokens.skipWord("SEMI")
              ? JoinType.LEFT_SEMI
              : tokens.skipWord("ANTI") ? JoinType.LEFT_ANTI : JoinType.LEFT_OUTER;
      if (type == JoinType.LEFT_OUTER) {
        tokens.skipWord("OUTER");
      }
    } else if (tokens.skipWord("RIGHT")) {
      tokens.skipWord("OUTER");
      type = JoinType.RIGHT_OUTER;
    } else if (tokens.skipWord("FULL")) {
      tokens.skipWord("OUTER");
      type = JoinType.FULL_OUTER;
    } else if (tokens.skipWord("SEMI")) {
      type = JoinType.LEFT_SEMI;
    } else if (tokens.skipWord("ANTI")) {
      type = JoinType.LEFT_ANTI;
    } else {
      tokens.skipWord("INNER");
    }
    return tokens.skipWord("JOIN") ? Optional.of(type) : Optional.empty();
  }

  Query.Relation primary() {
    tokens.enter();
    Token first = tokens.peek();
    tokens.skipWord("LATERAL");
    Query.Relation relation;
    if (tokens.atWord("VALUES") && !tokens.peek(1).isSymbol(".")) {
      relation = values(first);
    } else if (tokens.atSymbol("(")) {
      relation = parenthesised(first);
    } else {
      relation = named(first);
    }
    tokens.leave();
    return relation;
  }

  Query.LateralView lateralView() {
    Token word = tokens.expectWord("LATERAL");
    tokens.expectWord("VIEW");
    boolean outer = tokens.skipWord("OUTER");
    Syntax call = expressions.expression();
    if (!(call instanceof Syntax.Call function)) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR", call.offset(), "LATERAL VIEW takes a generator function");
    }
    String alias = "";
    if (tokens.peek().isName()
        && !tokens.atWord("AS")
        && !ExpressionParser.endsItem(tokens.peek())) {
      alias = tokens.next().text();
    }
    List<String> columns = tokens.skipWord("AS") ? expressions.names() : List.of();
    return new Query.LateralView(function, outer, alias, columns, word.offset());
  }

  private Query.Relation values(Token first) {
    tokens.next();
    List<List<Syntax>> rows = new ArrayList<>();
    do {
      if (tokens.atSymbol("(")) {
        Syntax row = expressions.expression();
        rows.add(
            row instanceof Syntax.Call call
                    && call.name().equals("struct")
                    && call.offset() == first(row)
                ? call.arguments()
                : List.of(row));
      } else {
        rows.add(List.of(expressions.expression()));
      }
    } while (tokens.skipSymbol(","));
    Alias alias = alias();
    return new Query.Values(rows, alias.name(), alias.columns(), first.offset());
  }

  private static int first(Syntax row) {
    return row.offset();
  }

  private Query.Relation parenthesised(Token first) {
    if (QueryParser.startsQuery(tokens)) {
      int mark = tokens.mark();
      tokens.next();
      Query query = queries.query();
      if (tokens.atSymbol(")")) {
        tokens.next();
        if (shapes.atSample()) {
          Query.Relation all =
              new Query.Derived(query, Optional.empty(), List.of(), first.offset());
          return sampled(all, "");
        }
        Alias alias = alias();
        return new Query.Derived(query, alias.name(), alias.columns(), first.offset());
      }
      // Not a query after all but relations in parentheses, the first of which is a query.
      tokens.reset(mark);
    }
    tokens.expectSymbol("(");
    Query.Relation inner = relation();
    tokens.expectSymbol(")");
    if (shapes.atSample()) {
      return sampled(inner, "");
    }
    Alias alias = alias();
    if (alias.name().isEmpty()) {
      return inner;
    }
    Query query = Query.of(new Query.Plain(inner, first.offset()));
    return new Query.Derived(query, alias.name(), alias.columns(), first.offset());
  }

  private Query.Relation named(Token first) {
    Token word = tokens.expectName("a table");
    if (tokens.atSymbol("(")) {
      tokens.next();
      Syntax.Call call = (Syntax.Call) new CallParser(tokens, expressions).call(word, word.text());
      if (!call.extras().equals(Syntax.Extras.NONE)) {
        throw SqlSyntaxException.unexpected(
            word, "a table function without DISTINCT, FILTER, IGNORE NULLS and OVER");
      }
      Alias alias = alias();
      return new Query.TableFunction(call, alias.name(), alias.columns(), first.offset());
    }
    List<String> name = new ArrayList<>(List.of(word.text()));
    while (tokens.skipSymbol(".")) {
      name.add(tokens.expectName("a name").text());
    }
    List<Query.Property> options = List.of();
    if (tokens.atWord("WITH") && tokens.peek(1).isSymbol("(")) {
      tokens.next();
      options = properties();
    }
    if (shapes.atSample()) {
      Query.Relation all =
          new Query.Table(name, options, Optional.empty(), List.of(), first.offset());
      return sampled(all, name.get(name.size() - 1));
    }
    Alias alias = alias();
    return new Query.Table(name, options, alias.name(), alias.columns(), first.offset());
  }

  /** A sample, and the alias behind it, in whose place the name of the table may stand. */
  private Query.Relation sampled(Query.Relation all, String name) {
    Query.Relation sample = shapes.sample(all);
    Alias alias = alias();
    if (alias.name().isEmpty() && name.isEmpty()) {
      return sample;
    }
    Query query = Query.of(new Query.Plain(sample, all.offset()));
    return new Query.Derived(
        query, Optional.of(alias.name().orElse(name)), alias.columns(), all.offset());
  }

  /** {@code (header = true, 'sep' = ';')}. */
  private List<Query.Property> properties() {
    List<Query.Property> all = new ArrayList<>();
    tokens.expectSymbol("(");
    do {
      Token first = tokens.next();
      if (!first.isName() && first.kind() != Token.Kind.STRING) {
        throw SqlSyntaxException.unexpected(first, "the name of an option");
      }
      StringBuilder key = new StringBuilder(first.text());
      while (first.isName() && tokens.skipSymbol(".")) {
        key.append('.').append(tokens.expectName("a name").text());
      }
      if (!tokens.skipSymbol("=")) {
        tokens.skipSymbol("==");
      }
      Token value = tokens.next();
      boolean constant =
          value.kind() == Token.Kind.STRING
              || value.kind() == Token.Kind.NUMBER
              || value.isWord("TRUE")
              || value.isWord("FALSE");
      if (!constant) {
        throw SqlSyntaxException.unexpected(value, "the value of an option");
      }
      all.add(new Query.Property(key.toString(), first.offset(), value.text(), value.offset()));
    } while (tokens.skipSymbol(","));
    tokens.expectSymbol(")");
    return all;
  }

  private record Alias(Optional<String> name, List<String> columns) {}

  private Alias alias() {
    boolean as = tokens.skipWord("AS");
    if (as && !tokens.peek().isName()
        || !as
            && (!tokens.peek().isName()
                || tokens.peek().kind() == Token.Kind.WORD && endsRelation())) {
      if (as && tokens.skipSymbol("(")) {
        List<String> columns = expressions.names();
        tokens.expectSymbol(")");
        return new Alias(Optional.empty(), columns);
      }
      return new Alias(Optional.empty(), List.of());
    }
    String name = tokens.next().text();
    List<String> columns = List.of();
    if (tokens.skipSymbol("(")) {
      columns = expressions.names();
      tokens.expectSymbol(")");
    }
    return new Alias(Optional.of(name), columns);
  }

  private boolean endsRelation() {
    return ExpressionParser.endsItem(tokens.peek())
        || tokens.atWord("SELECT")
        || tokens.atWord("VALUES");
  }
}

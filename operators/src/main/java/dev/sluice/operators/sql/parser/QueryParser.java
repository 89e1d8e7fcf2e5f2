package dev.sluice.operators.sql.parser;

import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxRewrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads SELECT statements. */
public final class QueryParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final RelationParser relations;

  QueryParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.relations = new RelationParser(tokens, expressions, this);
  }

  /** A whole text as one query; a semicolon may end it. */
  public static Query parse(String text) {
    Tokens tokens = new Tokens(text);
    if (tokens.peek().kind() == Token.Kind.END) {
      throw new SqlSyntaxException("PARSE_EMPTY_STATEMENT", 0, "the query is empty");
    }
    Query query = new QueryParser(tokens, new ExpressionParser(tokens)).query();
    while (tokens.skipSymbol(";")) {
      continue;
    }
    tokens.expectEnd();
    return query;
  }

  /** A whole text as one key of a sort. */
  public static Syntax.OrderItem parseOrderItem(String text) {
    Tokens tokens = new Tokens(text);
    Syntax.OrderItem item = new QueryParser(tokens, new ExpressionParser(tokens)).orderItem(false);
    tokens.expectEnd();
    return item;
  }

  static boolean startsQuery(Tokens tokens) {
    return startsQueryAt(tokens, 0);
  }

  /** Whether a query begins some tokens ahead, perhaps in parentheses. */
  static boolean startsQueryAt(Tokens tokens, int ahead) {
    int at = ahead;
    while (tokens.peek(at).isSymbol("(")) {
      at++;
    }
    Token word = tokens.peek(at);
    Token after = tokens.peek(at + 1);
    if (word.isWord("SELECT")) {
      return !after.isSymbol(",")
          && !after.isSymbol(")")
          && !after.isSymbol("->")
          && !after.isSymbol("=>");
    }
    return word.isWord("VALUES") && after.isSymbol("(")
        || word.isWord("TABLE") && after.isName()
        || word.isWord("WITH") && after.isName()
        || at == ahead
            && word.isWord("FROM")
            && after.isName()
            && !tokens.peek(at + 2).isSymbol("(");
  }

  Query query() {
    tokens.enter();
    int offset = tokens.peek().offset();
    List<Query.With> with = tokens.atWord("WITH") ? with() : List.of();
    Query.Body body = setOperations();
    while (tokens.atSymbol("|>")) {
      int at = tokens.next().offset();
      body = new Query.Piped(body, new PipeParser(tokens, expressions, this, relations).pipe(), at);
    }
    Query query = arranged(with, body, offset);
    tokens.leave();
    return query;
  }

  /** The query with ORDER BY, LIMIT and OFFSET, as far as they follow. */
  Query arranged(List<Query.With> with, Query.Body written, int offset) {
    Query.Body body = written;
    List<Syntax.OrderItem> orderBy = List.of();
    boolean orderByAll = false;
    boolean ordered = false;
    while (atBy("ORDER") || atBy("SORT") || atBy("CLUSTER") || atBy("DISTRIBUTE")) {
      Token word = tokens.next();
      tokens.next();
      if (word.isWord("DISTRIBUTE")) {
        // Says where rows are computed, not which.
        expressions.expressions();
        continue;
      }
      if (ordered) {
        throw new SqlSyntaxException(
            "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES",
            word.offset(),
            "ORDER BY, SORT BY and CLUSTER BY do not go together");
      }
      ordered = true;
      if (word.isWord("ORDER") && tokens.atWord("ALL") && endsOrderAll()) {
        orderByAll = true;
        orderBy = List.of(orderItem(true));
      } else {
        orderBy = orderItems();
      }
    }
    Map<String, Syntax.Over> windows = new WindowParser(tokens, expressions).definitions();
    if (!windows.isEmpty()) {
      SyntaxRewrite naming = WindowParser.naming(windows);
      orderBy = naming.order(orderBy);
      body =
          body instanceof Query.Select select ? select.withItems(naming.all(select.items())) : body;
    }
    Optional<Syntax> limit = Optional.empty();
    Optional<Syntax> rowOffset = Optional.empty();
    if (tokens.skipWord("LIMIT")) {
      limit = tokens.skipWord("ALL") ? Optional.empty() : Optional.of(expressions.expression());
    }
    if (tokens.skipWord("OFFSET")) {
      rowOffset = Optional.of(expressions.expression());
    }
    return new Query(with, body, orderBy, orderByAll, limit, rowOffset, offset);
  }

  private boolean atBy(String word) {
    return tokens.atWords(word, "BY");
  }

  private boolean endsOrderAll() {
    Token next = tokens.peek(1);
    return next.kind() == Token.Kind.END
        || next.isSymbol(")")
        || next.isSymbol(";")
        || next.isWord("ASC")
        || next.isWord("DESC")
        || next.isWord("NULLS")
        || next.isWord("LIMIT");
  }

  private List<Query.With> with() {
    tokens.expectWord("WITH");
    boolean recursive =
        tokens.atWord("RECURSIVE")
            && tokens.peek(1).isName()
            && !tokens.peek(1).isWord("AS")
            && tokens.skipWord("RECURSIVE");
    List<Query.With> all = new ArrayList<>();
    do {
      Token name = tokens.expectName("a name");
      List<String> columns = List.of();
      if (tokens.skipSymbol("(")) {
        columns = expressions.names();
        tokens.expectSymbol(")");
      }
      Optional<Integer> levels = levels();
      tokens.skipWord("AS");
      tokens.expectSymbol("(");
      all.add(new Query.With(name.text(), columns, recursive, levels, query(), name.offset()));
      tokens.expectSymbol(")");
    } while (tokens.skipSymbol(","));
    return all;
  }

  /** {@code MAX RECURSION LEVEL 200}. */
  private Optional<Integer> levels() {
    if (!tokens.atWords("MAX", "RECURSION")) {
      return Optional.empty();
    }
    tokens.next();
    tokens.next();
    tokens.expectWord("LEVEL");
    boolean negative = tokens.skipSymbol("-");
    Token number = tokens.next();
    try {
      if (number.kind() == Token.Kind.NUMBER) {
        int levels = Integer.parseInt(number.text());
        return Optional.of(negative ? -levels : levels);
      }
    } catch (NumberFormatException e) {
      throw SqlSyntaxException.unexpected(number, "a whole number");
    }
    throw SqlSyntaxException.unexpected(number, "a whole number");
  }

  private Query.Body setOperations() {
    Query.Body left = intersections();
    while (tokens.atWord("UNION")
        || tokens.atWord("EXCEPT")
        || tokens.atWord("MINUS")
        || tokens.atWord("SETMINUS")) {
      Token word = tokens.next();
      boolean all = quantifier();
      left = new Query.SetOperation(operator(word), all, left, intersections(), word.offset());
    }
    return left;
  }

  /** One set operation behind a pipe, whose right side is one term. */
  Query.SetOperation combined(Query.Body left) {
    Token word = tokens.next();
    boolean all = quantifier();
    return new Query.SetOperation(operator(word), all, left, term(), word.offset());
  }

  private boolean quantifier() {
    boolean all = tokens.skipWord("ALL");
    if (!all) {
      tokens.skipWord("DISTINCT");
    }
    return all;
  }

  private static String operator(Token word) {
    return word.isWord("MINUS") || word.isWord("SETMINUS") ? "EXCEPT" : word.upper();
  }

  private Query.Body intersections() {
    Query.Body left = term();
    while (tokens.atWord("INTERSECT")) {
      Token word = tokens.next();
      boolean all = quantifier();
      left = new Query.SetOperation("INTERSECT", all, left, term(), word.offset());
    }
    return left;
  }

  private Query.Body term() {
    Token token = tokens.peek();
    if (token.isSymbol("(")) {
      tokens.next();
      Query query = query();
      tokens.expectSymbol(")");
      return new Query.Nested(query, token.offset());
    }
    if (token.isWord("VALUES")) {
      return new Query.Plain(relations.primary(), token.offset());
    }
    if (token.isWord("TABLE")) {
      tokens.next();
      return new Query.Plain(relations.primary(), token.offset());
    }
    if (token.isWord("FROM")) {
      tokens.next();
      Query.Relation relation = relations.relations();
      if (!tokens.atWord("SELECT")) {
        return new Query.Plain(relation, token.offset());
      }
      tokens.next();
      return select(token.offset(), Optional.of(relation));
    }
    tokens.expectWord("SELECT");
    return select(token.offset(), Optional.empty());
  }

  /** A select list over the rows before a pipe. */
  Query.Select list(int offset) {
    boolean distinct = tokens.skipWord("DISTINCT");
    List<Syntax> items = new ArrayList<>();
    do {
      items.add(expressions.selectItem());
    } while (tokens.skipSymbol(","));
    Map<String, Syntax.Over> windows = new WindowParser(tokens, expressions).definitions();
    if (!windows.isEmpty()) {
      items = WindowParser.naming(windows).all(items);
    }
    return new Query.Select(
        items,
        distinct,
        Optional.of(new Query.Input(offset)),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        offset);
  }

  private Query.Body select(int offset, Optional<Query.Relation> relationInFront) {
    boolean distinct = tokens.skipWord("DISTINCT");
    if (!distinct
        && tokens.atWord("ALL")
        && !tokens.peek(1).isSymbol(",")
        && !tokens.peek(1).isWord("FROM")) {
      tokens.next();
    }
    List<Syntax> items = new ArrayList<>();
    do {
      items.add(expressions.selectItem());
    } while (tokens.skipSymbol(","));
    refuseScripts();
    Optional<Query.Relation> from = relationInFront;
    if (from.isEmpty() && tokens.skipWord("FROM")) {
      from = Optional.of(relations.relations());
    }
    List<Query.LateralView> views = new ArrayList<>();
    while (tokens.atWords("LATERAL", "VIEW")) {
      views.add(relations.lateralView());
    }
    Optional<Syntax> where =
        tokens.skipWord("WHERE") ? Optional.of(expressions.expression()) : Optional.empty();
    Optional<Query.GroupBy> groupBy = Optional.empty();
    if (tokens.atWords("GROUP", "BY")) {
      groupBy = Optional.of(groupBy());
    }
    Optional<Syntax> having =
        tokens.skipWord("HAVING") ? Optional.of(expressions.expression()) : Optional.empty();
    Map<String, Syntax.Over> windows = new WindowParser(tokens, expressions).definitions();
    if (!windows.isEmpty()) {
      items = WindowParser.naming(windows).all(items);
    }
    return new Query.Select(items, distinct, from, views, where, groupBy, having, offset);
  }

  private void refuseScripts() {
    if (tokens.atWord("USING") && tokens.peek(1).kind() == Token.Kind.STRING) {
      throw new SqlSyntaxException(
          "NOT_IMPLEMENTED",
          tokens.peek().offset(),
          "queries run no scripts: TRANSFORM ... USING is not supported");
    }
  }

  private Query.GroupBy groupBy() {
    Token group = tokens.expectWord("GROUP");
    tokens.expectWord("BY");
    if (tokens.atWord("ALL") && endsGroupAll()) {
      tokens.next();
      return new Query.GroupBy(List.of(), true, Optional.empty(), group.offset());
    }
    return new GroupingSetsParser(tokens, expressions).groupBy(group.offset());
  }

  private boolean endsGroupAll() {
    Token next = tokens.peek(1);
    return !next.isSymbol(",") && !next.isSymbol(".") && !next.isSymbol("(") && !next.isSymbol("+");
  }

  List<Syntax.OrderItem> orderItems() {
    List<Syntax.OrderItem> items = new ArrayList<>();
    do {
      items.add(orderItem(false));
    } while (tokens.skipSymbol(","));
    return items;
  }

  private Syntax.OrderItem orderItem(boolean all) {
    Syntax expression;
    if (all) {
      Token word = tokens.next();
      expression = new Syntax.Name(List.of(word.text()), word.offset());
    } else {
      expression = expressions.expression();
    }
    boolean ascending = true;
    if (tokens.skipWord("DESC")) {
      ascending = false;
    } else {
      tokens.skipWord("ASC");
    }
    boolean nullsFirst = ascending;
    if (tokens.skipWord("NULLS")) {
      nullsFirst = tokens.atWord("FIRST");
      if (!tokens.skipWord("FIRST")) {
        tokens.expectWord("LAST");
      }
    }
    return new Syntax.OrderItem(expression, ascending, nullsFirst);
  }
}

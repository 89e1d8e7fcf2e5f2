package dev.sluice.operators.sql.parser;

import dev.sluice.operators.ddl.MisspeltWords;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads expressions by precedence climbing. What a single operand looks like is told by {@link
 * PrimaryParser}.
 */
public final class ExpressionParser {
  /** Chains of one operator grow the tree to the left without nesting in the text. */
  private static final int MAX_CHAIN = 1000;

  private static final int COMPARISON = 1;
  private static final int UNARY = 8;

  private final Tokens tokens;
  private final PrimaryParser primaries;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
    this.primaries = new PrimaryParser(tokens, this);
  }

  /** A whole text as one expression; {@code AS name} after it is a mistake. */
  public static Syntax parse(String text) {
    Tokens tokens = new Tokens(text);
    Syntax expression = new ExpressionParser(tokens).expression();
    tokens.expectEnd();
    return expression;
  }

  /** A whole text as one item of a select list: an expression, perhaps with a name. */
  public static Syntax parseItem(String text) {
    Tokens tokens = new Tokens(text);
    Syntax item = new ExpressionParser(tokens).selectItem();
    tokens.expectEnd();
    return item;
  }

  Syntax selectItem() {
    Syntax expression = expression();
    if (tokens.skipWord("AS")) {
      if (tokens.skipSymbol("(")) {
        List<String> names = names();
        tokens.expectSymbol(")");
        return new Syntax.Alias(expression, names, expression.offset());
      }
      return new Syntax.Alias(expression, List.of(aliasName()), expression.offset());
    }
    if (tokens.peek().kind() == Token.Kind.QUOTED_NAME
        || tokens.peek().kind() == Token.Kind.WORD && !endsItem(tokens.peek())) {
      return new Syntax.Alias(expression, List.of(tokens.next().text()), expression.offset());
    }
    return expression;
  }

  private String aliasName() {
    return tokens.expectName("a name").text();
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    do {
      names.add(aliasName());
    } while (tokens.skipSymbol(","));
    return names;
  }

  /** Words that cannot be a name without AS, because they go on with the query. */
  static boolean endsItem(Token word) {
    return STOP.contains(word.upper());
  }

  private static final Set<String> STOP =
      Set.of(
          "FROM",
          "WHERE",
          "GROUP",
          "HAVING",
          "ORDER",
          "SORT",
          "CLUSTER",
          "DISTRIBUTE",
          "LIMIT",
          "OFFSET",
          "UNION",
          "EXCEPT",
          "INTERSECT",
          "MINUS",
          "SETMINUS",
          "LATERAL",
          "WINDOW",
          "ON",
          "USING",
          "JOIN",
          "INNER",
          "LEFT",
          "RIGHT",
          "FULL",
          "CROSS",
          "NATURAL",
          "SEMI",
          "ANTI",
          "TABLESAMPLE",
          "PIVOT",
          "UNPIVOT",
          "AND",
          "OR",
          "WHEN",
          "THEN",
          "ELSE",
          "END",
          "AS",
          "ASC",
          "DESC",
          "NULLS",
          "IS",
          "NOT",
          "IN",
          "BETWEEN",
          "LIKE",
          "ILIKE",
          "RLIKE",
          "REGEXP",
          "DIV");

  List<Syntax> expressions() {
    List<Syntax> all = new ArrayList<>();
    do {
      all.add(expression());
    } while (tokens.skipSymbol(","));
    return all;
  }

  Syntax expression() {
    tokens.enter();
    Optional<Syntax> lambda = primaries.lambda();
    Syntax result = lambda.isPresent() ? lambda.get() : or();
    tokens.leave();
    return result;
  }

  private Syntax or() {
    Syntax first = and();
    if (!tokens.atWord("OR")) {
      return first;
    }
    List<Syntax> operands = new ArrayList<>();
    operands.add(first);
    while (tokens.skipWord("OR")) {
      operands.add(and());
    }
    return new Syntax.Logical(false, operands, first.offset());
  }

  private Syntax and() {
    Syntax first = not();
    if (!tokens.atWord("AND")) {
      return first;
    }
    List<Syntax> operands = new ArrayList<>();
    operands.add(first);
    while (tokens.skipWord("AND")) {
      operands.add(not());
    }
    return new Syntax.Logical(true, operands, first.offset());
  }

  private Syntax not() {
    Token token = tokens.peek();
    if (token.isWord("NOT") || token.isSymbol("!")) {
      tokens.next();
      tokens.enter();
      Syntax operand = not();
      tokens.leave();
      return new Syntax.Unary("NOT", operand, token.offset());
    }
    return predicate();
  }

  /** One test at most follows a value: {@code a IN (1) IN (2)} takes parentheses. */
  private Syntax predicate() {
    Syntax left = binary(COMPARISON);
    return predicateAfter(left).orElse(left);
  }

  private Optional<Syntax> predicateAfter(Syntax left) {
    if (tokens.atWord("IS")) {
      return Optional.of(is(left));
    }
    boolean not = false;
    int mark = tokens.mark();
    if (tokens.atSymbol("!")
        && tokens.peek(1).kind() == Token.Kind.WORD
        && Set.of("IN", "BETWEEN", "LIKE", "ILIKE", "RLIKE", "REGEXP")
            .contains(tokens.peek(1).upper())) {
      throw new SqlSyntaxException(
          "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT",
          tokens.peek().offset(),
          "'!' stands where 'NOT' is expected");
    }
    if (tokens.skipWord("NOT")) {
      not = true;
    }
    switch (tokens.peek().kind() == Token.Kind.WORD ? tokens.peek().upper() : "") {
      case "IN" -> {
        tokens.next();
        return Optional.of(in(left, not));
      }
      case "BETWEEN" -> {
        tokens.next();
        tokens.skipWord("ASYMMETRIC");
        Syntax low = binary(COMPARISON);
        tokens.expectWord("AND");
        Syntax high = binary(COMPARISON);
        return Optional.of(new Syntax.Between(left, low, high, not, left.offset()));
      }
      case "LIKE", "ILIKE", "RLIKE", "REGEXP" -> {
        return Optional.of(like(left, not));
      }
      default -> {
        tokens.reset(mark);
        return Optional.empty();
      }
    }
  }

  private Syntax is(Syntax left) {
    tokens.expectWord("IS");
    boolean not = tokens.skipWord("NOT");
    Token test = tokens.next();
    if (test.isWord("DISTINCT")) {
      tokens.expectWord("FROM");
      Syntax equal = new Syntax.Binary("<=>", left, binary(COMPARISON), left.offset());
      return not ? equal : new Syntax.Unary("NOT", equal, left.offset());
    }
    if (test.isWord("NULL")
        || test.isWord("TRUE")
        || test.isWord("FALSE")
        || test.isWord("UNKNOWN")) {
      return new Syntax.Is(left, test.upper(), not, left.offset());
    }
    List<String> tests = List.of("NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT", "NOT");
    throw SqlSyntaxException.unexpected(
        test, "NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM", MisspeltWords.remedy(test, tests));
  }

  private Syntax in(Syntax left, boolean not) {
    tokens.expectSymbol("(");
    if (QueryParser.startsQuery(tokens)) {
      return primaries.subquery(Syntax.Subquery.Kind.IN, Optional.of(left), not, left.offset());
    }
    List<Syntax> list = expressions();
    tokens.expectSymbol(")");
    return new Syntax.In(left, list, not, left.offset());
  }

  private Syntax like(Syntax left, boolean not) {
    String operator = tokens.next().upper();
    if (operator.equals("REGEXP")) {
      operator = "RLIKE";
    }
    Token quantifier = tokens.peek();
    if (!operator.equals("RLIKE")
        && (quantifier.isWord("ANY") || quantifier.isWord("SOME") || quantifier.isWord("ALL"))
        && tokens.peek(1).isSymbol("(")) {
      tokens.next();
      tokens.next();
      if (tokens.atSymbol(")")) {
        throw new SqlSyntaxException(
            "_LEGACY_ERROR_TEMP_0064", quantifier.offset(), "at least one pattern is expected");
      }
      List<Syntax> patterns = expressions();
      tokens.expectSymbol(")");
      String word = quantifier.isWord("ALL") ? "ALL" : "ANY";
      return new Syntax.Like(operator, word, left, patterns, '\\', not, left.offset());
    }
    Syntax pattern = binary(COMPARISON);
    char escape = '\\';
    if (!operator.equals("RLIKE") && tokens.skipWord("ESCAPE")) {
      Token text = tokens.next();
      if (text.kind() != Token.Kind.STRING || text.text().length() != 1) {
        throw new SqlSyntaxException(
            "INVALID_ESCAPE_CHAR", text.offset(), "ESCAPE takes a string of one character");
      }
      escape = text.text().charAt(0);
    }
    return new Syntax.Like(operator, "", left, List.of(pattern), escape, not, left.offset());
  }

  /** Operators of at least this precedence. */
  private Syntax binary(int least) {
    Syntax left = unary();
    int chain = 0;
    while (true) {
      Token token = tokens.peek();
      int precedence = precedence(token);
      if (precedence < least) {
        return left;
      }
      if (++chain > MAX_CHAIN) {
        throw tooLong(token);
      }
      tokens.next();
      Syntax right = precedence + 1 > UNARY ? unary() : binary(precedence + 1);
      left = new Syntax.Binary(operator(token), left, right, left.offset());
    }
  }

  private static SqlSyntaxException tooLong(Token token) {
    return new SqlSyntaxException(
        "PARSE_SYNTAX_ERROR",
        token.offset(),
        "more than " + MAX_CHAIN + " operators stand in a row");
  }

  private static String operator(Token token) {
    return switch (token.text().toLowerCase(Locale.ROOT)) {
      case "==" -> "=";
      case "!=" -> "<>";
      case "!<" -> ">=";
      case "!>" -> "<=";
      case "div" -> "div";
      default -> token.text();
    };
  }

  private static int precedence(Token token) {
    if (token.kind() == Token.Kind.WORD) {
      return token.isWord("DIV") ? 7 : 0;
    }
    if (token.kind() != Token.Kind.SYMBOL) {
      return 0;
    }
    return switch (token.text()) {
      case "=", "==", "<=>", "<>", "!=", "<", "<=", ">", ">=", "!<", "!>" -> COMPARISON;
      case "|" -> 2;
      case "^" -> 3;
      case "&" -> 4;
      case "<<", ">>", ">>>" -> 5;
      case "+", "-", "||" -> 6;
      case "*", "/", "%" -> 7;
      default -> 0;
    };
  }

  Syntax unary() {
    Token token = tokens.peek();
    if (token.isSymbol("-") && tokens.peek(1).kind() == Token.Kind.NUMBER) {
      tokens.next();
      return primaries.postfix(primaries.negativeNumber(token));
    }
    if (token.isSymbol("-") || token.isSymbol("+") || token.isSymbol("~")) {
      tokens.next();
      tokens.enter();
      Syntax operand = unary();
      tokens.leave();
      return new Syntax.Unary(token.text(), operand, token.offset());
    }
    return primaries.postfix(primaries.primary());
  }
}

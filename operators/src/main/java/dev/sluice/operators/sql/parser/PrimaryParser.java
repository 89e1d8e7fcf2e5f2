package dev.sluice.operators.sql.parser;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.ddl.MisspeltWords;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads single operands: literals, names, calls, CASE, CAST, what stands in parentheses. */
final class PrimaryParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  PrimaryParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** A lambda function, if one begins here. */
  Optional<Syntax> lambda() {
    Token first = tokens.peek();
    if (first.isName() && tokens.peek(1).isSymbol("->")) {
      tokens.next();
      tokens.next();
      return Optional.of(
          new Syntax.Lambda(List.of(first.text()), expressions.expression(), first.offset()));
    }
    if (!first.isSymbol("(") || !tokens.peek(1).isName()) {
      return Optional.empty();
    }
    int ahead = 1;
    List<String> parameters = new ArrayList<>();
    while (tokens.peek(ahead).isName()) {
      parameters.add(tokens.peek(ahead).text());
      ahead++;
      if (!tokens.peek(ahead).isSymbol(",")) {
        break;
      }
      ahead++;
    }
    if (!tokens.peek(ahead).isSymbol(")") || !tokens.peek(ahead + 1).isSymbol("->")) {
      return Optional.empty();
    }
    tokens.reset(tokens.mark() + ahead + 2);
    return Optional.of(new Syntax.Lambda(parameters, expressions.expression(), first.offset()));
  }

  /** What may follow an operand: {@code .field}, {@code [index]}, {@code ::type}. */
  Syntax postfix(Syntax operand) {
    Syntax result = operand;
    int chain = 0;
    while (true) {
      Token token = tokens.peek();
      if (++chain > Tokens.MAX_DEPTH) {
        throw new SqlSyntaxException(
            "PARSE_SYNTAX_ERROR", token.offset(), "the expression is too deep");
      }
      if (token.isSymbol(".")) {
        tokens.next();
        result = new Syntax.Member(result, tokens.expectName("a field").text(), operand.offset());
      } else if (token.isSymbol("[")) {
        tokens.next();
        Syntax index = expressions.expression();
        tokens.expectSymbol("]");
        result = new Syntax.Item(result, index, operand.offset());
      } else if (token.isSymbol("::")) {
        tokens.next();
        result = new Syntax.Cast(result, new TypeParser(tokens).type(), false, operand.offset());
      } else if (token.isSymbol(":")) {
        result = VariantPaths.parse(tokens, result);
      } else if (token.isWord("COLLATE")) {
        tokens.next();
        Token collation = tokens.expectName("a collation");
        String written = collation.text();
        while (tokens.skipSymbol(".")) {
          written += "." + tokens.expectName("a collation").text();
        }
        Syntax name = new Syntax.Constant(AtomicType.STRING, written, written, collation.offset());
        result =
            new Syntax.Call("collate", List.of(result, name), Syntax.Extras.NONE, operand.offset());
      } else {
        return result;
      }
    }
  }

  Syntax negativeNumber(Token minus) {
    return NumberLiterals.parse(tokens.next(), true, minus.offset());
  }

  Syntax primary() {
    Token token = tokens.peek();
    switch (token.kind()) {
      case NUMBER -> {
        return NumberLiterals.parse(tokens.next(), false, token.offset());
      }
      case STRING -> {
        return string(strings(), token.offset());
      }
      case SYMBOL -> {
        return symbol(token);
      }
      case QUOTED_NAME -> {
        return nameOrCall();
      }
      case WORD -> {
        return word(token);
      }
      default ->
          throw SqlSyntaxException.unexpected(
              token, "an expression", MisspeltWords.ofOperand(token, tokens.last()));
    }
  }

  private static Syntax string(String value, int offset) {
    return new Syntax.Constant(AtomicType.STRING, value, value, offset);
  }

  /** Strings that follow each other are one. */
  String strings() {
    Token first = tokens.next();
    if (tokens.peek().kind() != Token.Kind.STRING) {
      return first.text();
    }
    StringBuilder all = new StringBuilder(first.text());
    while (tokens.peek().kind() == Token.Kind.STRING) {
      all.append(tokens.next().text());
    }
    return all.toString();
  }

  private Syntax symbol(Token token) {
    if (token.isSymbol("*")) {
      tokens.next();
      return star(List.of(), token.offset());
    }
    if (token.isSymbol(":") && tokens.peek(1).isName() && tokens.peek(1).offset() == token.end()) {
      tokens.next();
      return Syntax.Call.marker(tokens.next().text(), token.offset());
    }
    if (!token.isSymbol("(")) {
      throw SqlSyntaxException.unexpected(
          token, "an expression", MisspeltWords.ofOperand(token, tokens.last()));
    }
    tokens.next();
    if (QueryParser.startsQuery(tokens)) {
      return subquery(Syntax.Subquery.Kind.SCALAR, Optional.empty(), false, token.offset());
    }
    Syntax inner = item();
    if (tokens.atSymbol(",")) {
      List<Syntax> fields = new ArrayList<>();
      fields.add(inner);
      while (tokens.skipSymbol(",")) {
        fields.add(item());
      }
      tokens.expectSymbol(")");
      return new Syntax.Call("struct", fields, Syntax.Extras.NONE, token.offset());
    }
    if (inner instanceof Syntax.Alias) {
      throw SqlSyntaxException.unexpected(tokens.peek(), "',' and another field");
    }
    tokens.expectSymbol(")");
    return inner;
  }

  /** A query up to and with the closing parenthesis. */
  Syntax subquery(Syntax.Subquery.Kind kind, Optional<Syntax> operand, boolean not, int offset) {
    int from = tokens.mark();
    Query query = new QueryParser(tokens, expressions).query();
    String written = tokens.textSince(from);
    tokens.expectSymbol(")");
    return new Syntax.Subquery(kind, operand, query, not, written, offset);
  }

  /** An expression that may have a name. */
  private Syntax item() {
    Syntax expression = expressions.expression();
    if (tokens.skipWord("AS")) {
      return new Syntax.Alias(
          expression, List.of(tokens.expectName("a name").text()), expression.offset());
    }
    return expression;
  }

  private Syntax star(List<String> qualifier, int offset) {
    List<Syntax.Name> except = new ArrayList<>();
    if (tokens.atWord("EXCEPT")
        && tokens.peek(1).isSymbol("(")
        && !QueryParser.startsQueryAt(tokens, 2)) {
      tokens.next();
      tokens.next();
      do {
        except.add(qualifiedName());
      } while (tokens.skipSymbol(","));
      tokens.expectSymbol(")");
    }
    return new Syntax.Star(qualifier, except, Optional.empty(), offset);
  }

  private Syntax.Name qualifiedName() {
    Token first = tokens.expectName("a column");
    List<String> parts = new ArrayList<>(List.of(first.text()));
    while (tokens.skipSymbol(".")) {
      parts.add(tokens.expectName("a field").text());
    }
    return new Syntax.Name(parts, first.offset());
  }

  private Syntax word(Token token) {
    boolean call = tokens.peek(1).isSymbol("(");
    boolean text = tokens.peek(1).kind() == Token.Kind.STRING;
    switch (token.upper()) {
      case "NULL" -> {
        tokens.next();
        return new Syntax.Constant(AtomicType.NULL, null, "NULL", token.offset());
      }
      case "TRUE", "FALSE" -> {
        tokens.next();
        boolean value = token.isWord("TRUE");
        return new Syntax.Constant(
            AtomicType.BOOLEAN, value, String.valueOf(value), token.offset());
      }
      case "CASE" -> {
        tokens.next();
        return caseWhen(token.offset());
      }
      case "CAST", "TRY_CAST" -> {
        if (call) {
          return cast(token);
        }
      }
      case "INTERVAL" -> {
        Optional<Syntax> interval = call ? Optional.empty() : new IntervalParser(tokens).literal();
        if (interval.isPresent()) {
          return interval.get();
        }
      }
      case "DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "X", "TIME" -> {
        if (text) {
          tokens.next();
          return new Syntax.TypedLiteral(token.upper(), strings(), token.offset());
        }
      }
      case "EXISTS" -> {
        if (call && QueryParser.startsQueryAt(tokens, 2)) {
          tokens.next();
          tokens.next();
          return subquery(Syntax.Subquery.Kind.EXISTS, Optional.empty(), false, token.offset());
        }
      }
      case "CURRENT_DATE",
          "CURRENT_TIMESTAMP",
          "CURRENT_USER",
          "USER",
          "SESSION_USER",
          "LOCALTIMESTAMP",
          "CURRENT_TIME" -> {
        if (!call && !tokens.peek(1).isSymbol(".")) {
          tokens.next();
          return new Syntax.Call(
              token.text().toLowerCase(Locale.ROOT), List.of(), Syntax.Extras.BARE, token.offset());
        }
      }
      default -> {
        if (!call && CLAUSE_WORDS.contains(token.upper()) && !standsAlone()) {
          throw SqlSyntaxException.unexpected(
              token, "an expression", MisspeltWords.ofOperand(token, tokens.last()));
        }
      }
    }
    return nameOrCall();
  }

  /** Words that begin a clause: a column only where nothing of the clause can follow. */
  private static final Set<String> CLAUSE_WORDS =
      Set.of(
          "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "UNION", "THEN", "WHEN", "ELSE", "SELECT");

  /** What may follow a column, and not the first word of a clause. */
  private static final Set<String> AFTER_COLUMN =
      Set.of(
          "AS", "FROM", "IS", "IN", "AND", "OR", "NOT", "LIKE", "RLIKE", "ILIKE", "BETWEEN", "THEN",
          "ELSE", "END", "WHEN", "ASC", "DESC", "NULLS", "COLLATE", "DIV");

  /** Whether the word ahead can only be a column: Spark reserves none of them. */
  private boolean standsAlone() {
    Token next = tokens.peek(1);
    return switch (next.kind()) {
      case WORD -> AFTER_COLUMN.contains(next.upper()) && !tokens.peek().isWord("FROM");
      case SYMBOL -> !next.isSymbol("(") && !next.isSymbol("*");
      case END -> true;
      default -> false;
    };
  }

  private Syntax caseWhen(int offset) {
    tokens.enter();
    Optional<Syntax> operand =
        tokens.atWord("WHEN") ? Optional.empty() : Optional.of(expressions.expression());
    List<Syntax.When> branches = new ArrayList<>();
    while (tokens.skipWord("WHEN")) {
      Syntax condition = expressions.expression();
      tokens.expectWord("THEN");
      branches.add(new Syntax.When(condition, expressions.expression()));
    }
    if (branches.isEmpty()) {
      throw SqlSyntaxException.unexpected(
          tokens.peek(), "'WHEN'", MisspeltWords.remedy(tokens.peek(), List.of("WHEN")));
    }
    Optional<Syntax> otherwise =
        tokens.skipWord("ELSE") ? Optional.of(expressions.expression()) : Optional.empty();
    tokens.expectWord("END");
    tokens.leave();
    return new Syntax.Case(operand, branches, otherwise, offset);
  }

  private Syntax cast(Token word) {
    tokens.next();
    tokens.expectSymbol("(");
    Syntax operand = expressions.expression();
    tokens.expectWord("AS");
    DataType type = new TypeParser(tokens).type();
    tokens.expectSymbol(")");
    return new Syntax.Cast(operand, type, word.isWord("TRY_CAST"), word.offset());
  }

  private Syntax nameOrCall() {
    Token first = tokens.next();
    if (tokens.atSymbol("(")) {
      tokens.next();
      return new CallParser(tokens, expressions).call(first, first.text());
    }
    List<String> parts = new ArrayList<>(List.of(first.text()));
    while (tokens.atSymbol(".")) {
      if (tokens.peek(1).isSymbol("*")) {
        tokens.next();
        tokens.next();
        return star(parts, first.offset());
      }
      tokens.next();
      Token part = tokens.peek();
      if (part.kind() == Token.Kind.NUMBER) {
        parts.add(tokens.next().text());
        continue;
      }
      parts.add(tokens.expectName("a field").text());
      if (tokens.atSymbol("(")) {
        tokens.next();
        return new CallParser(tokens, expressions).call(first, String.join(".", parts));
      }
    }
    return new Syntax.Name(parts, first.offset());
  }
}

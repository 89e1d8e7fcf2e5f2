package dev.sluice.operators.sql.parser;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads calls after their opening parenthesis, also those whose arguments are words: {@code
 * EXTRACT(day FROM x)}.
 */
final class CallParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  CallParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Syntax call(Token word, String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    Optional<Syntax> special =
        word.kind() != Token.Kind.WORD
            ? Optional.empty()
            : switch (upper) {
              case "EXTRACT" -> extract(word);
              case "POSITION" -> position(word);
              case "SUBSTRING", "SUBSTR" -> substring(word);
              case "TRIM" -> trim(word);
              case "OVERLAY" -> overlay(word);
              case "TIMESTAMPADD",
                  "TIMESTAMPDIFF",
                  "DATEADD",
                  "DATE_ADD",
                  "DATEDIFF",
                  "DATE_DIFF",
                  "TIMEDIFF" ->
                  withUnit(word, upper);
              default -> Optional.empty();
            };
    return special.orElseGet(() -> ordinary(word, name));
  }

  private Syntax ordinary(Token word, String name) {
    boolean distinct = false;
    if (tokens.atWord("DISTINCT")) {
      tokens.next();
      distinct = true;
    } else if (tokens.atWord("ALL")
        && !tokens.peek(1).isSymbol(")")
        && !tokens.peek(1).isSymbol(",")) {
      tokens.next();
    }
    List<Syntax> arguments = new ArrayList<>();
    Optional<Boolean> ignoreNulls = Optional.empty();
    if (!tokens.atSymbol(")")) {
      do {
        arguments.add(argument(name));
      } while (tokens.skipSymbol(","));
      ignoreNulls = nullTreatment();
    }
    tokens.expectSymbol(")");
    return extras(word, name, arguments, distinct, ignoreNulls);
  }

  private Optional<Boolean> nullTreatment() {
    if (tokens.atWords("IGNORE", "NULLS") || tokens.atWords("RESPECT", "NULLS")) {
      boolean ignore = tokens.next().isWord("IGNORE");
      tokens.next();
      return Optional.of(ignore);
    }
    return Optional.empty();
  }

  /** Only the fields of {@code struct} are given names by AS. */
  private Syntax argument(String function) {
    Token first = tokens.peek();
    if (first.isName() && tokens.peek(1).isSymbol("=>")) {
      tokens.next();
      tokens.next();
      return new Syntax.NamedArgument(first.text(), expressions.expression(), first.offset());
    }
    if (QueryParser.startsQuery(tokens) && !tokens.atSymbol("(")) {
      throw SqlSyntaxException.unexpected(first, "an expression");
    }
    Syntax expression = expressions.expression();
    if (function.equalsIgnoreCase("struct") && tokens.skipWord("AS")) {
      return new Syntax.Alias(
          expression, List.of(tokens.expectName("a name").text()), expression.offset());
    }
    return expression;
  }

  /** WITHIN GROUP, FILTER, IGNORE NULLS and OVER, in this order and each once. */
  private Syntax extras(
      Token word,
      String name,
      List<Syntax> arguments,
      boolean distinct,
      Optional<Boolean> ignoreNulls) {
    List<Syntax.OrderItem> withinGroup = List.of();
    if (tokens.atWords("WITHIN", "GROUP")) {
      tokens.next();
      tokens.next();
      tokens.expectSymbol("(");
      tokens.expectWord("ORDER");
      tokens.expectWord("BY");
      withinGroup = new QueryParser(tokens, expressions).orderItems();
      tokens.expectSymbol(")");
    }
    Optional<Syntax> filter = Optional.empty();
    if (tokens.atWord("FILTER") && tokens.peek(1).isSymbol("(")) {
      tokens.next();
      tokens.next();
      tokens.expectWord("WHERE");
      filter = Optional.of(expressions.expression());
      tokens.expectSymbol(")");
    }
    Optional<Boolean> nulls = nullTreatment().or(() -> ignoreNulls);
    Optional<Syntax.Over> over =
        WindowParser.atOver(tokens)
            ? Optional.of(new WindowParser(tokens, expressions).over())
            : Optional.empty();
    refuseSecond();
    return new Syntax.Call(
        name,
        arguments,
        new Syntax.Extras(distinct, filter, withinGroup, nulls, over, false),
        word.offset());
  }

  /** What belongs to a call would be read as a name after it. */
  private void refuseSecond() {
    Token token = tokens.peek();
    boolean again =
        WindowParser.atOver(tokens)
            || tokens.atWords("WITHIN", "GROUP")
            || nullTreatmentAhead()
            || (token.isWord("FILTER")
                && tokens.peek(1).isSymbol("(")
                && tokens.peek(2).isWord("WHERE"));
    if (again) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR",
          token.offset(),
          "'"
              + token.text()
              + "' is too late: WITHIN GROUP, FILTER, IGNORE NULLS, OVER, each once");
    }
  }

  private boolean nullTreatmentAhead() {
    return tokens.atWords("IGNORE", "NULLS") || tokens.atWords("RESPECT", "NULLS");
  }

  private static Syntax call(Token word, String name, Syntax... arguments) {
    return new Syntax.Call(name, List.of(arguments), Syntax.Extras.NONE, word.offset());
  }

  private static Syntax text(Token token) {
    return new Syntax.Constant(AtomicType.STRING, token.text(), token.text(), token.offset());
  }

  private Optional<Syntax> extract(Token word) {
    if (!tokens.peek(1).isWord("FROM")) {
      return Optional.empty();
    }
    Token field = tokens.next();
    tokens.next();
    Syntax source = expressions.expression();
    tokens.expectSymbol(")");
    return Optional.of(call(word, "extract", text(field), source));
  }

  private Optional<Syntax> position(Token word) {
    int mark = tokens.mark();
    Syntax first = expressions.unary();
    if (!tokens.skipWord("IN")) {
      tokens.reset(mark);
      return Optional.empty();
    }
    Syntax second = expressions.expression();
    tokens.expectSymbol(")");
    Syntax start = new Syntax.Constant(AtomicType.INT, 1, "1", word.offset());
    return Optional.of(call(word, "locate", first, second, start));
  }

  private Optional<Syntax> substring(Token word) {
    int mark = tokens.mark();
    if (tokens.atSymbol(")")) {
      return Optional.empty();
    }
    Syntax source = expressions.expression();
    if (!tokens.skipWord("FROM")) {
      tokens.reset(mark);
      return Optional.empty();
    }
    Syntax from = expressions.expression();
    Syntax result;
    if (tokens.skipWord("FOR")) {
      result = call(word, "substring", source, from, expressions.expression());
    } else {
      result = call(word, "substring", source, from);
    }
    tokens.expectSymbol(")");
    return Optional.of(result);
  }

  private Optional<Syntax> trim(Token word) {
    int mark = tokens.mark();
    String side = "BOTH";
    boolean explicit = false;
    if ((tokens.atWord("BOTH") || tokens.atWord("LEADING") || tokens.atWord("TRAILING"))
        && !tokens.peek(1).isSymbol(")")
        && !tokens.peek(1).isSymbol(",")) {
      side = tokens.next().upper();
      explicit = true;
    }
    if (explicit && tokens.skipWord("FROM")) {
      Syntax source = expressions.expression();
      tokens.expectSymbol(")");
      return Optional.of(
          call(
              word,
              side.equals("BOTH") ? "trim" : side.equals("LEADING") ? "ltrim" : "rtrim",
              source));
    }
    if (tokens.atSymbol(")")) {
      return Optional.empty();
    }
    Syntax characters = expressions.expression();
    if (!tokens.skipWord("FROM")) {
      tokens.reset(mark);
      return Optional.empty();
    }
    Syntax source = expressions.expression();
    tokens.expectSymbol(")");
    return Optional.of(
        switch (side) {
          case "LEADING" -> call(word, "ltrim", characters, source);
          case "TRAILING" -> call(word, "rtrim", characters, source);
          default -> call(word, "trim", characters, source);
        });
  }

  private Optional<Syntax> overlay(Token word) {
    int mark = tokens.mark();
    Syntax source = expressions.expression();
    if (!tokens.skipWord("PLACING")) {
      tokens.reset(mark);
      return Optional.empty();
    }
    Syntax replacement = expressions.expression();
    tokens.expectWord("FROM");
    Syntax from = expressions.expression();
    Syntax result;
    if (tokens.skipWord("FOR")) {
      result = call(word, "overlay", source, replacement, from, expressions.expression());
    } else {
      result = call(word, "overlay", source, replacement, from);
    }
    tokens.expectSymbol(")");
    return Optional.of(result);
  }

  /** {@code DATEADD(MONTH, 1, x)}: three arguments of which the first is a bare unit. */
  private Optional<Syntax> withUnit(Token word, String upper) {
    Token unit = tokens.peek();
    boolean alone = tokens.peek(1).isSymbol(",");
    if (unit.kind() == Token.Kind.STRING && alone && threeArguments()) {
      throw new SqlSyntaxException(
          "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
          unit.offset(),
          "'" + word.text() + "' takes the unit as a word, without quotes");
    }
    if (unit.kind() != Token.Kind.WORD || !alone || !isUnit(unit.upper())) {
      return Optional.empty();
    }
    tokens.next();
    tokens.next();
    Syntax second = expressions.expression();
    tokens.expectSymbol(",");
    Syntax third = expressions.expression();
    tokens.expectSymbol(")");
    String name = upper.endsWith("ADD") ? "timestampadd" : "timestampdiff";
    return Optional.of(call(word, name, text(unit), second, third));
  }

  private boolean threeArguments() {
    int depth = 0;
    int commas = 0;
    for (int i = 0; ; i++) {
      Token token = tokens.peek(i);
      if (token.kind() == Token.Kind.END || depth < 0) {
        return commas == 2;
      }
      depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
      commas += depth == 0 && token.isSymbol(",") ? 1 : 0;
    }
  }

  private static boolean isUnit(String word) {
    return switch (word) {
      case "YEAR",
          "QUARTER",
          "MONTH",
          "WEEK",
          "DAY",
          "DAYOFYEAR",
          "HOUR",
          "MINUTE",
          "SECOND",
          "MILLISECOND",
          "MICROSECOND" ->
          true;
      default -> false;
    };
  }
}

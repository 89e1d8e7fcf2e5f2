package dev.sluice.operators.sql.parser;

import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what changes the shape of a relation: PIVOT, UNPIVOT, TABLESAMPLE. */
final class ShapeParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  ShapeParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  boolean atPivot() {
    return tokens.atWord("PIVOT") && tokens.peek(1).isSymbol("(");
  }

  boolean atUnpivot() {
    Token after = tokens.peek(1);
    return tokens.atWord("UNPIVOT")
        && (after.isSymbol("(") || after.isWord("INCLUDE") || after.isWord("EXCLUDE"));
  }

  boolean atSample() {
    return tokens.atWord("TABLESAMPLE") && tokens.peek(1).isSymbol("(");
  }

  Query.Pivot pivot(Query.Relation input) {
    int offset = tokens.next().offset();
    tokens.expectSymbol("(");
    List<Syntax> aggregates = new ArrayList<>();
    do {
      aggregates.add(aggregate());
    } while (tokens.skipSymbol(","));
    tokens.expectWord("FOR");
    List<Syntax> columns = new ArrayList<>();
    if (tokens.skipSymbol("(")) {
      do {
        columns.add(column());
      } while (tokens.skipSymbol(","));
      tokens.expectSymbol(")");
    } else {
      columns.add(column());
    }
    tokens.expectWord("IN");
    tokens.expectSymbol("(");
    List<Syntax> values = new ArrayList<>();
    do {
      values.add(expressions.selectItem());
    } while (tokens.skipSymbol(","));
    tokens.expectSymbol(")");
    tokens.expectSymbol(")");
    return new Query.Pivot(input, aggregates, columns, values, offset);
  }

  /** FOR ends an aggregate, where elsewhere it would be its name. */
  private Syntax aggregate() {
    Syntax expression = expressions.expression();
    boolean as = tokens.skipWord("AS");
    boolean named = as || tokens.peek().isName() && !tokens.atWord("FOR");
    return named
        ? new Syntax.Alias(
            expression, List.of(tokens.expectName("a name").text()), expression.offset())
        : expression;
  }

  private Syntax column() {
    Token name = tokens.expectName("a column");
    return new Syntax.Name(List.of(name.text()), name.offset());
  }

  Query.Unpivot unpivot(Query.Relation input) {
    int offset = tokens.next().offset();
    boolean nulls = tokens.skipWord("INCLUDE");
    if (nulls || tokens.skipWord("EXCLUDE")) {
      tokens.expectWord("NULLS");
    }
    tokens.expectSymbol("(");
    boolean several = tokens.atSymbol("(");
    List<String> values =
        several ? parenthesised() : List.of(tokens.expectName("a name for the values").text());
    tokens.expectWord("FOR");
    String name = tokens.expectName("a name for the names").text();
    tokens.expectWord("IN");
    tokens.expectSymbol("(");
    List<Query.UnpivotColumns> columns = new ArrayList<>();
    do {
      columns.add(unpivotColumns(several, values.size()));
    } while (tokens.skipSymbol(","));
    tokens.expectSymbol(")");
    tokens.expectSymbol(")");
    return new Query.Unpivot(input, nulls, values, name, columns, alias(), offset);
  }

  private List<String> parenthesised() {
    tokens.expectSymbol("(");
    List<String> names = expressions.names();
    tokens.expectSymbol(")");
    return names;
  }

  private Query.UnpivotColumns unpivotColumns(boolean several, int width) {
    int offset = tokens.peek().offset();
    List<Syntax> columns = new ArrayList<>();
    if (several) {
      tokens.expectSymbol("(");
    }
    do {
      columns.add(path());
    } while (several && tokens.skipSymbol(","));
    if (several) {
      tokens.expectSymbol(")");
    }
    if (columns.size() != width) {
      throw new SqlSyntaxException(
          "UNPIVOT_VALUE_SIZE_MISMATCH",
          offset,
          "UNPIVOT names " + width + " values, and here are " + columns.size() + " columns");
    }
    boolean as = tokens.skipWord("AS");
    Optional<String> name =
        as || tokens.peek().isName()
            ? Optional.of(tokens.expectName("a name").text())
            : Optional.empty();
    return new Query.UnpivotColumns(columns, name, offset);
  }

  private Syntax path() {
    Token first = tokens.expectName("a column");
    List<String> parts = new ArrayList<>(List.of(first.text()));
    while (tokens.skipSymbol(".")) {
      parts.add(tokens.expectName("a name").text());
    }
    return new Syntax.Name(parts, first.offset());
  }

  private Optional<String> alias() {
    boolean as = tokens.skipWord("AS");
    return as || tokens.peek().isName() && !ExpressionParser.endsItem(tokens.peek())
        ? Optional.of(tokens.expectName("a name").text())
        : Optional.empty();
  }

  Query.Sample sample(Query.Relation input) {
    int offset = tokens.next().offset();
    tokens.expectSymbol("(");
    if (tokens.atSymbol(")")) {
      throw invalid(offset, "TABLESAMPLE takes a number of rows, or a part of them");
    }
    Optional<Syntax> rows = Optional.empty();
    double fraction = 0;
    if (tokens.atWord("BUCKET") && tokens.peek(1).kind() == Token.Kind.NUMBER) {
      fraction = bucket();
    } else {
      boolean negative = tokens.atSymbol("-");
      int ahead = negative ? 1 : 0;
      if (tokens.peek(ahead).kind() == Token.Kind.NUMBER
          && tokens.peek(ahead + 1).isWord("PERCENT")) {
        fraction = percent(negative);
      } else {
        Syntax count = expressions.expression();
        if (!tokens.skipWord("ROWS")) {
          throw invalid(
              count.offset(),
              "TABLESAMPLE takes '10 PERCENT', '5 ROWS' or 'BUCKET 1 OUT OF 4', no bytes");
        }
        rows = Optional.of(count);
      }
    }
    tokens.expectSymbol(")");
    Optional<Long> seed = Optional.empty();
    if (tokens.skipWord("REPEATABLE")) {
      tokens.expectSymbol("(");
      boolean negative = tokens.skipSymbol("-");
      long number = whole();
      seed = Optional.of(negative ? -number : number);
      tokens.expectSymbol(")");
    }
    return new Query.Sample(input, rows, fraction, seed, offset);
  }

  private double percent(boolean negative) {
    int offset = tokens.peek().offset();
    if (negative) {
      tokens.next();
    }
    Token number = tokens.next();
    tokens.expectWord("PERCENT");
    double value;
    try {
      value = new BigDecimal(number.text()).doubleValue() / 100;
    } catch (NumberFormatException e) {
      throw SqlSyntaxException.unexpected(number, "a number");
    }
    if (negative && value > 0 || value > 1) {
      throw invalid(offset, "a sample is between 0 and 100 percent of the rows");
    }
    return value;
  }

  private double bucket() {
    int offset = tokens.next().offset();
    long part = whole();
    tokens.expectWord("OUT");
    tokens.expectWord("OF");
    long of = whole();
    if (tokens.atWord("ON")) {
      throw invalid(offset, "TABLESAMPLE (BUCKET x OUT OF y ON column) is not supported");
    }
    double fraction = (double) part / of;
    if (!(fraction >= 0 && fraction <= 1)) {
      throw invalid(offset, "there is no bucket " + part + " out of " + of);
    }
    return fraction;
  }

  private long whole() {
    Token number = tokens.next();
    try {
      if (number.kind() == Token.Kind.NUMBER) {
        return Long.parseLong(number.text());
      }
    } catch (NumberFormatException e) {
      throw SqlSyntaxException.unexpected(number, "a whole number");
    }
    throw SqlSyntaxException.unexpected(number, "a whole number");
  }

  private static SqlSyntaxException invalid(int offset, String fact) {
    return new SqlSyntaxException("PARSE_SYNTAX_ERROR", offset, fact);
  }
}

package dev.sluice.operators.ddl;

import dev.sluice.operators.diagnostics.Names;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a word was meant to be where SQL cannot be read on: looked up after a mistake only. */
public final class MisspeltWords {
  private static final int SHORTEST = 3;

  private MisspeltWords() {}

  /**
   * The mistake that a text goes on though it should end: the word that stands there was to be one
   * of SQL's, or the one before it, which was taken for a name.
   */
  static SqlSyntaxException afterEnd(Token found, Token before) {
    List<String> words = words();
    Optional<String> here = near(found, words);
    Optional<String> earlier = here.isPresent() ? here : near(before, words);
    if (here.isEmpty() && earlier.isPresent()) {
      return new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR",
          before.offset(),
          "'" + before.text() + "' is taken for a name, and '" + found.text() + "' cannot follow",
          earlier.get());
    }
    String remedy = here.orElseGet(() -> ofOperator(found));
    return SqlSyntaxException.unexpected(found, "the end", remedy);
  }

  private static @Nullable String ofOperator(Token found) {
    return found.isWord("NOT")
        ? "the test is written IS NOT NULL"
        : found.isSymbol("=>") ? "write >=" : null;
  }

  /** The remedy where a list of arguments should go on or end. */
  static @Nullable String ofArgument(Token found, Token before) {
    return before.kind() == Token.Kind.NUMBER && IntervalUnits.isUnit(found.text())
        ? "a length of time stands in quotes: '" + before.text() + " " + found.text() + "'"
        : null;
  }

  /** The remedy where an operand should stand and none does. */
  public static @Nullable String ofOperand(Token found, Token before) {
    if (found.isSymbol("&") && before.isSymbol("&")) {
      return "write AND";
    }
    if ((found.isSymbol("<") || found.isSymbol(">")) && before.isSymbol("=")) {
      return "write " + found.text() + "=";
    }
    return before.isSymbol(",") ? "leave out the ',' before it" : null;
  }

  /** The remedy where one of these words should stand. */
  public static @Nullable String remedy(Token found, List<String> expected) {
    return near(found, expected).orElse(null);
  }

  private static Optional<String> near(Token token, List<String> words) {
    String upper = token.upper();
    if (token.kind() != Token.Kind.WORD || upper.length() < SHORTEST || words.contains(upper)) {
      return Optional.empty();
    }
    // A name of four letters is near to too many words; a slip in one letter is told all the same.
    return Names.nearest(upper, words)
        .filter(word -> Names.isOneSlip(upper, word) || upper.length() > 5)
        .map(word -> "did you mean '" + word + "'?");
  }

  private static List<String> words() {
    return List.of(
        "FROM",
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "JOIN",
        "INNER",
        "LEFT",
        "RIGHT",
        "FULL",
        "CROSS",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "AND",
        "BETWEEN",
        "LIKE",
        "RLIKE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "NULL",
        "NOT",
        "DISTINCT",
        "OVER",
        "FILTER",
        "LATERAL",
        "OFFSET");
  }
}

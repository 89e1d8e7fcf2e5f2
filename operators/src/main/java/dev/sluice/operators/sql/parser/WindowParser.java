package dev.sluice.operators.sql.parser;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxRewrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what stands after OVER, and the WINDOW clause. */
final class WindowParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  WindowParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** True before {@code OVER (} and {@code OVER name}. */
  static boolean atOver(Tokens tokens) {
    return tokens.atWord("OVER") && (tokens.peek(1).isSymbol("(") || tokens.peek(1).isName());
  }

  Syntax.Over over() {
    tokens.expectWord("OVER");
    return specification();
  }

  private Syntax.Over specification() {
    Token first = tokens.peek();
    if (!tokens.atSymbol("(")) {
      return Syntax.Over.named(name(), first.offset());
    }
    tokens.next();
    if (tokens.peek().isName() && tokens.peek(1).isSymbol(")")) {
      String name = tokens.next().text();
      tokens.next();
      return Syntax.Over.named(name, first.offset());
    }
    List<Syntax> partition = new ArrayList<>();
    List<Syntax.OrderItem> order = List.of();
    if (skipBy("PARTITION") || skipBy("DISTRIBUTE") || skipBy("CLUSTER")) {
      do {
        partition.add(expressions.expression());
      } while (tokens.skipSymbol(","));
    }
    if (skipBy("ORDER") || skipBy("SORT")) {
      order = new QueryParser(tokens, expressions).orderItems();
    }
    Optional<Syntax.Frame> frame =
        tokens.atWord("ROWS") || tokens.atWord("RANGE") ? Optional.of(frame()) : Optional.empty();
    tokens.expectSymbol(")");
    return new Syntax.Over(Optional.empty(), partition, order, frame, first.offset());
  }

  private boolean skipBy(String word) {
    if (tokens.atWords(word, "BY")) {
      tokens.next();
      tokens.next();
      return true;
    }
    return false;
  }

  /** A name, perhaps as {@code IDENTIFIER('name')}. */
  private String name() {
    if (tokens.atWord("IDENTIFIER") && tokens.peek(1).isSymbol("(")) {
      tokens.next();
      tokens.next();
      Token text = tokens.peek();
      Syntax name = expressions.expression();
      tokens.expectSymbol(")");
      if (name instanceof Syntax.Constant c
          && c.type() == AtomicType.STRING
          && c.value() instanceof String value) {
        return value;
      }
      throw SqlSyntaxException.unexpected(text, "a name in quotes");
    }
    return tokens.expectName("a window").text();
  }

  private Syntax.Frame frame() {
    Token word = tokens.next();
    boolean rows = word.isWord("ROWS");
    if (tokens.skipWord("BETWEEN")) {
      Syntax.FrameBound lower = bound();
      tokens.expectWord("AND");
      return new Syntax.Frame(rows, lower, bound(), word.offset());
    }
    Syntax.FrameBound lower = bound();
    Syntax.FrameBound current =
        new Syntax.FrameBound(Syntax.FrameBound.Kind.CURRENT_ROW, Optional.empty(), word.offset());
    return new Syntax.Frame(rows, lower, current, word.offset());
  }

  private Syntax.FrameBound bound() {
    Token first = tokens.peek();
    if (tokens.atWords("CURRENT", "ROW")) {
      tokens.next();
      tokens.next();
      return new Syntax.FrameBound(
          Syntax.FrameBound.Kind.CURRENT_ROW, Optional.empty(), first.offset());
    }
    Optional<Syntax> value =
        tokens.skipWord("UNBOUNDED") ? Optional.empty() : Optional.of(expressions.expression());
    boolean preceding = tokens.skipWord("PRECEDING");
    if (!preceding) {
      tokens.expectWord("FOLLOWING");
    }
    return new Syntax.FrameBound(
        preceding ? Syntax.FrameBound.Kind.PRECEDING : Syntax.FrameBound.Kind.FOLLOWING,
        value,
        first.offset());
  }

  /** The windows of a WINDOW clause, if one stands here. */
  Map<String, Syntax.Over> definitions() {
    Map<String, Syntax.Over> defined = new HashMap<>();
    if (!atDefinitions()) {
      return defined;
    }
    tokens.next();
    do {
      Token first = tokens.peek();
      String name = name();
      tokens.expectWord("AS");
      Syntax.Over over = specification();
      if (over.name().isPresent()) {
        Syntax.Over meant = defined.get(over.name().get());
        if (meant == null) {
          throw new SqlSyntaxException(
              "INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE",
              over.offset(),
              "there is no window '" + over.name().get() + "' before");
        }
        over = meant;
      }
      if (defined.put(name, over) != null) {
        throw new SqlSyntaxException(
            "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION",
            first.offset(),
            "the window '" + name + "' is defined twice");
      }
    } while (tokens.skipSymbol(","));
    return defined;
  }

  private boolean atDefinitions() {
    return tokens.atWord("WINDOW")
        && (tokens.peek(1).isName() && tokens.peek(2).isWord("AS")
            || tokens.peek(1).isWord("IDENTIFIER") && tokens.peek(2).isSymbol("("));
  }

  /** Puts the windows in the place of their names; names that are not there stay. */
  static SyntaxRewrite naming(Map<String, Syntax.Over> defined) {
    return new SyntaxRewrite(
        syntax -> {
          if (syntax instanceof Syntax.Call call
              && call.extras().over().isPresent()
              && call.extras().over().get().name().isPresent()) {
            Syntax.Over over = defined.get(call.extras().over().get().name().get());
            if (over != null) {
              return Optional.of(call.over(over));
            }
          }
          return Optional.empty();
        });
  }
}

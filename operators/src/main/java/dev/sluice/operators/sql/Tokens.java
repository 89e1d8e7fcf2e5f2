package dev.sluice.operators.sql;

import java.util.ArrayList;
import java.util.List;

/** A position in a list of tokens; what every parser stands on. */
final class Tokens {
  /**
   * Deep enough for any query that a person or a generator writes, shallow enough for every later
   * walk over the tree.
   */
  static final int MAX_DEPTH = 250;

  private final List<Token> tokens;
  private int at;
  private int depth;

  Tokens(String text) {
    this.tokens = new ArrayList<>(IdentifierClauses.replaced(Lexer.tokens(text)));
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  /** The token before the next one. */
  Token last() {
    return tokens.get(Math.max(0, at - 1));
  }

  int mark() {
    return at;
  }

  /** What has been read since, one blank between tokens. */
  String textSince(int mark) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens.subList(mark, at)) {
      text.append(token.kind().ordinal()).append(token.text()).append(' ');
    }
    return text.toString();
  }

  void reset(int mark) {
    at = mark;
  }

  boolean atWord(String upper) {
    return peek().isWord(upper);
  }

  boolean atWords(String first, String second) {
    return peek().isWord(first) && peek(1).isWord(second);
  }

  boolean atSymbol(String symbol) {
    return peek().isSymbol(symbol);
  }

  boolean skipWord(String upper) {
    if (atWord(upper)) {
      at++;
      return true;
    }
    return false;
  }

  boolean skipSymbol(String symbol) {
    if (atSymbol(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  Token expectWord(String upper) {
    if (!atWord(upper)) {
      throw SqlSyntaxException.unexpected(
          peek(), "'" + upper + "'", MisspeltWords.remedy(peek(), List.of(upper)));
    }
    return next();
  }

  Token expectSymbol(String symbol) {
    if (!atSymbol(symbol)) {
      throw SqlSyntaxException.unexpected(
          peek(), "'" + symbol + "'", MisspeltWords.ofArgument(peek(), last()));
    }
    return next();
  }

  /** One {@code >}, also where two close in {@code array<array<int>>}. */
  void expectClosingAngle() {
    Token token = peek();
    if (token.isSymbol(">>") || token.isSymbol(">>>") || token.isSymbol(">=")) {
      tokens.set(
          at,
          new Token(Token.Kind.SYMBOL, token.text().substring(1), token.offset() + 1, token.end()));
      return;
    }
    expectSymbol(">");
  }

  Token expectName(String what) {
    if (!peek().isName()) {
      throw SqlSyntaxException.unexpected(peek(), what);
    }
    return next();
  }

  void expectEnd() {
    if (peek().kind() != Token.Kind.END) {
      throw MisspeltWords.afterEnd(peek(), last());
    }
  }

  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR",
          peek().offset(),
          "the text is nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  void leave() {
    depth--;
  }
}

package dev.sluice.operators.ddl;

import java.util.ArrayList;
import java.util.List;

/** A position in a list of tokens; what every parser stands on. */
public final class Tokens {
  /**
   * Deep enough for any query that a person or a generator writes, shallow enough for every later
   * walk over the tree.
   */
  public static final int MAX_DEPTH = 250;

  private final List<Token> tokens;
  private int at;
  private int depth;

  public Tokens(String text) {
    this.tokens = new ArrayList<>(IdentifierClauses.replaced(Lexer.tokens(text)));
  }

  public Token peek() {
    return tokens.get(at);
  }

  public Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  public Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  /** The token before the next one. */
  public Token last() {
    return tokens.get(Math.max(0, at - 1));
  }

  public int mark() {
    return at;
  }

  /** What has been read since, one blank between tokens. */
  public String textSince(int mark) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens.subList(mark, at)) {
      text.append(token.kind().ordinal()).append(token.text()).append(' ');
    }
    return text.toString();
  }

  public void reset(int mark) {
    at = mark;
  }

  public boolean atWord(String upper) {
    return peek().isWord(upper);
  }

  public boolean atWords(String first, String second) {
    return peek().isWord(first) && peek(1).isWord(second);
  }

  public boolean atSymbol(String symbol) {
    return peek().isSymbol(symbol);
  }

  public boolean skipWord(String upper) {
    if (atWord(upper)) {
      at++;
      return true;
    }
    return false;
  }

  public boolean skipSymbol(String symbol) {
    if (atSymbol(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  public Token expectWord(String upper) {
    if (!atWord(upper)) {
      throw SqlSyntaxException.unexpected(
          peek(), "'" + upper + "'", MisspeltWords.remedy(peek(), List.of(upper)));
    }
    return next();
  }

  public Token expectSymbol(String symbol) {
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

  public Token expectName(String what) {
    if (!peek().isName()) {
      throw SqlSyntaxException.unexpected(peek(), what);
    }
    return next();
  }

  public void expectEnd() {
    if (peek().kind() != Token.Kind.END) {
      throw MisspeltWords.afterEnd(peek(), last());
    }
  }

  public void enter() {
    if (++depth > MAX_DEPTH) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR",
          peek().offset(),
          "the text is nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  public void leave() {
    depth--;
  }
}

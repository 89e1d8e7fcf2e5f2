package dev.sluice.operators.ddl;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code IDENTIFIER('a.b')} is the name {@code a.b}, wherever a name may stand: its tokens take the
 * place of the clause.
 */
final class IdentifierClauses {
  private IdentifierClauses() {}

  static List<Token> replaced(List<Token> tokens) {
    if (tokens.stream().noneMatch(token -> token.isWord("IDENTIFIER"))) {
      return tokens;
    }
    List<Token> all = new ArrayList<>();
    for (int at = 0; at < tokens.size(); at++) {
      Token token = tokens.get(at);
      if (!token.isWord("IDENTIFIER") || !tokens.get(at + 1).isSymbol("(")) {
        all.add(token);
        continue;
      }
      StringBuilder text = new StringBuilder();
      at = text(tokens, at + 2, text);
      parts(text.toString(), token, all);
    }
    return all;
  }

  /** Strings, perhaps put together with {@code ||}, up to the closing parenthesis: its place. */
  private static int text(List<Token> tokens, int from, StringBuilder into) {
    int at = from;
    boolean wanted = true;
    while (!tokens.get(at).isSymbol(")") || wanted) {
      Token token = tokens.get(at);
      if (token.kind() == Token.Kind.STRING) {
        into.append(token.text());
        wanted = false;
      } else if (token.isSymbol("||") && !wanted) {
        wanted = true;
      } else {
        throw new SqlSyntaxException(
            "NOT_A_CONSTANT_STRING",
            token.offset(),
            "IDENTIFIER takes a name in quotes, known before the query runs");
      }
      at++;
    }
    return at;
  }

  private static void parts(String text, Token clause, List<Token> into) {
    if (text.isBlank()) {
      throw new SqlSyntaxException(
          "PARSE_EMPTY_STATEMENT", clause.offset(), "IDENTIFIER has no name in it");
    }
    boolean name = true;
    for (Token part : Lexer.tokens(text)) {
      if (part.kind() == Token.Kind.END) {
        break;
      }
      if (name ? !part.isName() : !part.isSymbol(".")) {
        throw new SqlSyntaxException(
            "PARSE_SYNTAX_ERROR", clause.offset(), "'" + text + "' is no name");
      }
      Token.Kind kind = name ? Token.Kind.QUOTED_NAME : Token.Kind.SYMBOL;
      into.add(new Token(kind, part.text(), clause.offset(), clause.end()));
      name = !name;
    }
    if (name) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR", clause.offset(), "'" + text + "' is no name");
    }
  }
}

package dev.sluice.operators.ddl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts SQL text into tokens; comments and blanks fall away. */
final class Lexer {
  private static final String[] SYMBOLS = {
    "<=>", ">>>", "::", "->", "=>", "<=", ">=", "<>", "!=", "==", "||", "<<", ">>", "|>", "!<", "!>"
  };

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (skipBlanks()) {
      char c = text.charAt(at);
      if (c == '\'' || c == '"') {
        string(at, false);
      } else if ((c == 'r' || c == 'R') && at + 1 < text.length() && isQuote(text.charAt(at + 1))) {
        at++;
        string(at - 1, true);
      } else if (c == '`') {
        quotedName();
      } else if (isDigit(c)
          || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)) && !afterName()) {
        number();
      } else if (isWordPart(c)) {
        word();
      } else {
        symbol();
      }
    }
    tokens.add(new Token(Token.Kind.END, "", text.length(), text.length()));
  }

  /** In {@code t.1} the point belongs to the name before it. */
  private boolean afterName() {
    if (tokens.isEmpty()) {
      return false;
    }
    Token last = tokens.get(tokens.size() - 1);
    return last.end() == at && (last.isName() || last.isSymbol(")") || last.isSymbol("]"));
  }

  private boolean skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c <= ' ' || c == '\u00a0' || Character.isWhitespace(c)) {
        at++;
      } else if (text.startsWith("--", at)) {
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
      } else if (text.startsWith("/*", at)) {
        comment();
      } else {
        return true;
      }
    }
    return false;
  }

  private void comment() {
    int start = at;
    int open = 0;
    do {
      if (at >= text.length()) {
        throw new SqlSyntaxException(
            "UNCLOSED_BRACKETED_COMMENT", start, "a comment is not closed by '*/'");
      }
      if (text.startsWith("/*", at)) {
        open++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        open--;
        at += 2;
      } else {
        at++;
      }
    } while (open > 0);
  }

  private void string(int start, boolean raw) {
    char quote = text.charAt(at);
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw new SqlSyntaxException(
            "PARSE_SYNTAX_ERROR", start, "a string is not closed by " + quote);
      }
      char c = text.charAt(at);
      if (c == quote) {
        // A doubled quote stands for the quote itself.
        if (!raw && at + 1 < text.length() && text.charAt(at + 1) == quote) {
          out.append(quote);
          at += 2;
          continue;
        }
        at++;
        break;
      }
      if (c == '\\' && !raw && at + 1 < text.length()) {
        escape(out);
      } else {
        out.append(c);
        at++;
      }
    }
    tokens.add(new Token(Token.Kind.STRING, out.toString(), start, at));
  }

  private void escape(StringBuilder out) {
    char c = text.charAt(at + 1);
    int hexDigits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (hexDigits > 0 && hex(at + 2, hexDigits)) {
      out.appendCodePoint(
          Integer.parseUnsignedInt(text.substring(at + 2, at + 2 + hexDigits), 16) & 0x1fffff);
      at += 2 + hexDigits;
      return;
    }
    if ((c == '0' || c == '1') && octal(at + 2) && octal(at + 3)) {
      out.append((char) Integer.parseInt(text.substring(at + 1, at + 4), 8));
      at += 4;
      return;
    }
    switch (c) {
      case '0' -> out.append('\0');
      case 'b' -> out.append('\b');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'Z' -> out.append('\u001a');
      case '%', '_' -> out.append('\\').append(c);
      default -> out.append(c);
    }
    at += 2;
  }

  private boolean hex(int from, int count) {
    if (from + count > text.length()) {
      return false;
    }
    for (int i = from; i < from + count; i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private boolean octal(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '7';
  }

  private void quotedName() {
    int start = at;
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw new SqlSyntaxException("PARSE_SYNTAX_ERROR", start, "a name is not closed by `");
      }
      char c = text.charAt(at++);
      if (c == '`') {
        if (at < text.length() && text.charAt(at) == '`') {
          at++;
        } else {
          break;
        }
      }
      out.append(c);
    }
    tokens.add(new Token(Token.Kind.QUOTED_NAME, out.toString(), start, at));
  }

  private void number() {
    int start = at;
    digits();
    boolean whole = true;
    if (at < text.length() && text.charAt(at) == '.') {
      whole = false;
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = at + 1;
      if (exponent < text.length()
          && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
        exponent++;
      }
      if (exponent < text.length() && isDigit(text.charAt(exponent))) {
        at = exponent;
        digits();
      }
    }
    int suffix = at;
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
    if (at > suffix && !isSuffix(text.substring(suffix, at), whole)) {
      // Spark reads 1a as a name.
      if (whole) {
        tokens.add(new Token(Token.Kind.WORD, text.substring(start, at), start, at));
        return;
      }
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR", start, "'" + text.substring(start, at) + "' is no number");
    }
    tokens.add(new Token(Token.Kind.NUMBER, text.substring(start, at), start, at));
  }

  private static boolean isSuffix(String word, boolean whole) {
    return word.equalsIgnoreCase("d")
        || word.equalsIgnoreCase("f")
        || word.equalsIgnoreCase("bd")
        || whole
            && (word.equalsIgnoreCase("l")
                || word.equalsIgnoreCase("s")
                || word.equalsIgnoreCase("y"));
  }

  private void digits() {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private void word() {
    int start = at;
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
    tokens.add(new Token(Token.Kind.WORD, text.substring(start, at), start, at));
  }

  private void symbol() {
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        add(symbol);
        return;
      }
    }
    char c = text.charAt(at);
    if ("()[]{},.;:+-*/%=<>!&|^~?@$".indexOf(c) < 0) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR", at, "the character " + shown(c) + " has no meaning here");
    }
    add(String.valueOf(c));
  }

  /** The character, or its number if one would not see it. */
  private static String shown(char c) {
    boolean seen =
        !Character.isWhitespace(c)
            && !Character.isSpaceChar(c)
            && !Character.isISOControl(c)
            && Character.getType(c) != Character.FORMAT;
    return seen ? "'" + c + "'" : String.format(Locale.ROOT, "U+%04X", (int) c);
  }

  private void add(String symbol) {
    tokens.add(new Token(Token.Kind.SYMBOL, symbol, at, at + symbol.length()));
    at += symbol.length();
  }

  private static boolean isQuote(char c) {
    return c == '\'' || c == '"';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordPart(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c == '_'
        || isDigit(c)
        || c > 127 && Character.isLetterOrDigit(c);
  }
}

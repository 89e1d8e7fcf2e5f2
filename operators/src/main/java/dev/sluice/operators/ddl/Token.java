package dev.sluice.operators.ddl;

import java.util.Locale;

/**
 * A word of SQL.
 *
 * @param text as written for words, numbers and symbols; without quotes and escapes for strings and
 *     quoted names
 * @param offset of its first character
 * @param end after its last character
 */
public record Token(Kind kind, String text, int offset, int end) {
  public enum Kind {
    WORD,
    QUOTED_NAME,
    STRING,
    NUMBER,
    SYMBOL,
    END
  }

  public boolean isWord(String upper) {
    return kind == Kind.WORD && text.equalsIgnoreCase(upper);
  }

  public boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  public boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
  }

  public String upper() {
    return text.toUpperCase(Locale.ROOT);
  }
}

package dev.sluice.operators.ddl;

import org.jspecify.annotations.Nullable;

/** SQL text, or a type written as text, that cannot be read. {@code errorClass} is Spark's. */
public final class SqlSyntaxException extends RuntimeException {
  private final String errorClass;
  private final int offset;
  private final @Nullable String remedy;

  public SqlSyntaxException(String errorClass, int offset, String fact) {
    this(errorClass, offset, fact, null);
  }

  /** {@code remedy} says what to write instead, where that is known. */
  public SqlSyntaxException(String errorClass, int offset, String fact, @Nullable String remedy) {
    super(fact);
    this.errorClass = errorClass;
    this.offset = offset;
    this.remedy = remedy;
  }

  /** Another token than what is expected, in words. */
  public static SqlSyntaxException unexpected(Token token, String expected) {
    return unexpected(token, expected, null);
  }

  /** {@code remedy} as above. */
  public static SqlSyntaxException unexpected(
      Token token, String expected, @Nullable String remedy) {
    String found =
        token.kind() == Token.Kind.END ? "the text ends" : "'" + token.text() + "' stands";
    return new SqlSyntaxException(
        "PARSE_SYNTAX_ERROR",
        token.offset(),
        found + " where " + expected + " is expected",
        remedy);
  }

  public String errorClass() {
    return errorClass;
  }

  /** The index in the text, from 0, of the character at fault. */
  public int offset() {
    return offset;
  }

  /** What to write instead; null if nothing better is known. */
  public @Nullable String remedy() {
    return remedy;
  }
}

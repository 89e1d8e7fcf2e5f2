package dev.sluice.operators.sql;

/** SQL text, or a type written as text, that cannot be read. {@code errorClass} is Spark's. */
public final class SqlSyntaxException extends RuntimeException {
  private final String errorClass;
  private final int offset;

  public SqlSyntaxException(String errorClass, int offset, String fact) {
    super(fact);
    this.errorClass = errorClass;
    this.offset = offset;
  }

  static SqlSyntaxException unexpected(Token token, String expected) {
    String found =
        token.kind() == Token.Kind.END ? "the text ends" : "'" + token.text() + "' stands";
    return new SqlSyntaxException(
        "PARSE_SYNTAX_ERROR", token.offset(), found + " where " + expected + " is expected");
  }

  public String errorClass() {
    return errorClass;
  }

  /** The index in the text, from 0, of the character at fault. */
  public int offset() {
    return offset;
  }
}

package dev.sluice.operators.codec.json;

/**
 * What is taken for JSON beyond the standard, and how much of it.
 *
 * @param comments {@code /* *}{@code /} and {@code //} are blanks
 * @param nonNumericNumbers {@code NaN}, {@code Infinity}, {@code INF} with a sign or without
 * @param backslashAnything any character may be escaped
 * @param maxDepth how deep objects and arrays may nest
 * @param maxNumberLength the longest number in bytes
 * @param maxStringLength the longest string in bytes
 */
public record JsonSyntax(
    boolean comments,
    boolean unquotedFieldNames,
    boolean singleQuotes,
    boolean leadingZeros,
    boolean nonNumericNumbers,
    boolean backslashAnything,
    boolean controlCharacters,
    int maxDepth,
    int maxNumberLength,
    int maxStringLength) {
  private static final int DEPTH = 1000;
  private static final int NUMBER = 1000;
  private static final int STRING = 20_000_000;

  /** What Spark's reader takes unless told otherwise. */
  public static final JsonSyntax DEFAULT =
      new JsonSyntax(false, false, true, false, true, false, false, DEPTH, NUMBER, STRING);

  /** What Spark's {@code parse_json} takes. */
  public static final JsonSyntax STRICT =
      new JsonSyntax(false, false, false, false, false, false, false, DEPTH, NUMBER, STRING);
}

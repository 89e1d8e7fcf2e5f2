package dev.sluice.operators.codec;

import java.util.Locale;

/** What becomes of a record that does not fit the schema; the words of option {@code mode}. */
public enum ParseMode {
  /** What cannot be read is null; the raw record goes into the corrupt-record column, if any. */
  PERMISSIVE,
  /** The record is left out. */
  DROPMALFORMED,
  /** The first such record fails the read. */
  FAILFAST;

  /** Case is ignored. Throws {@link IllegalArgumentException} on any other word. */
  public static ParseMode of(String word) {
    return valueOf(word.trim().toUpperCase(Locale.ROOT));
  }
}

package dev.sluice.operators.diagnostics;

import java.util.Optional;

/**
 * One mistake. Prints {@code file:line:column: error[code]: fact; remedy}: lower case, no full
 * stop, names in single quotes, values as the user wrote them.
 *
 * @param condition Spark's error condition for it, such as {@code UNRESOLVED_COLUMN}
 */
public record Problem(
    Severity severity,
    String code,
    SourcePosition at,
    String fact,
    Optional<String> remedy,
    Optional<String> condition) {
  /** A mistake for which Spark has no error condition. */
  public Problem(
      Severity severity, String code, SourcePosition at, String fact, Optional<String> remedy) {
    this(severity, code, at, fact, remedy, Optional.empty());
  }

  /** How bad it is: only errors keep a pipeline from running. */
  public enum Severity {
    ERROR,
    WARNING;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Override
  public String toString() {
    String place = at.equals(SourcePosition.NOWHERE) ? "" : at + ": ";
    return place + severity + "[" + code + "]: " + fact + remedy.map(r -> "; " + r).orElse("");
  }
}

package dev.sluice.operators.diagnostics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value broke an expression of a running query. Says what happened, where the expression is
 * written, and which row it was. {@link #code} is Spark's error condition.
 */
public final class EvaluationFailure extends PipelineException {
  private final String fact;
  private final SourcePosition at;
  private final String step;
  private final String expression;
  private final List<String> row;
  private final Optional<String> origin;

  /**
   * @param fact what happened, and the remedy
   * @param at where the expression is written, or {@link SourcePosition#NOWHERE}
   * @param step such as {@code steps[2] (where)}, or empty
   * @param expression the SQL that failed, perhaps with the values of its operands; or empty
   * @param row {@code column: value}, as the step saw it; empty if it is not known
   */
  public EvaluationFailure(
      String condition,
      String fact,
      SourcePosition at,
      String step,
      String expression,
      List<String> row,
      Throwable cause) {
    this(condition, fact, at, step, expression, row, Optional.empty(), cause);
  }

  private EvaluationFailure(
      String condition,
      String fact,
      SourcePosition at,
      String step,
      String expression,
      List<String> row,
      Optional<String> origin,
      Throwable cause) {
    super(condition, message(fact, at, step, expression, row, origin), cause);
    this.fact = fact;
    this.at = at;
    this.step = step;
    this.expression = expression;
    this.row = List.copyOf(row);
    this.origin = origin;
  }

  /** The same failure, of a row that stands there: {@code /data/in/a.csv:8}. */
  public EvaluationFailure from(String place) {
    return new EvaluationFailure(code(), fact, at, step, expression, row, Optional.of(place), this);
  }

  private static String message(
      String fact,
      SourcePosition at,
      String step,
      String expression,
      List<String> row,
      Optional<String> origin) {
    StringBuilder text = new StringBuilder();
    text.append(at.line() == 0 ? "" : at + ": ").append(step.isEmpty() ? "" : step + ": ");
    text.append(fact);
    text.append(expression.isEmpty() ? "" : "; in " + expression);
    text.append(row.isEmpty() ? "" : "; row {" + String.join(", ", row) + "}");
    origin.ifPresent(place -> text.append("; from ").append(place));
    return text.toString();
  }

  /** What happened, as a problem of the file. */
  public Problem problem() {
    return new Problem(
        Problem.Severity.ERROR, code(), at, fact, Optional.empty(), Optional.of(code()));
  }

  /** All else, a line each, for people. */
  public List<String> details() {
    List<String> lines = new ArrayList<>();
    add("step", step, lines);
    add("in", expression, lines);
    add("row", String.join(", ", row), lines);
    add("from", origin.orElse(""), lines);
    return lines;
  }

  private static void add(String word, String text, List<String> lines) {
    if (!text.isEmpty()) {
      lines.add("  " + word + ": " + " ".repeat(4 - word.length()) + text);
    }
  }

  public SourcePosition at() {
    return at;
  }

  public Optional<String> origin() {
    return origin;
  }

  public List<String> row() {
    return row;
  }
}

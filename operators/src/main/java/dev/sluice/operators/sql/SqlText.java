package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.Places;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A piece of SQL and where it stands, so that mistakes in it are told at their place in the file.
 */
record SqlText(Node.Text text, Problems problems, Places places) {
  SqlText(Node.Text text, Problems problems) {
    this(text, problems, Places.NONE);
  }

  /** The expression came of what is written there. */
  Expression placed(Expression expression, int offset) {
    if (!(expression instanceof Literal)) {
      places.put(expression, text, offset);
    }
    return expression;
  }

  SourcePosition at(int offset) {
    return text.at(offset);
  }

  AnalysisException error(String errorClass, int offset, String fact, @Nullable String remedy) {
    return new AnalysisException(errorClass, at(offset), fact, remedy);
  }

  void report(AnalysisException e) {
    report(e.errorClass(), e.at(), String.valueOf(e.getMessage()), e.remedy());
  }

  private void report(String errorClass, SourcePosition at, String fact, @Nullable String remedy) {
    problems.add(
        new Problem(
            Problem.Severity.ERROR,
            code(errorClass),
            at,
            fact,
            Optional.ofNullable(remedy),
            Optional.of(errorClass)));
  }

  /** The parsed text, or nothing after its mistake was reported. */
  <T> Optional<T> parse(Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (SqlSyntaxException e) {
      String remedy = e.remedy() == null ? cutRemedy() : e.remedy();
      report(e.errorClass(), at(e.offset()), String.valueOf(e.getMessage()), remedy);
      return Optional.empty();
    }
  }

  /** YAML ends a text inside brackets at a comma: one half has the '(', another the ')'. */
  private @Nullable String cutRemedy() {
    if (!text.offsets().isCutAtComma()) {
      return null;
    }
    String sql = text.value().replaceAll("'[^']*'", "");
    boolean whole =
        sql.chars().filter(c -> c == '(').count() == sql.chars().filter(c -> c == ')').count();
    return whole
        ? null
        : "inside [ ] and { } an expression with a comma needs quotes: \"coalesce(a, b)\"";
  }

  /** The result of an analysis, or nothing after its mistake was reported. */
  <T> Optional<T> analyse(Supplier<T> analysis) {
    try {
      return Optional.of(analysis.get());
    } catch (AnalysisException e) {
      report(e);
    } catch (Reported e) {
      // Told already.
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** Our word for one of Spark's error classes. */
  static String code(String errorClass) {
    int point = errorClass.indexOf('.');
    String main = point < 0 ? errorClass : errorClass.substring(0, point);
    return switch (main) {
      case "PARSE_SYNTAX_ERROR", "PARSE_EMPTY_STATEMENT" -> "syntax";
      case "UNRESOLVED_COLUMN" -> "unknown-column";
      case "UNRESOLVED_ROUTINE" -> "unknown-function";
      case "UNRESOLVED_FIELD", "FIELD_NOT_FOUND" -> "unknown-field";
      case "TABLE_OR_VIEW_NOT_FOUND" -> "unknown-table";
      case "AMBIGUOUS_REFERENCE" -> "ambiguous-column";
      case "WRONG_NUM_ARGS" -> "wrong-argument-count";
      case "DATATYPE_MISMATCH" -> "type-mismatch";
      default -> main.toLowerCase(Locale.ROOT).replace('_', '-');
    };
  }
}

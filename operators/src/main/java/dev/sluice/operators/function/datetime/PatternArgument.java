package dev.sluice.operators.function.datetime;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimePatternException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The pattern argument of a call: a constant is compiled while the query is analysed. */
final class PatternArgument {
  static final String DEFAULT = "yyyy-MM-dd HH:mm:ss";

  private final Expression expression;
  private final ZoneId zone;
  private final boolean parsing;
  private final @Nullable DateTimePattern constant;

  private PatternArgument(
      Expression expression, ZoneId zone, boolean parsing, @Nullable DateTimePattern constant) {
    this.expression = expression;
    this.zone = zone;
    this.parsing = parsing;
    this.constant = constant;
  }

  static PatternArgument of(FunctionCall call, int index, boolean parsing) {
    Expression expression = call.coerce(index, AtomicType.STRING);
    ZoneId zone = call.session().timeZone();
    boolean read = call.arguments().stream().noneMatch(Folded::isNull);
    Object value = read && expression.foldable() ? call.constantOf(expression, index) : null;
    try {
      return new PatternArgument(
          expression,
          zone,
          parsing,
          value == null ? null : compile(String.valueOf(value), zone, parsing));
    } catch (DateTimePatternException e) {
      throw call.error(e.errorClass(), index, String.valueOf(e.getMessage()), null);
    }
  }

  /** A pattern that is no argument. */
  static PatternArgument always(DateTimePattern pattern) {
    Expression literal = new Literal(AtomicType.STRING, pattern.pattern(), pattern.pattern());
    return new PatternArgument(literal, ZoneOffset.UTC, true, pattern);
  }

  private static DateTimePattern compile(String pattern, ZoneId zone, boolean parsing) {
    return parsing
        ? DateTimePattern.compileForParsing(pattern, zone, Locale.US)
        : DateTimePattern.compile(pattern, zone, Locale.US);
  }

  Expression expression() {
    return expression;
  }

  /** True if it can only fail while the query is analysed. */
  boolean isConstant() {
    return constant != null;
  }

  /** The patterns of the rows of its column. */
  Rows rows(BytesColumn column) {
    return new Rows(column);
  }

  /** Remembers the last pattern, as columns of patterns repeat a few. Single-threaded. */
  final class Rows {
    final BytesColumn column;
    private byte[] lastBytes = {};
    private @Nullable DateTimePattern last = constant;

    private Rows(BytesColumn column) {
      this.column = column;
    }

    DateTimePattern get(int row) {
      DateTimePattern known = last;
      if (constant != null && known != null) {
        return known;
      }
      int start = column.starts()[row];
      int end = start + column.lengths()[row];
      if (known != null
          && Arrays.equals(column.data(), start, end, lastBytes, 0, lastBytes.length)) {
        return known;
      }
      try {
        DateTimePattern compiled = compile(column.string(row), zone, parsing);
        last = compiled;
        lastBytes = column.bytes(row);
        return compiled;
      } catch (DateTimePatternException e) {
        throw new EvaluationException(e.errorClass(), String.valueOf(e.getMessage()), row);
      }
    }
  }
}

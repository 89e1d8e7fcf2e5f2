package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Validity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * LIKE, ILIKE and RLIKE. A constant pattern is compiled once a batch; simple LIKE patterns compare
 * bytes.
 */
public record Like(Kind kind, Expression text, Expression pattern, char escape)
    implements Expression {
  /** Which language the pattern is in. */
  public enum Kind {
    LIKE,
    ILIKE,
    RLIKE
  }

  @Override
  public DataType type() {
    return AtomicType.BOOLEAN;
  }

  @Override
  public boolean nullable() {
    return text.nullable() || pattern.nullable();
  }

  @Override
  public boolean mayFail() {
    return true;
  }

  @Override
  public List<Expression> children() {
    return List.of(text, pattern);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    Column texts = text.evaluate(input, context);
    Column patterns = pattern.evaluate(input, context);
    Validity validity = Flats.validity(texts).and(Flats.validity(patterns), rows);
    boolean[] out = new boolean[rows];
    BytesColumn values = (BytesColumn) Flats.base(texts);
    int mask = Flats.mask(texts);
    BytesColumn each = (BytesColumn) Flats.base(patterns);
    int patternMask = Flats.mask(patterns);
    Matcher matcher = null;
    for (int i = 0; i < rows; i++) {
      if (validity.isNull(i)) {
        continue;
      }
      if (matcher == null || !(patterns instanceof ConstantColumn)) {
        matcher = matcher(each.string(i & patternMask), i);
      }
      out[i] = matcher.matches(values, i & mask);
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, validity, rows);
  }

  @FunctionalInterface
  private interface Matcher {
    boolean matches(BytesColumn values, int row);
  }

  private Matcher matcher(String text, int row) {
    if (kind == Kind.RLIKE) {
      Pattern compiled = regex(text, row);
      return (values, i) -> compiled.matcher(values.string(i)).find();
    }
    if (kind == Kind.LIKE) {
      Matcher simple = simple(text);
      if (simple != null) {
        return simple;
      }
    }
    int flags =
        Pattern.DOTALL | (kind == Kind.ILIKE ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
    Pattern compiled = Pattern.compile(toRegex(text, escape, row), flags);
    return (values, i) -> compiled.matcher(values.string(i)).matches();
  }

  private static Pattern regex(String text, int row) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.PATTERN",
          "'" + text + "' is no regular expression: " + e.getDescription(),
          row);
    }
  }

  /** {@code abc}, {@code abc%}, {@code %abc} and {@code %abc%} need no regular expression. */
  private @Nullable Matcher simple(String text) {
    if (text.indexOf('_') >= 0 || text.indexOf(escape) >= 0) {
      return null;
    }
    boolean first = text.startsWith("%");
    boolean last = text.endsWith("%") && text.length() > 1;
    String middle = text.substring(first ? 1 : 0, text.length() - (last ? 1 : 0));
    if (middle.indexOf('%') >= 0) {
      return null;
    }
    byte[] needle = middle.getBytes(StandardCharsets.UTF_8);
    if (first && last) {
      return (values, i) ->
          contains(values.data(), values.starts()[i], values.lengths()[i], needle);
    }
    if (first) {
      return (values, i) -> {
        int from = values.starts()[i] + values.lengths()[i] - needle.length;
        return values.lengths()[i] >= needle.length && equal(values.data(), from, needle);
      };
    }
    if (last) {
      return (values, i) ->
          values.lengths()[i] >= needle.length && equal(values.data(), values.starts()[i], needle);
    }
    return (values, i) ->
        values.lengths()[i] == needle.length && equal(values.data(), values.starts()[i], needle);
  }

  private static boolean equal(byte[] data, int from, byte[] needle) {
    for (int i = 0; i < needle.length; i++) {
      if (data[from + i] != needle[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] data, int start, int length, byte[] needle) {
    if (needle.length == 0) {
      return true;
    }
    int last = start + length - needle.length;
    byte head = needle[0];
    for (int i = start; i <= last; i++) {
      if (data[i] == head && equal(data, i, needle)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The regular expression of a LIKE pattern; the escape may only stand before {@code %}, {@code _}
   * and itself.
   */
  static String toRegex(String pattern, char escape, int row) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == escape) {
        if (i + 1 == pattern.length()) {
          throw new EvaluationException(
              "INVALID_FORMAT.ESC_AT_THE_END",
              "the pattern '" + pattern + "' ends with its escape character",
              row);
        }
        char next = pattern.charAt(++i);
        if (next != '%' && next != '_' && next != escape) {
          throw new EvaluationException(
              "INVALID_FORMAT.ESC_IN_THE_MIDDLE",
              "in the pattern '" + pattern + "' the escape character stands before '" + next + "'",
              row);
        }
        out.append(Pattern.quote(String.valueOf(next)));
      } else if (c == '%') {
        out.append(".*");
      } else if (c == '_') {
        out.append('.');
      } else if (Character.isLetterOrDigit(c) || c > 127) {
        out.append(c);
      } else {
        out.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return out.toString();
  }

  @Override
  public String sql() {
    if (kind == Kind.RLIKE) {
      return "RLIKE(" + text.sql() + ", " + pattern.sql() + ")";
    }
    String call = kind == Kind.ILIKE ? "ilike(" + text.sql() + ", " + pattern.sql() + ")" : null;
    if (call != null) {
      return call;
    }
    return text.sql()
        + " LIKE "
        + pattern.sql()
        + (escape == '\\' ? "" : " ESCAPE '" + escape + "'");
  }
}

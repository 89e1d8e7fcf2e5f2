package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Validity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** LIKE, ILIKE and RLIKE. A constant pattern is compiled once a batch; LIKE compares bytes. */
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
      if (matcher == null || patternMask != 0) {
        matcher = matcher(each.string(i & patternMask), i);
      }
      try {
        out[i] = matcher.matches(values, i & mask, i);
      } catch (StackOverflowError e) {
        throw new EvaluationException(
            "REGEX_TOO_EXPENSIVE",
            "the regular expression of rlike goes too deep into a text of "
                + values.lengths()[i & mask]
                + " bytes",
            i);
      }
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, validity, rows);
  }

  @FunctionalInterface
  private interface Matcher {
    boolean matches(BytesColumn values, int index, int row);
  }

  private Matcher matcher(String text, int row) {
    if (kind == Kind.RLIKE) {
      BoundedPattern compiled = BoundedPattern.compile("rlike", text, row);
      return (values, i, at) -> compiled.matcher(values.string(i), at).find();
    }
    if (kind == Kind.LIKE) {
      LikePattern compiled = LikePattern.of(text, escape, row);
      return (values, i, at) ->
          compiled.matches(values.data(), values.starts()[i], values.lengths()[i]);
    }
    LikePattern compiled = LikePattern.of(text.toLowerCase(Locale.ROOT), escape, row);
    return (values, i, at) -> {
      byte[] lower = values.string(i).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
      return compiled.matches(lower, 0, lower.length);
    };
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

package dev.sluice.operators.function.text;

import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.expression.EvaluationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The compiled pattern of the last row: patterns are nearly always constant. Matching is bounded: a
 * match that looks at more than {@value #MAX_LOOKS} characters of one text is given up as a regular
 * expression that explodes.
 */
final class RegexCache {
  static final long MAX_LOOKS = 50_000_000L;

  private final String function;
  private @Nullable Pattern pattern;
  private byte @Nullable [] text;

  RegexCache(String function) {
    this.function = function;
  }

  Pattern pattern(BytesColumn patterns, int row) {
    int start = patterns.starts()[row];
    int length = patterns.lengths()[row];
    Pattern last = pattern;
    byte[] lastText = text;
    if (last != null
        && lastText != null
        && lastText.length == length
        && Utf8.matches(patterns.data(), start, lastText, 0, length)) {
      return last;
    }
    String source = patterns.string(row);
    try {
      Pattern compiled = Pattern.compile(source);
      pattern = compiled;
      text = patterns.bytes(row);
      return compiled;
    } catch (PatternSyntaxException e) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.PATTERN",
          "the value of parameter regexp in " + function + " is invalid: '" + source + "'",
          row);
    }
  }

  Matcher matcher(BytesColumn patterns, int row, String input) {
    return pattern(patterns, row).matcher(new BoundedText(input, row, function));
  }

  /** A text that counts how often it is looked at. */
  private static final class BoundedText implements CharSequence {
    private final String text;
    private final int row;
    private final String function;
    private long looks;

    BoundedText(String text, int row, String function) {
      this.text = text;
      this.row = row;
      this.function = function;
    }

    @Override
    public char charAt(int index) {
      if (++looks > MAX_LOOKS) {
        throw new EvaluationException(
            "REGEX_TOO_EXPENSIVE",
            "the regular expression of "
                + function
                + " needs too many steps on a text of "
                + text.length()
                + " characters",
            row);
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

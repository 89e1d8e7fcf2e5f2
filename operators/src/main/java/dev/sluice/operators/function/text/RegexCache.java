package dev.sluice.operators.function.text;

import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.expression.BoundedPattern;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** The compiled pattern of the last row: patterns are nearly always constant. */
final class RegexCache {
  private final String function;
  private @Nullable BoundedPattern pattern;
  private byte @Nullable [] text;

  RegexCache(String function) {
    this.function = function;
  }

  BoundedPattern pattern(BytesColumn patterns, int row) {
    int start = patterns.starts()[row];
    int length = patterns.lengths()[row];
    BoundedPattern last = pattern;
    byte[] lastText = text;
    if (last != null
        && lastText != null
        && lastText.length == length
        && Utf8.matches(patterns.data(), start, lastText, 0, length)) {
      return last;
    }
    BoundedPattern compiled = BoundedPattern.compile(function, patterns.string(row), row);
    pattern = compiled;
    text = patterns.bytes(row);
    return compiled;
  }

  Matcher matcher(BytesColumn patterns, int row, String input) {
    return pattern(patterns, row).matcher(input, row);
  }
}

package dev.sluice.operators.expression;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression whose matching ends: Java's tries all ways of a text through a pattern such
 * as {@code (a+)+$}, which may take longer than the world. A match that looks at characters {@value
 * #MAX_LOOKS} times is given up with an error that names function and pattern. Counting costs time,
 * so it is left out where text and pattern are too small for that many looks.
 */
public final class BoundedPattern {
  private static final long MAX_LOOKS = 50_000_000L;
  private static final int SHOWN = 80;

  private final String function;
  private final Pattern pattern;
  private final int safeLength;

  private BoundedPattern(String function, Pattern pattern) {
    this.function = function;
    this.pattern = pattern;
    this.safeLength = safeLength(pattern.pattern());
  }

  /** Fails for the row if the text is no regular expression. */
  public static BoundedPattern compile(String function, String regex, int row) {
    try {
      return new BoundedPattern(function, Pattern.compile(regex));
    } catch (PatternSyntaxException e) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.PATTERN",
          "the regular expression "
              + shown(regex)
              + " of "
              + function
              + " is invalid: "
              + e.getDescription(),
          row);
    } catch (StackOverflowError e) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.PATTERN",
          "the regular expression " + shown(regex) + " of " + function + " is nested too deeply",
          row);
    }
  }

  /** A matcher over the text of a row, whose matches are bounded. */
  public Matcher matcher(String text, int row) {
    return pattern.matcher(text.length() <= safeLength ? text : new Counted(text, row));
  }

  /** As {@link Pattern#split(CharSequence, int)}. */
  public String[] split(String text, int limit, int row) {
    return pattern.split(text.length() <= safeLength ? text : new Counted(text, row), limit);
  }

  private static String shown(String regex) {
    return regex.length() <= SHOWN ? "'" + regex + "'" : "'" + regex.substring(0, SHOWN) + "...'";
  }

  /**
   * How long a text may be for the bound to hold uncounted. Where no group is repeated, each
   * quantifier multiplies the ways by at most the length of the text, as does each start.
   */
  private static int safeLength(String regex) {
    int quantifiers = 0;
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '*' || c == '+' || c == '{' || c == '?') {
        if (i > 0 && regex.charAt(i - 1) == ')') {
          return 0;
        }
        quantifiers++;
      } else if (c == '\\' && i + 1 < regex.length() && Character.isDigit(regex.charAt(i + 1))) {
        return 0;
      }
    }
    return (int) Math.pow(MAX_LOOKS, 1.0 / (quantifiers + 1));
  }

  /** A text that counts how often it is looked at. */
  private final class Counted implements CharSequence {
    private final String text;
    private final int row;
    private long looks;

    Counted(String text, int row) {
      this.text = text;
      this.row = row;
    }

    @Override
    public char charAt(int index) {
      if (++looks > MAX_LOOKS) {
        throw new EvaluationException(
            "REGEX_TOO_EXPENSIVE",
            "the regular expression "
                + shown(pattern.pattern())
                + " of "
                + function
                + " takes too many steps over a text of "
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

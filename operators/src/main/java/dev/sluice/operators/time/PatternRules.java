package dev.sluice.operators.time;

import java.text.SimpleDateFormat;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * What Spark allows of java.time's pattern letters, and the formatter it makes of the rest: {@code
 * y} without an era counts years before 1 as negative, a fraction may have fewer digits than its
 * {@code S} when read, everything is strict and takes no notice of case.
 */
final class PatternRules {
  private static final String WEEK_BASED = "YWwuec";
  private static final String REFUSED = "ABnNp";
  private static final String REFUSED_IN_PARSING = "EFqQ";
  private static final String NO_NARROW_FORM = "GMLEQq";
  private static final int LONGEST_YEAR = 6;

  private PatternRules() {}

  /** The formatter of a pattern; throws {@link DateTimePatternException}. */
  static DateTimeFormatter formatter(String pattern, Locale locale, boolean parsing) {
    String converted = convert(pattern, parsing);
    try {
      DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().parseCaseInsensitive();
      if (parsing) {
        appendForParsing(builder, converted);
      } else {
        builder.appendPattern(converted);
      }
      return builder
          .toFormatter(locale)
          .withChronology(IsoChronology.INSTANCE)
          .withResolverStyle(ResolverStyle.STRICT);
    } catch (IllegalArgumentException e) {
      throw refused(pattern, locale, e);
    }
  }

  /** Spark tells a pattern that its versions before 3 knew from one that nobody knew. */
  private static DateTimePatternException refused(
      String pattern, Locale locale, IllegalArgumentException cause) {
    String reason = String.valueOf(cause.getMessage());
    try {
      new SimpleDateFormat(pattern, locale);
    } catch (IllegalArgumentException e) {
      return new DateTimePatternException(
          "INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
          "'" + pattern + "' is no pattern of a date or time: " + reason);
    }
    return new DateTimePatternException(
        "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
        "'" + pattern + "' is no pattern of a date or time since Spark 3: " + reason);
  }

  private static String convert(String pattern, boolean parsing) {
    boolean era = hasEra(pattern);
    StringBuilder converted = new StringBuilder(pattern.length());
    boolean quoted = false;
    int run = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
        run = 0;
      } else if (!quoted) {
        run = i > 0 && pattern.charAt(i - 1) == c ? run + 1 : 1;
        check(c, run, pattern, parsing);
      }
      converted.append(c == 'y' && !quoted && !era ? 'u' : c);
    }
    return converted.toString();
  }

  private static boolean hasEra(String pattern) {
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (c == 'G' && !quoted) {
        return true;
      }
    }
    return false;
  }

  private static void check(char letter, int run, String pattern, boolean parsing) {
    if (WEEK_BASED.indexOf(letter) >= 0) {
      throw new DateTimePatternException(
          "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN",
          "the pattern '"
              + pattern
              + "' counts by weeks with '"
              + letter
              + "'; "
              + (letter == 'Y' ? "the year is 'y'" : "use extract"));
    }
    if (REFUSED.indexOf(letter) >= 0 || (parsing && REFUSED_IN_PARSING.indexOf(letter) >= 0)) {
      throw new DateTimePatternException(
          "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
          "the pattern '"
              + pattern
              + "' has the letter '"
              + letter
              + (parsing ? "', which cannot be read" : "', which means nothing"));
    }
    if ((run == 5 && NO_NARROW_FORM.indexOf(letter) >= 0)
        || (letter == 'y' && run > LONGEST_YEAR)) {
      throw new DateTimePatternException(
          "INVALID_DATETIME_PATTERN.LENGTH",
          "the pattern '" + pattern + "' has too many letters '" + letter + "'");
    }
  }

  /** As appendPattern, but runs of S take from one digit to as many as there are letters. */
  private static void appendForParsing(DateTimeFormatterBuilder builder, String pattern) {
    String[] parts = pattern.split("'", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (i % 2 == 1) {
        // Two quotes with nothing between them are one quote.
        builder.appendLiteral(part.isEmpty() ? "'" : part);
        continue;
      }
      if (part.isEmpty() && i > 0 && i < parts.length - 1) {
        // Within a quoted text.
        builder.appendLiteral("'");
      }
      int from = 0;
      while (from < part.length()) {
        int letters = from;
        while (letters < part.length() && part.charAt(letters) != 'S') {
          letters++;
        }
        builder.appendPattern(part.substring(from, letters));
        int end = letters;
        while (end < part.length() && part.charAt(end) == 'S') {
          end++;
        }
        if (end > letters) {
          builder.appendFraction(ChronoField.NANO_OF_SECOND, 1, end - letters, false);
        }
        from = end;
      }
    }
    if (parts.length % 2 == 0) {
      throw new IllegalArgumentException("a quote is not closed");
    }
  }
}

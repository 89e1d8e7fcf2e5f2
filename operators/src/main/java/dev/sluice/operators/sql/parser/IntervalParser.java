package dev.sluice.operators.sql.parser;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.ddl.IntervalUnits;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.sql.syntax.Syntax;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads {@code INTERVAL} literals: {@code 1 day 2 hours}, {@code '1 02:03:04' DAY TO SECOND},
 * {@code '1-2' YEAR TO MONTH}.
 */
final class IntervalParser {
  private static final long MICROS_PER_SECOND = 1_000_000L;

  private final Tokens tokens;

  IntervalParser(Tokens tokens) {
    this.tokens = tokens;
  }

  private record Part(String value, String unit) {}

  /** The literal, if the word INTERVAL at the position begins one; otherwise it is a name. */
  Optional<Syntax> literal() {
    Token word = tokens.peek();
    int ahead = 1;
    if (tokens.peek(1).isSymbol("-") || tokens.peek(1).isSymbol("+")) {
      ahead = 2;
    }
    Token value = tokens.peek(ahead);
    boolean string = value.kind() == Token.Kind.STRING;
    boolean unit =
        tokens.peek(ahead + 1).kind() == Token.Kind.WORD
            && IntervalUnits.isUnit(tokens.peek(ahead + 1).text());
    if (ahead == 1 && value.kind() == Token.Kind.NUMBER && !unit) {
      throw noUnit(value, tokens.peek(2));
    }
    if (!string && !(value.kind() == Token.Kind.NUMBER && unit)) {
      return Optional.empty();
    }
    if (ahead == 2 && !unit) {
      return Optional.empty();
    }
    tokens.next();
    boolean negative = ahead == 2 && tokens.next().isSymbol("-");
    if (string && !unit) {
      if (ahead == 1 && value.text().matches("[0-9. -]+") && tokens.peek(1).isName()) {
        throw new SqlSyntaxException(
            "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING",
            tokens.peek(1).offset(),
            "'" + tokens.peek(1).text() + "' is no unit of time",
            IntervalUnits.remedy(tokens.peek(1).text()));
      }
      return Optional.of(ofParts(split(tokens.next()), word.offset()));
    }
    if (string && tokens.peek(2).isWord("TO")) {
      return Optional.of(range(negative, word.offset()));
    }
    List<Part> parts = new ArrayList<>();
    String sign = negative ? "-" : "";
    do {
      if (tokens.atSymbol("-") || tokens.atSymbol("+")) {
        sign = tokens.next().isSymbol("-") ? "-" : "";
      }
      String text = tokens.next().text().trim();
      if (sign.equals("-") && text.startsWith("-")) {
        parts.add(new Part(text.substring(1), tokens.next().text()));
      } else {
        parts.add(new Part(sign + text, tokens.next().text()));
      }
      sign = "";
    } while (morePartsFollow());
    return Optional.of(ofParts(parts, word.offset()));
  }

  /** A number behind INTERVAL begins nothing else, so what follows was to be a unit. */
  private static SqlSyntaxException noUnit(Token value, Token after) {
    return after.kind() == Token.Kind.WORD
        ? new SqlSyntaxException(
            "PARSE_SYNTAX_ERROR",
            after.offset(),
            "'" + after.text() + "' is no unit of time",
            IntervalUnits.remedy(after.text()))
        : new SqlSyntaxException(
            "PARSE_SYNTAX_ERROR",
            value.offset(),
            "'INTERVAL " + value.text() + "' has no unit",
            "say one behind the number: INTERVAL " + value.text() + " MINUTES");
  }

  private boolean morePartsFollow() {
    int ahead = tokens.atSymbol("-") || tokens.atSymbol("+") ? 1 : 0;
    Token value = tokens.peek(ahead);
    Token unit = tokens.peek(ahead + 1);
    return (value.kind() == Token.Kind.NUMBER || value.kind() == Token.Kind.STRING)
        && unit.kind() == Token.Kind.WORD
        && IntervalUnits.isUnit(unit.text())
        // 'interval 1 day - 2 hours' would be a subtraction of nothing that has a unit.
        && (ahead == 0 || !tokens.peek(ahead + 2).isSymbol("("));
  }

  private static List<Part> split(Token string) {
    String text = string.text().trim();
    if (text.toLowerCase(Locale.ROOT).startsWith("interval")) {
      text = text.substring("interval".length()).trim();
    }
    List<String> words = new ArrayList<>();
    for (String word : text.replace("+", " +").replace("-", " -").trim().split("\\s+")) {
      if (!words.isEmpty()
          && (words.get(words.size() - 1).equals("-") || words.get(words.size() - 1).equals("+"))) {
        words.set(words.size() - 1, words.get(words.size() - 1) + word);
      } else {
        words.add(word);
      }
    }
    if (text.isEmpty() || words.size() % 2 != 0) {
      throw new SqlSyntaxException(
          "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING",
          string.offset(),
          "'" + string.text() + "' is no interval",
          "write number and unit, such as INTERVAL '10 minutes' or INTERVAL 10 MINUTES");
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < words.size(); i += 2) {
      if (!IntervalUnits.isUnit(words.get(i + 1))) {
        throw new SqlSyntaxException(
            "INVALID_INTERVAL_FORMAT.INVALID_UNIT",
            string.offset(),
            "'" + words.get(i + 1) + "' is no unit of time",
            IntervalUnits.remedy(words.get(i + 1)));
      }
      parts.add(new Part(words.get(i), words.get(i + 1)));
    }
    return parts;
  }

  private static Syntax ofParts(List<Part> parts, int offset) {
    long months = 0;
    long micros = 0;
    int first = Integer.MAX_VALUE;
    int last = -1;
    try {
      for (Part part : parts) {
        String unit = String.valueOf(IntervalUnits.unit(part.unit()));
        int field = field(unit);
        first = Math.min(first, field);
        last = Math.max(last, field);
        if (field < 2) {
          months =
              Math.addExact(months, Math.multiplyExact(whole(part, offset), field == 0 ? 12L : 1L));
        } else if (unit.equals("SECOND")) {
          micros = Math.addExact(micros, seconds(part, offset));
        } else {
          micros = Math.addExact(micros, scaled(part, unit, offset));
        }
      }
      if (first < 2 && last >= 2) {
        throw new SqlSyntaxException(
            "_LEGACY_ERROR_TEMP_0029",
            offset,
            "an interval holds either years and months, or days and times");
      }
      return last < 2
          ? constant(
              new YearMonthIntervalType(
                  YearMonthIntervalType.Unit.values()[first],
                  YearMonthIntervalType.Unit.values()[last]),
              Math.toIntExact(months),
              offset)
          : constant(
              new DayTimeIntervalType(
                  DayTimeIntervalType.Unit.values()[first - 2],
                  DayTimeIntervalType.Unit.values()[last - 2]),
              micros,
              offset);
    } catch (ArithmeticException e) {
      throw new SqlSyntaxException(
          "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", offset, "the interval is too long");
    }
  }

  private static int field(String unit) {
    return switch (unit) {
      case "YEAR" -> 0;
      case "MONTH" -> 1;
      case "WEEK", "DAY" -> 2;
      case "HOUR" -> 3;
      case "MINUTE" -> 4;
      default -> 5;
    };
  }

  private static long whole(Part part, int offset) {
    try {
      return Long.parseLong(part.value());
    } catch (NumberFormatException e) {
      throw new SqlSyntaxException(
          "INVALID_INTERVAL_FORMAT.INVALID_VALUE",
          offset,
          "'" + part.value() + "' is no whole number of " + part.unit());
    }
  }

  private static long seconds(Part part, int offset) {
    try {
      BigDecimal value = new BigDecimal(part.value());
      if (value.stripTrailingZeros().scale() > 9) {
        throw new SqlSyntaxException(
            "INVALID_INTERVAL_FORMAT.INVALID_PRECISION",
            offset,
            "seconds have at most nine digits after the point");
      }
      return value.movePointRight(6).setScale(0, RoundingMode.DOWN).longValueExact();
    } catch (NumberFormatException e) {
      throw new SqlSyntaxException(
          "INVALID_INTERVAL_FORMAT.INVALID_VALUE",
          offset,
          "'" + part.value() + "' is no number of seconds");
    }
  }

  private static long scaled(Part part, String unit, int offset) {
    long value = whole(part, offset);
    return switch (unit) {
      case "WEEK" -> Math.multiplyExact(value, 7 * 86_400 * MICROS_PER_SECOND);
      case "DAY" -> Math.multiplyExact(value, 86_400 * MICROS_PER_SECOND);
      case "HOUR" -> Math.multiplyExact(value, 3_600 * MICROS_PER_SECOND);
      case "MINUTE" -> Math.multiplyExact(value, 60 * MICROS_PER_SECOND);
      case "MILLISECOND" -> Math.multiplyExact(value, 1_000L);
      case "NANOSECOND" ->
          throw new SqlSyntaxException(
              "INVALID_INTERVAL_FORMAT.INVALID_UNIT",
              offset,
              "intervals are counted in microseconds, not in nanoseconds");
      default -> value;
    };
  }

  /** {@code '...' UNIT TO UNIT}. */
  private Syntax range(boolean negative, int offset) {
    Token string = tokens.next();
    String from = String.valueOf(IntervalUnits.unit(tokens.next().text()));
    tokens.expectWord("TO");
    Token toWord = tokens.expectName("a unit");
    String to = String.valueOf(IntervalUnits.unit(toWord.text()));
    int first = field(from);
    int last = field(to);
    boolean yearMonth = from.equals("YEAR") && to.equals("MONTH");
    if (!yearMonth && (first < 2 || last <= first || last < 3)) {
      throw new SqlSyntaxException(
          "_LEGACY_ERROR_TEMP_0028",
          toWord.offset(),
          "there is no interval from " + from + " to " + to);
    }
    DataType type =
        yearMonth
            ? YearMonthIntervalType.DEFAULT
            : new DayTimeIntervalType(
                DayTimeIntervalType.Unit.values()[first - 2],
                DayTimeIntervalType.Unit.values()[last - 2]);
    Optional<Long> value = IntervalText.parseAnsi(string.text(), type);
    if (value.isEmpty()) {
      throw new SqlSyntaxException(
          "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING",
          string.offset(),
          "'" + string.text() + "' is not of the form of " + type.sql());
    }
    long signed = negative ? -value.get() : value.get();
    return constant(type, yearMonth ? (Object) (int) signed : (Object) signed, offset);
  }

  private static Syntax constant(DataType type, Object value, int offset) {
    return new Syntax.Constant(
        type, value, IntervalText.format(((Number) value).longValue(), type), offset);
  }
}

package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.SpecialTimes;
import dev.sluice.operators.time.TimesOfDay;
import java.time.ZoneId;

/**
 * {@code DATE '...'}, {@code TIME '...'}, {@code TIMESTAMP '...'}, {@code TIMESTAMP_NTZ '...'} and
 * {@code X'...'}.
 */
final class TypedLiterals {
  private TypedLiterals() {}

  static Literal bind(Binder binder, Syntax.TypedLiteral literal) {
    String text = literal.text();
    ZoneId zone = binder.session().timeZone();
    switch (literal.word()) {
      case "DATE" -> {
        int days = DateTimes.parseDate(text);
        if (days == DateTimes.INVALID_DATE) {
          days = SpecialTimes.date(text, zone, SpecialCasts.now());
        }
        if (days != DateTimes.INVALID_DATE) {
          return new Literal(AtomicType.DATE, days, "DATE '" + DateTimes.formatDate(days) + "'");
        }
      }
      case "TIMESTAMP", "TIMESTAMP_LTZ" -> {
        long micros = DateTimes.parseTimestamp(text, zone);
        if (micros == DateTimes.INVALID) {
          micros = SpecialTimes.timestamp(text, zone, SpecialCasts.now());
        }
        if (micros != DateTimes.INVALID) {
          String shown = "TIMESTAMP '" + DateTimes.formatTimestamp(micros, zone) + "'";
          return new Literal(AtomicType.TIMESTAMP, micros, shown);
        }
      }
      case "TIMESTAMP_NTZ" -> {
        long micros = DateTimes.parseTimestampNtz(text);
        if (micros == DateTimes.INVALID) {
          micros = SpecialCasts.local(text, zone, SpecialCasts.now());
        }
        if (micros != DateTimes.INVALID) {
          String shown = "TIMESTAMP_NTZ '" + DateTimes.formatTimestampNtz(micros) + "'";
          return new Literal(AtomicType.TIMESTAMP_NTZ, micros, shown);
        }
      }
      case "TIME" -> {
        long nanos = TimesOfDay.parse(text);
        if (nanos != TimesOfDay.INVALID) {
          String shown = "TIME '" + TimesOfDay.format(nanos) + "'";
          return new Literal(TimeType.DEFAULT, nanos, shown);
        }
      }
      case "X" -> {
        return binary(binder, literal);
      }
      default ->
          throw binder.error(
              "UNSUPPORTED_TYPED_LITERAL",
              literal,
              "literals of the type " + literal.word() + " are not supported",
              null);
    }
    DataType type = TypeParser.parseType(literal.word());
    throw binder.error(
        "INVALID_TYPED_LITERAL", literal, "'" + text + "' is no " + type.sql(), null);
  }

  private static Literal binary(Binder binder, Syntax.TypedLiteral literal) {
    String digits = literal.text().length() % 2 == 0 ? literal.text() : "0" + literal.text();
    byte[] bytes = new byte[digits.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      int high = Character.digit(digits.charAt(2 * i), 16);
      int low = Character.digit(digits.charAt(2 * i + 1), 16);
      if (high < 0 || low < 0) {
        throw binder.error(
            "INVALID_TYPED_LITERAL",
            literal,
            "'" + literal.text() + "' is no row of hexadecimal digits",
            null);
      }
      bytes[i] = (byte) (high << 4 | low);
    }
    return new Literal(
        AtomicType.BINARY, bytes, "X'" + digits.toUpperCase(java.util.Locale.ROOT) + "'");
  }
}

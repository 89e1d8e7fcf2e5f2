package dev.sluice.operators.sql.parser;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.sql.syntax.Syntax;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/**
 * Numbers as Spark types them: the smallest of int, bigint and decimal; a suffix or an exponent
 * decides otherwise.
 */
final class NumberLiterals {
  private NumberLiterals() {}

  static Syntax.Constant parse(Token token, boolean negative, int offset) {
    String text = token.text().toLowerCase(Locale.ROOT);
    String sign = negative ? "-" : "";
    boolean exponent = text.indexOf('e') >= 0;
    if (text.endsWith("bd")) {
      return decimal(new BigDecimal(sign + text.substring(0, text.length() - 2)), offset);
    }
    String digits = sign + text.substring(0, text.length() - 1);
    switch (text.charAt(text.length() - 1)) {
      case 'l' -> {
        return whole(AtomicType.BIGINT, digits, Long.MIN_VALUE, Long.MAX_VALUE, "L", offset);
      }
      case 's' -> {
        return whole(AtomicType.SMALLINT, digits, Short.MIN_VALUE, Short.MAX_VALUE, "S", offset);
      }
      case 'y' -> {
        return whole(AtomicType.TINYINT, digits, Byte.MIN_VALUE, Byte.MAX_VALUE, "Y", offset);
      }
      case 'd' -> {
        return fraction(AtomicType.DOUBLE, digits, offset);
      }
      case 'f' -> {
        return fraction(AtomicType.FLOAT, digits, offset);
      }
      default -> {
        if (exponent) {
          return fraction(AtomicType.DOUBLE, sign + text, offset);
        }
      }
    }
    if (text.indexOf('.') >= 0) {
      return decimal(new BigDecimal(sign + text), offset);
    }
    BigInteger value = new BigInteger(sign + text);
    if (value.bitLength() < 32) {
      return new Syntax.Constant(AtomicType.INT, value.intValue(), value.toString(), offset);
    }
    if (value.bitLength() < 64) {
      return new Syntax.Constant(AtomicType.BIGINT, value.longValue(), value.toString(), offset);
    }
    return decimal(new BigDecimal(value), offset);
  }

  private static Syntax.Constant whole(
      DataType type, String digits, long least, long most, String suffix, int offset) {
    BigInteger value = new BigInteger(digits);
    if (value.compareTo(BigInteger.valueOf(least)) < 0
        || value.compareTo(BigInteger.valueOf(most)) > 0) {
      throw new SqlSyntaxException(
          "INVALID_NUMERIC_LITERAL_RANGE",
          offset,
          digits + suffix + " is outside of the range of " + type);
    }
    Object boxed =
        type == AtomicType.BIGINT ? (Object) value.longValue() : (Object) value.intValue();
    return new Syntax.Constant(type, boxed, value.toString(), offset);
  }

  private static Syntax.Constant fraction(DataType type, String digits, int offset) {
    BigDecimal exact = new BigDecimal(digits);
    double most = type == AtomicType.FLOAT ? Float.MAX_VALUE : Double.MAX_VALUE;
    if (exact.abs().compareTo(new BigDecimal(most)) > 0) {
      throw new SqlSyntaxException(
          "INVALID_NUMERIC_LITERAL_RANGE", offset, digits + " is outside of the range of " + type);
    }
    // No BigDecimal is a negative zero.
    int sign = exact.signum() == 0 && digits.startsWith("-") ? -1 : 1;
    if (type == AtomicType.FLOAT) {
      float value = sign * exact.floatValue();
      return new Syntax.Constant(type, value, Float.toString(value), offset);
    }
    double value = sign * exact.doubleValue();
    return new Syntax.Constant(type, value, Double.toString(value), offset);
  }

  private static Syntax.Constant decimal(BigDecimal value, int offset) {
    BigDecimal exact = value.scale() < 0 ? value.setScale(0) : value;
    int scale = exact.scale();
    int precision = Math.max(exact.precision(), scale);
    if (precision > DecimalType.MAX_PRECISION) {
      throw new SqlSyntaxException(
          "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
          offset,
          "a decimal has at most " + DecimalType.MAX_PRECISION + " digits, not " + precision);
    }
    return new Syntax.Constant(new DecimalType(precision, scale), exact, exact.toString(), offset);
  }
}

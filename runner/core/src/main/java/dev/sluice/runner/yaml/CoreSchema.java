package dev.sluice.runner.yaml;

import dev.sluice.operators.component.Node.Text.Kind;

/** What YAML 1.2's core schema takes an unquoted scalar for. */
public final class CoreSchema {
  private CoreSchema() {}

  /**
   * The kind of a plain scalar: {@code 012} and {@code 0x1f} are integers, {@code 1e3} and {@code
   * .inf} numbers, {@code no} and {@code on} strings, nothing at all a null.
   */
  public static Kind kindOf(String plain) {
    switch (plain) {
      case "", "~", "null", "Null", "NULL":
        return Kind.NULL;
      case "true", "True", "TRUE", "false", "False", "FALSE":
        return Kind.BOOLEAN;
      case ".nan", ".NaN", ".NAN":
        return Kind.NUMBER;
      default:
        return number(plain);
    }
  }

  private static Kind number(String text) {
    if (text.startsWith("0o") && onlyDigits(text, 2, 8)
        || text.startsWith("0x") && onlyDigits(text, 2, 16)) {
      return Kind.INTEGER;
    }
    int start = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    String unsigned = text.substring(start);
    if (unsigned.equals(".inf") || unsigned.equals(".Inf") || unsigned.equals(".INF")) {
      return Kind.NUMBER;
    }
    if (onlyDigits(text, start, 10)) {
      return Kind.INTEGER;
    }
    return isDecimal(unsigned) ? Kind.NUMBER : Kind.STRING;
  }

  /** {@code 1.5}, {@code .5}, {@code 1.}, {@code 1e3}. */
  private static boolean isDecimal(String text) {
    int at = 0;
    int whole = digits(text, at);
    at += whole;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      if (whole + fraction == 0) {
        return false;
      }
      at += 1 + fraction;
    } else if (whole == 0) {
      return false;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
        at++;
      }
      int exponent = digits(text, at);
      if (exponent == 0) {
        return false;
      }
      at += exponent;
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - from;
  }

  private static boolean onlyDigits(String text, int from, int radix) {
    if (from >= text.length()) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) > 'f' || Character.digit(text.charAt(i), radix) < 0) {
        return false;
      }
    }
    return true;
  }
}

package dev.sluice.operators.function.text;

import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.FunctionCall;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number format such as {@code S$99,999.99}: {@code [MI|S] [$] digits and separators [. digits]
 * [$] [PR|MI|S]}. Digits that start with 0 before the point match exactly, with 9 at most as many.
 */
final class NumberFormat {
  private enum Kind {
    DIGITS,
    SEPARATOR,
    POINT,
    DOLLAR,
    SIGN,
    MINUS,
    OPEN,
    CLOSE
  }

  /** {@code digits} and {@code exact} are of {@link Kind#DIGITS} only. */
  private record Token(Kind kind, int digits, boolean exact) {
    static Token of(Kind kind) {
      return new Token(kind, 0, false);
    }
  }

  private final List<Token> tokens;
  private final DecimalType type;
  private final int whole;

  private NumberFormat(List<Token> tokens, DecimalType type) {
    this.tokens = tokens;
    this.type = type;
    this.whole = type.precision() - type.scale();
  }

  /** The type of numbers so written. */
  DecimalType type() {
    return type;
  }

  /** Reads a format, the argument of that number, or says what is wrong with it. */
  static NumberFormat compile(String format, FunctionCall call, int argument) {
    Reader reader = new Reader(format, call, argument);
    List<Token> tokens = reader.tokens();
    int before = 0;
    int after = 0;
    boolean point = false;
    for (Token token : tokens) {
      point |= token.kind == Kind.POINT;
      before += point ? 0 : token.digits;
      after += point ? token.digits : 0;
    }
    if (before + after > DecimalType.MAX_PRECISION) {
      throw call.error(
          "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
          argument,
          "the number format '" + format + "' has more than 38 digits",
          null);
    }
    return new NumberFormat(tokens, new DecimalType(before + after, after));
  }

  /** Splits a format into tokens and checks their order. */
  private record Reader(String format, FunctionCall call, int argument) {
    private AnalysisException wrong(String kind, String fact) {
      return call.error(
          "INVALID_FORMAT." + kind,
          argument,
          "the number format '" + format + "' " + fact,
          "write such as '$999,999.99S'");
    }

    List<Token> tokens() {
      if (format.isEmpty()) {
        throw wrong("EMPTY", "is empty");
      }
      List<Token> tokens = new ArrayList<>();
      boolean point = false;
      boolean brackets = false;
      int i = 0;
      while (i < format.length()) {
        char c = format.charAt(i++);
        switch (c) {
          case '0', '9' -> {
            int from = i - 1;
            while (i < format.length() && "09".indexOf(format.charAt(i)) >= 0) {
              i++;
            }
            tokens.add(new Token(Kind.DIGITS, i - from, c == '0' && !point));
          }
          case '.', 'D' -> {
            point = true;
            tokens.add(Token.of(Kind.POINT));
          }
          case ',', 'G' -> tokens.add(Token.of(Kind.SEPARATOR));
          case '$' -> tokens.add(Token.of(Kind.DOLLAR));
          case 'S' -> tokens.add(Token.of(Kind.SIGN));
          case 'M', 'P' -> {
            if (i == format.length() || format.charAt(i) != (c == 'M' ? 'I' : 'R')) {
              throw unexpected(c);
            }
            i++;
            tokens.add(Token.of(c == 'M' ? Kind.MINUS : Kind.CLOSE));
            brackets |= c == 'P';
          }
          default -> throw unexpected(c);
        }
      }
      check(tokens);
      if (brackets) {
        tokens.add(0, Token.of(Kind.OPEN));
      }
      return tokens;
    }

    private AnalysisException unexpected(char c) {
      return wrong("UNEXPECTED_TOKEN", "has '" + c + "', which stands for nothing");
    }

    private void check(List<Token> tokens) {
      int[] count = new int[Kind.values().length];
      int[] first = new int[Kind.values().length];
      for (int i = tokens.size() - 1; i >= 0; i--) {
        int kind = tokens.get(i).kind.ordinal();
        count[kind]++;
        first[kind] = i;
      }
      int point = count[Kind.POINT.ordinal()] > 0 ? first[Kind.POINT.ordinal()] : tokens.size();
      if (count[Kind.DIGITS.ordinal()] == 0) {
        throw wrong("WRONG_NUM_DIGIT", "has no digit 0 or 9");
      }
      for (Kind kind : List.of(Kind.POINT, Kind.DOLLAR, Kind.SIGN, Kind.MINUS, Kind.CLOSE)) {
        if (count[kind.ordinal()] > 1) {
          throw wrong("WRONG_NUM_TOKEN", "has '" + shown(kind) + "' more than once");
        }
      }
      if (count[Kind.DOLLAR.ordinal()] > 0) {
        int dollar = first[Kind.DOLLAR.ordinal()];
        if (dollar > first[Kind.DIGITS.ordinal()]) {
          throw wrong("CUR_MUST_BEFORE_DIGIT", "has '$' after a digit");
        }
        if (dollar > point) {
          throw wrong("CUR_MUST_BEFORE_DEC", "has '$' after the point");
        }
      }
      for (int i = 0; i < tokens.size(); i++) {
        if (tokens.get(i).kind != Kind.SEPARATOR) {
          continue;
        }
        if (i > point) {
          throw wrong("THOUSANDS_SEPS_MUST_BEFORE_DEC", "has ',' after the point");
        }
        if (i == 0
            || i + 1 == tokens.size()
            || tokens.get(i - 1).kind != Kind.DIGITS
            || tokens.get(i + 1).kind != Kind.DIGITS) {
          throw wrong("CONT_THOUSANDS_SEPS", "has ',' without digits on both sides");
        }
      }
      for (int i = 0; i < tokens.size(); i++) {
        Kind kind = tokens.get(i).kind;
        boolean edge = i == 0 && kind != Kind.CLOSE || i == tokens.size() - 1;
        if ((kind == Kind.SIGN || kind == Kind.MINUS || kind == Kind.CLOSE) && !edge) {
          throw wrong("UNEXPECTED_TOKEN", "has '" + shown(kind) + "' in the middle");
        }
      }
    }

    private static String shown(Kind kind) {
      return switch (kind) {
        case POINT -> ".";
        case DOLLAR -> "$";
        case SIGN -> "S";
        case MINUS -> "MI";
        default -> "PR";
      };
    }
  }

  /** The number that a text stands for, or null if it does not match. */
  @Nullable BigDecimal parse(String text) {
    StringBuilder digits = new StringBuilder();
    int after = 0;
    boolean negative = false;
    int at = 0;
    for (int t = 0; t < tokens.size(); t++) {
      Token token = tokens.get(t);
      char c = at < text.length() ? text.charAt(at) : 0;
      switch (token.kind) {
        case DIGITS -> {
          int last = lastGroup(t);
          boolean fraction = t > 0 && tokens.get(t - 1).kind == Kind.POINT;
          int end = at;
          while (end < text.length()
              && (isDigit(text.charAt(end)) || !fraction && text.charAt(end) == ',')) {
            end++;
          }
          String run = text.substring(at, end);
          // Without the point in the text there is no fraction, whatever follows.
          if (!fits(t, last, run)) {
            return null;
          }
          String plain = run.replace(",", "");
          digits.append(plain);
          after += fraction ? plain.length() : 0;
          at = end;
          t = last;
        }
        case POINT -> at += c == '.' ? 1 : 0;
        case DOLLAR -> {
          if (c != '$') {
            return null;
          }
          at++;
        }
        case SIGN, MINUS -> {
          negative |= c == '-';
          at += c == '-' || c == '+' && token.kind == Kind.SIGN ? 1 : 0;
        }
        default -> {
          if (c != (token.kind == Kind.OPEN ? '<' : '>')) {
            return null;
          }
          negative = true;
          at++;
        }
      }
    }
    if (at < text.length() || digits.length() == 0) {
      return null;
    }
    BigInteger unscaled = new BigInteger(digits.toString());
    return new BigDecimal(negative ? unscaled.negate() : unscaled, after).setScale(type.scale());
  }

  /** The last group of digits of those that separators tie to the group at a token. */
  private int lastGroup(int first) {
    int last = first;
    while (last + 2 < tokens.size() && tokens.get(last + 1).kind == Kind.SEPARATOR) {
      last += 2;
    }
    return last;
  }

  /** Whether groups of digits fit those of the format, from the right. */
  private boolean fits(int first, int last, String run) {
    String[] groups = run.split(",", -1);
    if (groups.length > (last - first) / 2 + 1) {
      return false;
    }
    int group = groups.length - 1;
    for (int t = last; t >= first; t -= 2, group--) {
      int found = group < 0 ? 0 : groups[group].length();
      Token token = tokens.get(t);
      if (token.exact ? found != token.digits : found > token.digits) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The number as text; signs of {@code #} if it has more digits than the format. */
  String format(BigDecimal number) {
    String digits = digits(number);
    boolean negative = number.signum() < 0;
    StringBuilder out = new StringBuilder();
    int at = 0;
    boolean point = false;
    for (Token token : tokens) {
      switch (token.kind) {
        case DIGITS -> {
          for (int i = 0; i < token.digits; i++) {
            char c = digits.charAt(at++);
            if (c != ' ') {
              out.append(c);
            } else if (token.exact) {
              out.append('0');
            } else {
              out.insert(signStart(out), ' ');
            }
          }
        }
        case SEPARATOR -> {
          char last = out.length() == 0 ? ' ' : out.charAt(out.length() - 1);
          if (isDigit(last)) {
            out.append(',');
          } else if (last == '#') {
            out.append(' ');
          } else {
            out.insert(signStart(out), ' ');
          }
        }
        case POINT -> {
          if (out.length() > 0 && out.charAt(out.length() - 1) == ' ') {
            out.setCharAt(out.length() - 1, '0');
          }
          out.append('.');
          point = true;
        }
        case DOLLAR -> out.append('$');
        case SIGN -> sign(out, negative ? '-' : '+');
        case MINUS -> sign(out, negative ? '-' : ' ');
        case OPEN -> out.append(negative ? "<" : "");
        default -> {
          sign(out, negative ? '>' : ' ');
          out.append(negative ? "" : " ");
        }
      }
    }
    if (point) {
      stripPoint(out);
    }
    String made = out.toString();
    return made.isEmpty() || made.equals("+") || made.equals("-") ? "0" : made;
  }

  /** Blanks, the digits before the point, and those after it: as many as the format has. */
  private String digits(BigDecimal number) {
    String plain = number.abs().stripTrailingZeros().toPlainString();
    int dot = plain.indexOf('.');
    String before = dot < 0 ? plain : plain.substring(0, dot);
    String after = dot < 0 ? "" : plain.substring(dot + 1);
    if (before.equals("0")) {
      before = "";
    }
    if (before.length() > whole || after.length() > type.scale()) {
      return "#".repeat(type.precision());
    }
    return " ".repeat(whole - before.length())
        + before
        + after
        + "0".repeat(type.scale() - after.length());
  }

  /** Where the signs at the end begin: blanks go before them, but after a dollar. */
  private static int signStart(StringBuilder out) {
    int at = out.length();
    while (at > 0 && "+-<".indexOf(out.charAt(at - 1)) >= 0) {
      at--;
    }
    return at;
  }

  /** A sign before the blanks at the end. */
  private static void sign(StringBuilder out, char sign) {
    stripPoint(out);
    int at = out.length();
    while (at > 0 && out.charAt(at - 1) == ' ') {
      at--;
    }
    out.insert(at, sign);
  }

  private static void stripPoint(StringBuilder out) {
    int last = out.length() - 1;
    if (last >= 0 && out.charAt(last) == '.') {
      out.setLength(last);
    }
  }
}

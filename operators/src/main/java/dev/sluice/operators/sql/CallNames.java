package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How Spark shows calls, where that is not the name in lower case and the arguments: functions that
 * it has as several, defaults that it fills in, and names that it keeps in capitals.
 */
final class CallNames {
  private CallNames() {}

  /** The expression under the name that the call has in Spark. */
  static Expression shown(Syntax.Call call, BoundCall bound, Expression expression) {
    String before = expression.sql();
    String after = shown(call.name(), bound, before);
    return after.equals(before) ? expression : new Renamed(expression, after);
  }

  private static String shown(String written, BoundCall bound, String sql) {
    String name = written.toLowerCase(Locale.ROOT);
    int count = bound.count();
    switch (name) {
      case "acos",
          "acosh",
          "asin",
          "asinh",
          "atan",
          "atanh",
          "atan2",
          "cos",
          "cosh",
          "cot",
          "csc",
          "degrees",
          "hypot",
          "radians",
          "sec",
          "sin",
          "sinh",
          "tan",
          "tanh",
          "power",
          "regexp",
          "regexp_like",
          "rlike" -> {
        return name.toUpperCase(Locale.ROOT) + behindName(sql);
      }
      case "ceil", "floor" -> {
        return (count == 1 ? name.toUpperCase(Locale.ROOT) : name) + behindName(sql);
      }
      case "ceiling", "bit_length", "char_length", "character_length", "length" -> {
        return name + behindName(sql);
      }
      case "log" -> {
        return count == 1 ? "LOG(E(), " + argument(bound, 0) + ")" : sql;
      }
      case "positive" -> {
        return "(+ " + argument(bound, 0) + ")";
      }
      case "div" -> {
        return "(" + argument(bound, 0) + " div " + argument(bound, 1) + ")";
      }
      case "trim" -> {
        return trimmed("BOTH", bound, sql);
      }
      case "ltrim" -> {
        return trimmed("LEADING", bound, sql);
      }
      case "rtrim" -> {
        return trimmed("TRAILING", bound, sql);
      }
      case "to_char", "to_varchar" -> {
        return character(bound, sql);
      }
      case "mask" -> {
        return all(name, bound, "", "X", "x", "n", "NULL");
      }
      case "substring", "substr" -> {
        return all(name, bound, "", "", "2147483647");
      }
      case "locate", "position" -> {
        return all(name, bound, "", "", "1");
      }
      case "sentences" -> {
        return all(name, bound, "", "", "");
      }
      case "regexp_instr" -> {
        return all(name, bound, "", "", "0");
      }
      case "hll_union" -> {
        return all(name, bound, "", "", "false");
      }
      case "aes_decrypt", "try_aes_decrypt" -> {
        return all(name, bound, "", "", "GCM", "DEFAULT", "");
      }
      case "aes_encrypt" -> {
        return all(name, bound, "", "", "GCM", "DEFAULT", "", "");
      }
      case "to_binary",
          "try_to_binary",
          "equal_null",
          "levenshtein",
          "try_add",
          "try_subtract",
          "try_multiply",
          "try_divide",
          "try_mod" -> {
        return all(name, bound);
      }
      case "from_json" -> {
        return sql.startsWith("entries(") ? "entries" : sql;
      }
      case "aggregate", "reduce" -> {
        return count == 3 && sql.endsWith(")")
            ? sql.substring(0, sql.length() - 1)
                + ", lambdafunction(namedlambdavariable(), namedlambdavariable()))"
            : sql;
      }
      default -> {
        return moment(name, bound, sql);
      }
    }
  }

  private static String moment(String name, BoundCall bound, String sql) {
    switch (name) {
      case "make_timestamp_ltz", "try_make_timestamp_ltz" -> {
        return bound.count() == 2 ? "make_timestamp" + behindName(sql) : sql;
      }
      case "try_make_timestamp" -> {
        return bound.count() == 7
            ? sql.substring(0, sql.length() - argument(bound, 6).length() - 3) + ")"
            : sql;
      }
      default -> {
        return sql;
      }
    }
  }

  /** A format other than a pattern of digits stands for another function. */
  private static String character(BoundCall bound, String sql) {
    if (bound.count() == 2 && bound.argument(0).type() == AtomicType.BINARY) {
      String format = argument(bound, 1).toLowerCase(Locale.ROOT);
      return switch (format) {
        case "base64", "hex" -> format + "(" + argument(bound, 0) + ")";
        default -> sql;
      };
    }
    return sql.startsWith("to_varchar(") ? "to_char" + behindName(sql) : sql;
  }

  private static String trimmed(String side, BoundCall bound, String sql) {
    return bound.count() == 2
        ? "TRIM(" + side + " " + argument(bound, 0) + " FROM " + argument(bound, 1) + ")"
        : sql;
  }

  /** All arguments as they were written; for those left out, the defaults in their places. */
  private static String all(String name, BoundCall bound, String... defaults) {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < Math.max(bound.count(), defaults.length); i++) {
      shown.add(i < bound.count() ? argument(bound, i) : defaults[i]);
    }
    return name + "(" + String.join(", ", shown) + ")";
  }

  private static String argument(BoundCall bound, int index) {
    return bound.argument(index).sql();
  }

  private static String behindName(String sql) {
    return sql.substring(Math.max(0, sql.indexOf('(')));
  }
}

package dev.sluice.operators.sql;

import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.QueryWalk;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.Locale;

/** Calls that give something else each time a query runs: the time, and random ones. */
final class Moments {
  private Moments() {}

  /** Whether a query calls any. */
  static boolean asked(Query query) {
    boolean[] found = new boolean[1];
    QueryWalk.expressions(query, syntax -> found[0] |= changes(syntax));
    return found[0];
  }

  private static boolean changes(Syntax syntax) {
    if (syntax instanceof Syntax.Call call) {
      switch (call.name().toLowerCase(Locale.ROOT)) {
        case "now",
            "current_timestamp",
            "current_date",
            "curdate",
            "current_time",
            "localtimestamp" -> {
          return true;
        }
        case "unix_timestamp" -> {
          return call.arguments().isEmpty();
        }
        default -> {
          if (random(call)) {
            return true;
          }
        }
      }
    }
    return SyntaxWalk.children(syntax).stream().anyMatch(Moments::changes);
  }

  /** Whether an expression calls what gives another value in each row. */
  static boolean isRandom(Syntax syntax) {
    return syntax instanceof Syntax.Call call && random(call)
        || SyntaxWalk.children(syntax).stream().anyMatch(Moments::isRandom);
  }

  private static boolean random(Syntax.Call call) {
    return switch (call.name().toLowerCase(Locale.ROOT)) {
      case "rand",
          "random",
          "randn",
          "uniform",
          "randstr",
          "uuid",
          "shuffle",
          "monotonically_increasing_id" ->
          true;
      default -> false;
    };
  }
}

package dev.sluice.operators.sql;

import dev.sluice.operators.expression.Folded;
import java.util.Locale;

/**
 * Functions of which Spark makes NULL before anything is computed when an argument is NULL as it is
 * written: what is wrong with the values of the other arguments is not told then.
 */
final class NullIntolerance {
  private NullIntolerance() {}

  /** Whether the call is NULL, whatever its other arguments are. */
  static boolean makesNull(String name, BoundCall call) {
    String lower = name.toLowerCase(Locale.ROOT);
    int first = firstRead(lower, call.count());
    if (first >= 0) {
      return first < call.count() && isNull(call, first);
    }
    // With more arguments it chooses among them.
    boolean decodes = lower.equals("decode") && call.count() == 2;
    if (!decodes && !applies(lower)) {
      return false;
    }
    for (int i = 0; i < call.count(); i++) {
      if (isNull(call, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNull(BoundCall call, int argument) {
    return !call.isLambda(argument) && Folded.isNull(call.argument(argument));
  }

  /** The argument after which the others are not read if it is NULL; -1 if there is no such. */
  private static int firstRead(String name, int arguments) {
    return switch (name) {
      case "trim", "ltrim", "rtrim" -> arguments - 1;
      case "btrim", "right", "nanvl", "array_join" -> 0;
      case "locate", "position" -> arguments == 2 ? 0 : -1;
      default -> -1;
    };
  }

  private static boolean applies(String name) {
    return switch (name) {
      case "add_months",
          "atan2",
          "bit_get",
          "bround",
          "contains",
          "conv",
          "convert_timezone",
          "date_add",
          "date_diff",
          "date_format",
          "date_sub",
          "date_trunc",
          "dateadd",
          "datediff",
          "encode",
          "endswith",
          "find_in_set",
          "format_number",
          "from_unixtime",
          "from_utc_timestamp",
          "getbit",
          "hypot",
          "instr",
          "left",
          "levenshtein",
          "log",
          "lpad",
          "make_date",
          "make_dt_interval",
          "make_interval",
          "make_time",
          "make_timestamp",
          "make_timestamp_ntz",
          "make_ym_interval",
          "months_between",
          "next_day",
          "overlay",
          "parse_url",
          "pow",
          "power",
          "regexp",
          "regexp_count",
          "regexp_extract",
          "regexp_extract_all",
          "regexp_instr",
          "regexp_like",
          "regexp_replace",
          "regexp_substr",
          "repeat",
          "replace",
          "rlike",
          "round",
          "rpad",
          "sha2",
          "shiftleft",
          "shiftright",
          "shiftrightunsigned",
          "slice",
          "split",
          "split_part",
          "startswith",
          "substr",
          "substring",
          "substring_index",
          "timestampadd",
          "timestampdiff",
          "to_date",
          "to_time",
          "to_timestamp",
          "to_timestamp_ltz",
          "to_unix_timestamp",
          "to_utc_timestamp",
          "translate",
          "trunc",
          "try_make_interval",
          "try_make_timestamp",
          "try_make_timestamp_ntz",
          "try_to_date",
          "try_to_timestamp",
          "unix_timestamp",
          "width_bucket" ->
          true;
      default -> false;
    };
  }
}

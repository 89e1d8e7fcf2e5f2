package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Flats;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;
import java.util.regex.Matcher;

/** Java regular expressions over texts. A pattern is compiled once while it stays the same. */
public final class RegexFunctions implements FunctionFamily {
  /** All that take a pattern as their second argument. */
  private static final List<String> NAMES =
      List.of(
          "regexp_extract",
          "regexp_extract_all",
          "regexp_replace",
          "regexp_count",
          "regexp_instr",
          "regexp_substr",
          "regexp_like",
          "regexp",
          "rlike",
          "split");

  @Override
  public List<String> names() {
    return NAMES;
  }

  /** True for a function, by its name in lower case, that takes a pattern as second argument. */
  public static boolean takesPattern(String name) {
    return NAMES.contains(name);
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "regexp_extract" ->
          declare(
              name,
              "regexp_extract(str, regexp[, idx])",
              "The part of the first match that a group holds (1 by default, 0 for all of it);"
                  + " empty if nothing matches.",
              "regexp_extract('100-200', '(\\\\d+)-(\\\\d+)', 1)",
              "100",
              RegexFunctions::bindExtract);
      case "regexp_extract_all" ->
          declare(
              name,
              "regexp_extract_all(str, regexp[, idx])",
              "For each match the part that a group holds.",
              "regexp_extract_all('100-200, 300-400', '(\\\\d+)-(\\\\d+)', 1)",
              "[100, 300]",
              RegexFunctions::bindExtractAll);
      case "regexp_replace" ->
          declare(
              name,
              "regexp_replace(str, regexp, rep[, position])",
              "The text with each match replaced; $1 in the replacement stands for the first"
                  + " group.",
              "regexp_replace('100-200', '(\\\\d+)', 'num')",
              "num-num",
              RegexFunctions::bindReplace);
      case "regexp_count" ->
          declare(
              name,
              "regexp_count(str, regexp)",
              "How many matches there are.",
              "regexp_count('Steven Jones and Stephen Smith', 'Ste(v|ph)en')",
              "2",
              call -> bindInt(call, (matcher, text) -> (int) matcher.results().count()));
      case "regexp_instr" ->
          declare(
              name,
              "regexp_instr(str, regexp)",
              "Where the first match begins, from 1; 0 if there is none.",
              "regexp_instr('user@spark.apache.org', '@[^.]*')",
              "5",
              RegexFunctions::bindInstr);
      case "regexp_substr" ->
          declare(
              name,
              "regexp_substr(str, regexp)",
              "The first match, null if there is none.",
              "regexp_substr('Steven Jones', 'Ste(v|ph)en')",
              "Steven",
              RegexFunctions::bindSubstr);
      case "split" ->
          declare(
              name,
              "split(str, regex[, limit])",
              "The parts of a text between matches, at most limit of them if that is positive.",
              "split('oneAtwoBthreeC', '[ABC]')",
              "[one, two, three, ]",
              RegexFunctions::bindSplit);
      case "regexp_like", "regexp", "rlike" ->
          declare(
                  "regexp_like",
                  "regexp_like(str, regexp)",
                  "True if the regular expression matches anywhere in the text.",
                  "regexp_like('spark', 'p.r')",
                  "true",
                  RegexFunctions::bindLike)
              .withAliases("regexp", "rlike");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      String sql,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of("string_funcs", usage, description, example(sql, result)), binder);
  }

  private static Expression bindLike(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.STRING), call.coerce(1, AtomicType.STRING));
    return new ScalarCall(
        call.name(),
        arguments,
        AtomicType.BOOLEAN,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn patterns = Texts.bytes(columns, 1);
          Validity valid = Nulls.of(in, patterns, rows);
          RegexCache cache = new RegexCache("rlike");
          boolean[] result = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            result[i] = valid.isValid(i) && cache.matcher(patterns, i, in.string(i)).find();
          }
          return new BooleanColumn(AtomicType.BOOLEAN, result, valid, rows);
        });
  }

  private static List<Expression> withGroup(FunctionCall call) {
    call.requireCount(2, 3);
    return List.of(
        call.coerce(0, AtomicType.STRING),
        call.coerce(1, AtomicType.STRING),
        call.count() == 3 ? call.coerce(2, AtomicType.INT) : new Literal(AtomicType.INT, 1, "1"));
  }

  private static void checkGroup(String function, Matcher matcher, int group, int row) {
    if (group < 0 || group > matcher.groupCount()) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
          "the group index of "
              + function
              + " is "
              + group
              + ", but the regular expression has groups 0 to "
              + matcher.groupCount(),
          row);
    }
  }

  private static Expression bindExtract(FunctionCall call) {
    List<Expression> arguments = withGroup(call);
    return new ScalarCall(
        "regexp_extract",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn patterns = Texts.bytes(columns, 1);
          IntColumn groups = (IntColumn) columns.get(2).flatten();
          RegexCache cache = new RegexCache("regexp_extract");
          return Texts.make(
              List.of(in, patterns, groups),
              rows,
              row -> {
                Matcher matcher = cache.matcher(patterns, row, in.string(row));
                if (!matcher.find()) {
                  return "";
                }
                checkGroup("regexp_extract", matcher, groups.get(row), row);
                String found = matcher.group(groups.get(row));
                return found == null ? "" : found;
              });
        });
  }

  private static Expression bindExtractAll(FunctionCall call) {
    List<Expression> arguments = withGroup(call);
    ArrayType type = new ArrayType(AtomicType.STRING);
    return new ScalarCall(
        "regexp_extract_all",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn patterns = Texts.bytes(columns, 1);
          IntColumn groups = (IntColumn) columns.get(2).flatten();
          RegexCache cache = new RegexCache("regexp_extract_all");
          return arrays(
              type,
              List.of(in, patterns, groups),
              rows,
              (row, out) -> {
                Matcher matcher = cache.matcher(patterns, row, in.string(row));
                while (matcher.find()) {
                  checkGroup("regexp_extract_all", matcher, groups.get(row), row);
                  String found = matcher.group(groups.get(row));
                  out.append(found == null ? "" : found);
                }
              });
        });
  }

  /** Appends the elements of a row's array. */
  private interface Elements {
    void append(int row, BytesBuilder out);
  }

  private static Column arrays(
      ArrayType type, List<? extends FlatColumn> arguments, int rows, Elements elements) {
    Validity valid = Nulls.of(arguments, rows);
    ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(type, rows);
    BytesBuilder strings = (BytesBuilder) out.elements();
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        out.appendNull();
      } else {
        elements.append(i, strings);
        out.endArray();
      }
    }
    return out.build();
  }

  private static Expression bindReplace(FunctionCall call) {
    call.requireCount(3, 4);
    Expression position =
        call.count() == 4 ? call.coerce(3, AtomicType.INT) : new Literal(AtomicType.INT, 1, "1");
    if (call.count() == 4 && call.constant(3) instanceof Integer at && at < 1) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          3,
          "the position of regexp_replace must be at least 1, not " + at,
          null);
    }
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING),
            call.coerce(2, AtomicType.STRING),
            position);
    return new ScalarCall(
        "regexp_replace",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn patterns = Texts.bytes(columns, 1);
          BytesColumn replacements = Texts.bytes(columns, 2);
          IntColumn positions = (IntColumn) columns.get(3).flatten();
          RegexCache cache = new RegexCache("regexp_replace");
          return Texts.make(
              List.of(in, patterns, replacements, positions),
              rows,
              row ->
                  replace(
                      in.string(row),
                      cache.matcher(patterns, row, in.string(row)),
                      replacements.string(row),
                      positions.get(row),
                      row));
        });
  }

  private static String replace(
      String text, Matcher matcher, String replacement, int position, int row) {
    int from = position - 1;
    if (from < 0) {
      throw new EvaluationException(
          "VALUE_OUT_OF_RANGE",
          "the position of regexp_replace must be at least 1, not " + position,
          row);
    }
    if (from != 0 && from >= text.length()) {
      return text;
    }
    matcher.region(from, text.length());
    if (!matcher.find()) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    try {
      do {
        matcher.appendReplacement(out, replacement);
      } while (matcher.find());
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new EvaluationException(
          "INVALID_REGEXP_REPLACE",
          "the replacement '"
              + replacement
              + "' of regexp_replace cannot be applied: "
              + e.getMessage(),
          row);
    }
    return matcher.appendTail(out).toString();
  }

  /** A number made of a match. */
  private interface IntOfMatch {
    int apply(Matcher matcher, String text);
  }

  private static Expression bindInt(FunctionCall call, IntOfMatch function) {
    call.requireCount(2, 2);
    return ints(
        call.name(),
        List.of(call.coerce(0, AtomicType.STRING), call.coerce(1, AtomicType.STRING)),
        function);
  }

  private static Expression bindInstr(FunctionCall call) {
    return ints(
        call.name(),
        withGroup(call),
        (matcher, text) -> matcher.find() ? text.codePointCount(0, matcher.start()) + 1 : 0);
  }

  private static Expression ints(String name, List<Expression> arguments, IntOfMatch function) {
    return new ScalarCall(
        name,
        arguments,
        AtomicType.INT,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn patterns = Texts.bytes(columns, 1);
          Validity valid = Nulls.of(Nulls.flatten(columns), rows);
          RegexCache cache = new RegexCache(name);
          int[] result = new int[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              String text = in.string(i);
              result[i] = function.apply(cache.matcher(patterns, i, text), text);
            }
          }
          return new IntColumn(AtomicType.INT, result, valid, rows);
        });
  }

  private static Expression bindSubstr(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.STRING), call.coerce(1, AtomicType.STRING));
    return new ScalarCall(
        "regexp_substr",
        arguments,
        AtomicType.STRING,
        true,
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn patterns = Texts.bytes(columns, 1);
          RegexCache cache = new RegexCache("regexp_substr");
          return Texts.make(
              List.of(in, patterns),
              rows,
              row -> {
                Matcher matcher = cache.matcher(patterns, row, in.string(row));
                return matcher.find() && !matcher.group().isEmpty() ? matcher.group() : null;
              });
        });
  }

  private static Expression bindSplit(FunctionCall call) {
    call.requireCount(2, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING),
            call.count() == 3
                ? call.coerce(2, AtomicType.INT)
                : new Literal(AtomicType.INT, -1, "-1"));
    ArrayType type = new ArrayType(AtomicType.STRING, false);
    return new ScalarCall(
        "split",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          boolean one = rows == 1 || Flats.mask(columns.get(1)) == 0;
          if (one && rows > 0 && !columns.get(1).isNull(0)) {
            int separator = literal((BytesColumn) Flats.base(columns.get(1)), 0);
            if (separator >= 0) {
              return ByteSplit.split((byte) separator, in, columns.get(2), type, rows);
            }
          }
          BytesColumn patterns = Texts.bytes(columns, 1);
          IntColumn limits = (IntColumn) columns.get(2).flatten();
          RegexCache cache = new RegexCache("split");
          return arrays(
              type,
              List.of(in, patterns, limits),
              rows,
              (row, out) -> split(in.string(row), patterns, cache, limits.get(row), row, out));
        });
  }

  /** The one ASCII character that a pattern stands for, such as {@code ,} or {@code \\|}; or -1. */
  private static int literal(BytesColumn patterns, int row) {
    int start = patterns.starts()[row];
    byte[] data = patterns.data();
    int length = patterns.lengths()[row];
    if (length == 1 && data[start] > 0 && "\\^$.|?*+()[{".indexOf(data[start]) < 0) {
      return data[start];
    }
    boolean escaped =
        length == 2
            && data[start] == '\\'
            && data[start + 1] > ' '
            && !Character.isLetterOrDigit(data[start + 1]);
    return escaped ? data[start + 1] : -1;
  }

  private static void split(
      String text, BytesColumn patterns, RegexCache cache, int limit, int row, BytesBuilder out) {
    // An empty pattern parts a text into its characters, without an empty one at the end.
    if (patterns.lengths()[row] == 0 && !text.isEmpty()) {
      int most = limit > 0 ? Math.min(limit, text.length()) : text.length();
      for (int i = 0; i < most - 1; i++) {
        out.append(text.substring(i, i + 1));
      }
      out.append(text.substring(most - 1));
      return;
    }
    for (String part : cache.pattern(patterns, row).split(text, limit == 0 ? -1 : limit, row)) {
      out.append(part);
    }
  }
}

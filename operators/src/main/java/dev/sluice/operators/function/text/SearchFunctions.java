package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether and where a text holds another. Positions count code points from 1; 0 = not there. */
public final class SearchFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "contains", "startswith", "endswith", "instr", "locate", "position", "find_in_set");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "contains" ->
          test(
              name,
              "True if the text holds the other.",
              "contains('Spark SQL', 'Spark')",
              SearchFunctions::contains);
      case "startswith" ->
          test(
              name,
              "True if the text begins with the other.",
              "startswith('Spark SQL', 'Spark')",
              SearchFunctions::startsWith);
      case "endswith" ->
          test(
              name,
              "True if the text ends with the other.",
              "endswith('Spark SQL', 'SQL')",
              SearchFunctions::endsWith);
      case "instr" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "instr(str, substr)",
                  "Where the other text first stands in the text.",
                  example("instr('SparkSQL', 'SQL')", "6")),
              call -> {
                call.requireCount(2, 2);
                return position(call, name, 1, 0);
              });
      case "find_in_set" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "find_in_set(str, str_array)",
                  "The index of a text in a list parted by commas; 0 if it is not there or holds a"
                      + " comma.",
                  example("find_in_set('ab','abc,b,ab,c,def')", "3")),
              SearchFunctions::bindFindInSet);
      case "locate", "position" ->
          NamedFunction.of(
                  "locate",
                  FunctionDoc.of(
                      "string_funcs",
                      "locate(substr, str[, pos])",
                      "Where the first text stands in the second, at or after a position.",
                      example("locate('bar', 'foobarbar', 5)", "7")),
                  call -> {
                    call.requireCount(2, 3);
                    return position(call, call.name(), 0, 1);
                  })
              .withAliases("position");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  /** A test of one text against another. */
  private interface Test {
    boolean holds(
        byte[] data, int start, int length, byte[] other, int otherStart, int otherLength);
  }

  private static Function test(String name, String description, String sql, Test test) {
    return NamedFunction.of(
        name,
        FunctionDoc.of("string_funcs", name + "(left, right)", description, example(sql, "true")),
        call -> {
          call.requireCount(2, 2);
          DataType type =
              call.argument(0).type() == AtomicType.BINARY
                      && call.argument(1).type() == AtomicType.BINARY
                  ? AtomicType.BINARY
                  : AtomicType.STRING;
          List<Expression> arguments = List.of(call.coerce(0, type), call.coerce(1, type));
          return new ScalarCall(
              name,
              arguments,
              AtomicType.BOOLEAN,
              Nulls.anyNullable(arguments),
              false,
              (columns, rows, context) -> run(columns.get(0), columns.get(1), rows, test));
        });
  }

  private static Column run(Column text, Column other, int rows, Test test) {
    BytesColumn in = (BytesColumn) text.flatten();
    BytesColumn parts = (BytesColumn) other.flatten();
    Validity valid = Nulls.of(in, parts, rows);
    boolean[] result = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      result[i] =
          valid.isValid(i)
              && test.holds(
                  in.data(),
                  in.starts()[i],
                  in.lengths()[i],
                  parts.data(),
                  parts.starts()[i],
                  parts.lengths()[i]);
    }
    return new BooleanColumn(AtomicType.BOOLEAN, result, valid, rows);
  }

  private static boolean contains(
      byte[] data, int start, int length, byte[] other, int otherStart, int otherLength) {
    return Utf8.indexOf(data, start, start + length, other, otherStart, otherLength) >= 0;
  }

  private static boolean startsWith(
      byte[] data, int start, int length, byte[] other, int otherStart, int otherLength) {
    return otherLength <= length && Utf8.matches(data, start, other, otherStart, otherLength);
  }

  private static boolean endsWith(
      byte[] data, int start, int length, byte[] other, int otherStart, int otherLength) {
    return otherLength <= length
        && Utf8.matches(data, start + length - otherLength, other, otherStart, otherLength);
  }

  private static Expression position(FunctionCall call, String name, int part, int text) {
    Expression first = call.coerce(0, AtomicType.STRING);
    Expression second = call.coerce(1, AtomicType.STRING);
    List<Expression> arguments =
        call.count() == 3
            ? List.of(first, second, call.coerce(2, AtomicType.INT))
            : List.of(first, second);
    return new ScalarCall(
        name,
        arguments,
        AtomicType.INT,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) ->
            locate(
                (BytesColumn) columns.get(part).flatten(),
                (BytesColumn) columns.get(text).flatten(),
                columns.size() == 3 ? (IntColumn) columns.get(2).flatten() : null,
                rows));
  }

  private static Column locate(
      BytesColumn part, BytesColumn text, @Nullable IntColumn from, int rows) {
    Validity texts = Nulls.of(part, text, rows);
    int[] result = new int[rows];
    // A null position gives 0, whatever the texts are: Spark's StringLocate looks at it first.
    Validity valid = texts;
    if (from != null) {
      boolean[] missing = new boolean[rows];
      for (int i = 0; i < rows; i++) {
        missing[i] = texts.isNull(i) && !from.isNull(i);
      }
      valid = Validity.ofNulls(missing, rows);
    }
    for (int i = 0; i < rows; i++) {
      if (texts.isNull(i) || (from != null && (from.isNull(i) || from.get(i) < 1))) {
        continue;
      }
      if (part.lengths()[i] == 0) {
        // Wherever the search begins, nothing is found at the start.
        result[i] = 1;
        continue;
      }
      byte[] data = text.data();
      int start = text.starts()[i];
      int end = start + text.lengths()[i];
      int begin = from == null ? start : Utf8.skip(data, start, end, from.get(i) - 1);
      if (from != null && Utf8.length(data, start, end - start) < from.get(i) - 1) {
        continue;
      }
      int at = Utf8.indexOf(data, begin, end, part.data(), part.starts()[i], part.lengths()[i]);
      result[i] = at < 0 ? 0 : Utf8.length(data, start, at - start) + 1;
    }
    return new IntColumn(AtomicType.INT, result, valid, rows);
  }

  private static Expression bindFindInSet(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.STRING), call.coerce(1, AtomicType.STRING));
    return new ScalarCall(
        "find_in_set",
        arguments,
        AtomicType.INT,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          BytesColumn word = (BytesColumn) columns.get(0).flatten();
          BytesColumn list = (BytesColumn) columns.get(1).flatten();
          Validity valid = Nulls.of(word, list, rows);
          int[] result = new int[rows];
          for (int i = 0; i < rows; i++) {
            result[i] = valid.isNull(i) ? 0 : findInSet(word, list, i);
          }
          return new IntColumn(AtomicType.INT, result, valid, rows);
        });
  }

  private static int findInSet(BytesColumn word, BytesColumn list, int row) {
    byte[] data = list.data();
    int end = list.starts()[row] + list.lengths()[row];
    int from = list.starts()[row];
    int length = word.lengths()[row];
    for (int index = 1; ; index++) {
      int comma = from;
      while (comma < end && data[comma] != ',') {
        comma++;
      }
      if (comma - from == length
          && Utf8.matches(data, from, word.data(), word.starts()[row], length)) {
        return index;
      }
      if (comma >= end) {
        return 0;
      }
      from = comma + 1;
    }
  }
}

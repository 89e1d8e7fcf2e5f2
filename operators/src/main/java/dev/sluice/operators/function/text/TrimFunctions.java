package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code trim}, {@code btrim}, {@code ltrim} and {@code rtrim}. Results are slices of the input.
 * With a second set of characters: {@code ltrim} and {@code rtrim} take {@code (characters, text)},
 * {@code btrim} takes {@code (text, characters)}; {@code TRIM(BOTH characters FROM text)} is bound
 * as {@code trim(text, characters)}.
 */
public final class TrimFunctions implements FunctionFamily {
  /** Where characters are taken away. */
  private enum Side {
    LEFT,
    RIGHT,
    BOTH
  }

  /** How two arguments are written: the text, and the characters to take away. */
  private enum Written {
    TEXT_FIRST,
    SET_FIRST
  }

  @Override
  public List<String> names() {
    return List.of("trim", "btrim", "ltrim", "rtrim");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "trim" ->
          declare(
              name,
              "trim([trimStr, ]str)",
              "The text without blanks, or the given characters, at both ends.",
              Side.BOTH,
              Written.SET_FIRST,
              "trim('  a b ')",
              "a b");
      case "btrim" ->
          declare(
              name,
              "btrim(str[, trimStr])",
              "The text without blanks, or the given characters, at both ends.",
              Side.BOTH,
              Written.TEXT_FIRST,
              "btrim('SSparkSQLS', 'SL')",
              "parkSQ");
      case "ltrim" ->
          declare(
              name,
              "ltrim([trimStr, ]str)",
              "The text without blanks, or the given characters, at its start.",
              Side.LEFT,
              Written.SET_FIRST,
              "ltrim('  a')",
              "a");
      case "rtrim" ->
          declare(
              name,
              "rtrim([trimStr, ]str)",
              "The text without blanks, or the given characters, at its end.",
              Side.RIGHT,
              Written.SET_FIRST,
              "rtrim('a  ')",
              "a");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Function declare(
      String name,
      String usage,
      String description,
      Side side,
      Written written,
      String sql,
      String result) {
    return NamedFunction.of(
        name,
        FunctionDoc.of("string_funcs", usage, description, example(sql, result)),
        call -> bind(call, name, side, written));
  }

  private static Expression bind(FunctionCall call, String name, Side side, Written written) {
    call.requireCount(1, 2);
    List<Expression> arguments = new ArrayList<>();
    if (call.count() == 1) {
      arguments.add(call.coerce(0, AtomicType.STRING));
    } else {
      int text = written == Written.TEXT_FIRST ? 0 : 1;
      arguments.add(call.coerce(text, AtomicType.STRING));
      arguments.add(call.coerce(1 - text, AtomicType.STRING));
    }
    return new ScalarCall(
        name,
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) ->
            columns.size() == 1
                ? trimBlanks(columns.get(0), rows, side)
                : trimCharacters(columns.get(0), columns.get(1), rows, side));
  }

  private static Column trimBlanks(Column argument, int rows, Side side) {
    BytesColumn in = (BytesColumn) argument.flatten();
    byte[] data = in.data();
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int i = 0; i < rows; i++) {
      int start = in.starts()[i];
      int end = start + in.lengths()[i];
      if (side != Side.RIGHT) {
        while (start < end && data[start] == ' ') {
          start++;
        }
      }
      if (side != Side.LEFT) {
        while (end > start && data[end - 1] == ' ') {
          end--;
        }
      }
      starts[i] = start;
      lengths[i] = end - start;
    }
    return new BytesColumn(AtomicType.STRING, data, starts, lengths, in.validity(), rows);
  }

  private static Column trimCharacters(Column text, Column set, int rows, Side side) {
    BytesColumn in = (BytesColumn) text.flatten();
    BytesColumn characters = (BytesColumn) set.flatten();
    Validity valid = Nulls.of(in, characters, rows);
    byte[] data = in.data();
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int start = in.starts()[i];
      int end = start + in.lengths()[i];
      while (side != Side.RIGHT && start < end && contains(characters, i, data, start)) {
        start += Utf8.width(data[start]);
      }
      while (side != Side.LEFT && end > start) {
        int last = end - 1;
        while (last > start && (data[last] & 0xC0) == 0x80) {
          last--;
        }
        if (!contains(characters, i, data, last)) {
          break;
        }
        end = last;
      }
      starts[i] = start;
      lengths[i] = Math.max(0, end - start);
    }
    return new BytesColumn(AtomicType.STRING, data, starts, lengths, valid, rows);
  }

  /** True if the code point at {@code at} is one of the characters of that row. */
  private static boolean contains(BytesColumn characters, int row, byte[] data, int at) {
    int width = Math.min(Utf8.width(data[at]), data.length - at);
    int start = characters.starts()[row];
    return Utf8.indexOf(
            characters.data(), start, start + characters.lengths()[row], data, at, width)
        >= 0;
  }
}

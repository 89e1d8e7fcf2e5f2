package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.Arrays;
import java.util.List;

/** {@code lpad}, {@code rpad}, {@code repeat} and {@code space}. */
public final class PadFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("lpad", "rpad", "repeat", "space");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "lpad" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "lpad(str, len[, pad])",
                  "The text filled up on the left to a length, or cut to it.",
                  example("lpad('hi', 5, '??')", "???hi")),
              call -> bindPad(call, true));
      case "rpad" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "rpad(str, len[, pad])",
                  "The text filled up on the right to a length, or cut to it.",
                  example("rpad('hi', 5, '??')", "hi???")),
              call -> bindPad(call, false));
      case "repeat" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "repeat(str, n)",
                  "The text n times in a row.",
                  example("repeat('123', 2)", "123123")),
              PadFunctions::bindRepeat);
      case "space" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "space(n)",
                  "A text of n blanks.",
                  example("concat(space(2), '1')", "  1")),
              PadFunctions::bindSpace);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindPad(FunctionCall call, boolean left) {
    call.requireCount(2, 3);
    boolean binary =
        call.argument(0).type() == AtomicType.BINARY
            && (call.count() == 2 || call.argument(2).type() == AtomicType.BINARY);
    DataType type = binary ? AtomicType.BINARY : AtomicType.STRING;
    Expression text = call.coerce(0, type);
    Expression count = call.coerce(1, AtomicType.INT);
    Expression pad =
        call.count() == 3
            ? call.coerce(2, type)
            : binary ? new Literal(type, new byte[1], "X'00'") : new Literal(type, " ", " ");
    List<Expression> arguments = List.of(text, count, pad);
    return new ScalarCall(
        left ? "lpad" : "rpad",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> pad(columns, rows, type, left));
  }

  private static Column pad(List<Column> columns, int rows, DataType type, boolean left) {
    BytesColumn in = (BytesColumn) columns.get(0).flatten();
    IntColumn counts = (IntColumn) columns.get(1).flatten();
    BytesColumn pads = (BytesColumn) columns.get(2).flatten();
    Validity valid = Nulls.of(List.of(in, counts, pads), rows);
    boolean binary = type == AtomicType.BINARY;
    TextOutput out = new TextOutput(rows, rows * 16L);
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        out.skip(i);
        continue;
      }
      out.begin(i);
      int start = in.starts()[i];
      int length = in.lengths()[i];
      int has = binary ? length : Utf8.length(in.data(), start, length);
      int wanted = Math.max(0, counts.get(i));
      if (wanted <= has) {
        int kept = binary ? wanted : Utf8.skip(in.data(), start, start + length, wanted) - start;
        out.put(in.data(), start, kept);
      } else {
        if (!left) {
          out.put(in.data(), start, length);
        }
        fill(pads, i, wanted - has, binary, out);
        if (left) {
          out.put(in.data(), start, length);
        }
      }
      out.end(i);
    }
    return out.build(type, valid);
  }

  private static void fill(
      BytesColumn pads, int row, int characters, boolean binary, TextOutput out) {
    byte[] data = pads.data();
    int start = pads.starts()[row];
    int length = pads.lengths()[row];
    int has = binary ? length : Utf8.length(data, start, length);
    if (has == 0) {
      return;
    }
    out.reserve((int) Math.min(Integer.MAX_VALUE, (long) characters / has * length));
    for (int left = characters; left > 0; left -= has) {
      int bytes =
          left >= has
              ? length
              : binary ? left : Utf8.skip(data, start, start + length, left) - start;
      out.put(data, start, bytes);
    }
  }

  private static Expression bindRepeat(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.STRING), call.coerce(1, AtomicType.INT));
    return new ScalarCall(
        "repeat",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = (BytesColumn) columns.get(0).flatten();
          IntColumn counts = (IntColumn) columns.get(1).flatten();
          Validity valid = Nulls.of(in, counts, rows);
          TextOutput out = new TextOutput(rows, rows * 16L);
          for (int i = 0; i < rows; i++) {
            if (valid.isNull(i)) {
              out.skip(i);
              continue;
            }
            out.begin(i);
            int length = in.lengths()[i];
            long total = (long) length * Math.max(0, counts.get(i));
            out.reserve((int) Math.min(Integer.MAX_VALUE, total));
            for (long done = 0; done < total; done += length) {
              out.put(in.data(), in.starts()[i], length);
            }
            out.end(i);
          }
          return out.build(valid);
        });
  }

  private static Expression bindSpace(FunctionCall call) {
    call.requireCount(1, 1);
    Expression count = call.coerce(0, AtomicType.INT);
    return new ScalarCall(
        "space",
        List.of(count),
        AtomicType.STRING,
        count.nullable(),
        true,
        (columns, rows, context) -> {
          IntColumn counts = (IntColumn) columns.get(0).flatten();
          TextOutput out = new TextOutput(rows, rows * 8L);
          for (int i = 0; i < rows; i++) {
            out.begin(i);
            int blanks = counts.isNull(i) ? 0 : Math.max(0, counts.get(i));
            byte[] target = out.reserve(blanks);
            Arrays.fill(target, out.position(), out.position() + blanks, (byte) ' ');
            out.advance(blanks);
            out.end(i);
          }
          return out.build(counts.validity());
        });
  }
}

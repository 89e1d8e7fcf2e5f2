package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/** Lengths and character codes. */
public final class LengthFunctions implements FunctionFamily {
  private enum Measure {
    CHARACTERS,
    BYTES,
    BITS,
    FIRST_CODE
  }

  @Override
  public List<String> names() {
    return List.of(
        "length",
        "len",
        "char_length",
        "character_length",
        "octet_length",
        "bit_length",
        "ascii",
        "chr",
        "char");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "octet_length" ->
          measure(
              name,
              "octet_length(expr)",
              "How many bytes a text (in UTF-8) or binary has.",
              Measure.BYTES,
              "octet_length('Spark SQL')",
              "9");
      case "bit_length" ->
          measure(
              name,
              "bit_length(expr)",
              "How many bits a text (in UTF-8) or binary has.",
              Measure.BITS,
              "bit_length('Spark SQL')",
              "72");
      case "ascii" ->
          measure(
              name,
              "ascii(str)",
              "The code point of the first character, 0 for none.",
              Measure.FIRST_CODE,
              "ascii('222')",
              "50");
      case "chr", "char" ->
          NamedFunction.of(
                  "char",
                  FunctionDoc.of(
                      "string_funcs",
                      "char(expr)",
                      "The character of that code, taken modulo 256; empty for a negative one.",
                      example("char(65)", "A")),
                  LengthFunctions::bindChar)
              .withAliases("chr");
      case "length", "len", "char_length", "character_length" ->
          ((NamedFunction)
                  measure(
                      "length",
                      "length(expr)",
                      "How many characters a text, or bytes a binary, has.",
                      Measure.CHARACTERS,
                      "length('Spark SQL ')",
                      "10"))
              .withAliases("len", "char_length", "character_length");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Function measure(
      String name, String usage, String description, Measure measure, String sql, String result) {
    return NamedFunction.of(
        name,
        FunctionDoc.of("string_funcs", usage, description, example(sql, result)),
        call -> {
          call.requireCount(1, 1);
          Expression text =
              measure == Measure.FIRST_CODE
                  ? call.coerce(0, AtomicType.STRING)
                  : call.coerce(0, AtomicType.STRING, AtomicType.BINARY);
          return new ScalarCall(
              call.name(),
              List.of(text),
              AtomicType.INT,
              text.nullable(),
              false,
              (columns, rows, context) -> run(columns.get(0), rows, measure));
        });
  }

  private static Column run(Column column, int rows, Measure measure) {
    BytesColumn in = (BytesColumn) column.flatten();
    byte[] data = in.data();
    int[] starts = in.starts();
    int[] lengths = in.lengths();
    boolean text = in.type() == AtomicType.STRING;
    int[] result = new int[rows];
    for (int i = 0; i < rows; i++) {
      result[i] =
          switch (measure) {
            case CHARACTERS -> text ? Utf8.length(data, starts[i], lengths[i]) : lengths[i];
            case BYTES -> lengths[i];
            case BITS -> lengths[i] * 8;
            case FIRST_CODE -> lengths[i] == 0 ? 0 : in.isNull(i) ? 0 : firstCode(in, i);
          };
    }
    return new IntColumn(AtomicType.INT, result, in.validity(), rows);
  }

  private static int firstCode(BytesColumn in, int row) {
    byte first = in.data()[in.starts()[row]];
    return first >= 0 ? first : in.string(row).codePointAt(0);
  }

  private static Expression bindChar(FunctionCall call) {
    call.requireCount(1, 1);
    Expression code = call.coerce(0, AtomicType.BIGINT);
    return new ScalarCall(
        call.name(),
        List.of(code),
        AtomicType.STRING,
        code.nullable(),
        false,
        (columns, rows, context) -> {
          LongColumn codes = (LongColumn) columns.get(0).flatten();
          TextOutput out = new TextOutput(rows, rows * 2L);
          for (int i = 0; i < rows; i++) {
            out.begin(i);
            if (codes.get(i) >= 0) {
              out.put(String.valueOf((char) (codes.get(i) & 0xFF)));
            }
            out.end(i);
          }
          return out.build(codes.validity());
        });
  }
}

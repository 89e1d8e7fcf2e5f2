package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.datetime.FormatTimeFunctions;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Numbers from text and to text by a format, and {@code to_char} of times and bytes. */
public final class NumberFormatFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("to_number", "try_to_number", "to_char", "to_varchar");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "to_number" ->
          Declared.function(
              "string_funcs",
              name,
              "to_number(str, fmt)",
              "The number that a text stands for by a format; fails if it does not match.",
              "to_number('$78.12', '$99.99')",
              "78.12",
              call -> bindParse(call, false));
      case "try_to_number" ->
          Declared.function(
              "string_funcs",
              name,
              "try_to_number(str, fmt)",
              "The number that a text stands for by a format; null if it does not match.",
              "try_to_number('12,454', '99,999')",
              "12454",
              call -> bindParse(call, true));
      case "to_char", "to_varchar" ->
          Declared.function(
              "string_funcs",
              name,
              name + "(expr, fmt)",
              "A number by a number format, a time by a pattern, or bytes as base64, hex or utf-8.",
              name + "(12454, '99G999')",
              "12,454",
              NumberFormatFunctions::bindFormat);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindParse(FunctionCall call, boolean tolerant) {
    call.requireCount(2, 2);
    Expression text = call.coerce(0, AtomicType.STRING);
    call.coerce(1, AtomicType.STRING);
    Object given = call.constant(1);
    if (given == null) {
      return new Literal(DecimalType.DEFAULT, null, "NULL");
    }
    NumberFormat format = NumberFormat.compile(given.toString(), call, 1);
    return new ScalarCall(
        call.name(),
        List.of(text, call.argument(1)),
        format.type(),
        tolerant || text.nullable(),
        !tolerant,
        (columns, rows, context) ->
            parse(Texts.bytes(columns, 0), rows, format, given.toString(), tolerant));
  }

  private static Column parse(
      BytesColumn in, int rows, NumberFormat format, String given, boolean tolerant) {
    ColumnBuilder out = ColumnBuilder.of(format.type(), rows);
    for (int i = 0; i < rows; i++) {
      BigDecimal number = in.isNull(i) ? null : format.parse(in.string(i));
      if (number == null && !in.isNull(i) && !tolerant) {
        throw new EvaluationException(
            "INVALID_FORMAT.MISMATCH_INPUT",
            "'"
                + in.string(i)
                + "' does not match the number format '"
                + given
                + "'; try_to_number gives NULL instead",
            i);
      }
      out.appendValue(number);
    }
    return out.build();
  }

  private static Expression bindFormat(FunctionCall call) {
    call.requireCount(2, 2);
    DataType type = call.argument(0).type();
    if (type == AtomicType.DATE
        || type == AtomicType.TIMESTAMP
        || type == AtomicType.TIMESTAMP_NTZ) {
      return FormatTimeFunctions.bindFormat(call);
    }
    call.coerce(1, AtomicType.STRING);
    Object given = call.constant(1);
    if (type == AtomicType.BINARY) {
      return given == null
          ? new Literal(AtomicType.STRING, null, "NULL")
          : bytesAsText(call, given.toString().toLowerCase(Locale.ROOT));
    }
    Expression number = call.coerce(0, DecimalType.DEFAULT);
    if (given == null) {
      return new Literal(AtomicType.STRING, null, "NULL");
    }
    NumberFormat format = NumberFormat.compile(given.toString(), call, 1);
    return new ScalarCall(
        call.name(),
        List.of(number, call.argument(1)),
        AtomicType.STRING,
        number.nullable(),
        false,
        (columns, rows, context) -> {
          FlatColumn in = columns.get(0).flatten();
          return Texts.make(
              List.of(in),
              rows,
              row -> format.format((BigDecimal) Objects.requireNonNull(in.value(row))));
        });
  }

  private static Expression bytesAsText(FunctionCall call, String format) {
    if (!List.of("base64", "hex", "utf-8").contains(format)) {
      throw call.error(
          "INVALID_PARAMETER_VALUE.BINARY_FORMAT",
          1,
          "the format of bytes is '" + format + "'",
          "write one of 'base64', 'hex', 'utf-8'");
    }
    Expression bytes = call.argument(0);
    return new ScalarCall(
        call.name(),
        List.of(bytes, call.argument(1)),
        AtomicType.STRING,
        bytes.nullable(),
        false,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          return Texts.make(
              List.of(in),
              rows,
              row ->
                  switch (format) {
                    case "base64" -> Base64.getEncoder().encodeToString(in.bytes(row));
                    case "hex" -> HexFormat.of().withUpperCase().formatHex(in.bytes(row));
                    default -> in.string(row);
                  });
        });
  }
}

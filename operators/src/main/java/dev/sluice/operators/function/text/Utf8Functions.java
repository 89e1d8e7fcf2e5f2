package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts that may hold bytes that are no UTF-8, and {@code quote}. */
public final class Utf8Functions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "is_valid_utf8", "make_valid_utf8", "validate_utf8", "try_validate_utf8", "quote");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "is_valid_utf8" ->
          declare(
              name, "Whether the text is well-formed UTF-8.", "x'80'", "false", Utf8Functions::is);
      case "make_valid_utf8" ->
          declare(
              name,
              "The text, with U+FFFD for what is no UTF-8.",
              "x'61'",
              "a",
              call -> bind(call, (text, row) -> text.string(row)));
      case "validate_utf8" ->
          declare(
              name,
              "The text; fails if it is no UTF-8.",
              "'Spark'",
              "Spark",
              call -> bind(call, (text, row) -> checked(text, row)));
      case "try_validate_utf8" ->
          declare(
              name,
              "The text, or null if it is no UTF-8.",
              "x'80'",
              "NULL",
              call -> bind(call, (text, row) -> valid(text, row) ? text.string(row) : null));
      case "quote" ->
          declare(
              name,
              "The text in single quotes, those inside after a backslash.",
              "'Spark'",
              "'Spark'",
              call -> bind(call, (text, row) -> "'" + text.string(row).replace("'", "\\'") + "'"));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name, String description, String input, String result, NamedFunction.Binder binder) {
    return Declared.function(
        "string_funcs",
        name,
        name + "(str)",
        description,
        name + "(" + input + ")",
        result,
        binder);
  }

  private interface OfText {
    @Nullable String apply(BytesColumn text, int row);
  }

  private static Expression bind(FunctionCall call, OfText function) {
    call.requireCount(1, 1);
    Expression text = call.coerce(0, AtomicType.STRING);
    return new ScalarCall(
        call.name(),
        List.of(text),
        AtomicType.STRING,
        call.name().startsWith("try") || text.nullable(),
        call.name().equalsIgnoreCase("validate_utf8"),
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          return Texts.make(List.of(in), rows, row -> function.apply(in, row));
        });
  }

  private static Expression is(FunctionCall call) {
    call.requireCount(1, 1);
    Expression text = call.coerce(0, AtomicType.STRING);
    return new ScalarCall(
        call.name(),
        List.of(text),
        AtomicType.BOOLEAN,
        text.nullable(),
        false,
        (columns, rows, context) -> each(Texts.bytes(columns, 0), rows));
  }

  private static Column each(BytesColumn in, int rows) {
    BooleanBuilder out = (BooleanBuilder) ColumnBuilder.of(AtomicType.BOOLEAN, rows);
    for (int i = 0; i < rows; i++) {
      if (in.isNull(i)) {
        out.appendNull();
      } else {
        out.append(valid(in, i));
      }
    }
    return out.build();
  }

  private static String checked(BytesColumn text, int row) {
    if (!valid(text, row)) {
      throw new EvaluationException(
          "INVALID_UTF8_STRING", "the text holds bytes that are no UTF-8", row);
    }
    return text.string(row);
  }

  private static boolean valid(BytesColumn text, int row) {
    int start = text.starts()[row];
    int end = start + text.lengths()[row];
    int at = start;
    while (at < end && text.data()[at] >= 0) {
      at++;
    }
    if (at == end) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.data(), at, end - at));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}

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
import dev.sluice.operators.function.Parameter;
import dev.sluice.operators.function.ScalarCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code replace}, {@code translate}, {@code overlay} and {@code mask}. */
public final class ReplaceFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("replace", "translate", "overlay", "mask");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "replace" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "replace(str, search[, replace])",
                  "The text with each occurrence of a text replaced by another, or left out.",
                  example("replace('ABCabc', 'abc', 'DEF')", "ABCDEF")),
              ReplaceFunctions::bindReplace);
      case "translate" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "translate(input, from, to)",
                  "The text with each character of from replaced by the one at the same place of"
                      + " to, or left out.",
                  example("translate('AaBbCc', 'abc', '123')", "A1B2C3")),
              ReplaceFunctions::bindTranslate);
      case "overlay" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "overlay(input, replace, pos[, len])",
                  "The text with len characters from a position on replaced.",
                  example("overlay('Spark SQL', '_', 6)", "Spark_SQL")),
              ReplaceFunctions::bindOverlay);
      case "mask" ->
          NamedFunction.of(
                  name,
                  FunctionDoc.of(
                      "string_funcs",
                      "mask(input[, upperChar, lowerChar, digitChar, otherChar])",
                      "The text with upper-case letters, lower-case letters, digits and others each"
                          + " replaced by one character; null keeps them.",
                      example("mask('abcd-EFGH-8765-4321')", "xxxx-XXXX-nnnn-nnnn")),
                  ReplaceFunctions::bindMask)
              .withParameters(
                  Parameter.required("str"),
                  Parameter.optional("upperChar", "X"),
                  Parameter.optional("lowerChar", "x"),
                  Parameter.optional("digitChar", "n"),
                  Parameter.optional("otherChar", null));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindReplace(FunctionCall call) {
    call.requireCount(2, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING),
            call.count() == 3
                ? call.coerce(2, AtomicType.STRING)
                : new Literal(AtomicType.STRING, "", ""));
    return new ScalarCall(
        "replace",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) ->
            replace(
                Texts.bytes(columns, 0), Texts.bytes(columns, 1), Texts.bytes(columns, 2), rows));
  }

  private static Column replace(BytesColumn in, BytesColumn search, BytesColumn by, int rows) {
    Validity valid = Nulls.of(List.of(in, search, by), rows);
    TextOutput out = new TextOutput(rows, rows * 16L);
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        out.skip(i);
        continue;
      }
      out.begin(i);
      int from = in.starts()[i];
      int end = from + in.lengths()[i];
      int width = search.lengths()[i];
      while (width > 0) {
        int at = Utf8.indexOf(in.data(), from, end, search.data(), search.starts()[i], width);
        if (at < 0) {
          break;
        }
        out.put(in.data(), from, at - from);
        out.put(by.data(), by.starts()[i], by.lengths()[i]);
        from = at + width;
      }
      out.put(in.data(), from, end - from);
      out.end(i);
    }
    return out.build(valid);
  }

  private static Expression bindTranslate(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING),
            call.coerce(2, AtomicType.STRING));
    return new ScalarCall(
        "translate",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn from = Texts.bytes(columns, 1);
          BytesColumn to = Texts.bytes(columns, 2);
          Translation translation = new Translation();
          return Texts.make(
              List.of(in, from, to),
              rows,
              row -> translation.apply(in.string(row), from.string(row), to.string(row)));
        });
  }

  /** Keeps the table of the last pair of character lists: mostly they are constant. */
  private static final class Translation {
    private final Map<Integer, Integer> table = new HashMap<>();
    private @Nullable String from;
    private @Nullable String to;

    String apply(String text, String newFrom, String newTo) {
      if (!newFrom.equals(from) || !newTo.equals(to)) {
        from = newFrom;
        to = newTo;
        table.clear();
        int[] sources = newFrom.codePoints().toArray();
        int[] targets = newTo.codePoints().toArray();
        for (int i = 0; i < sources.length; i++) {
          table.putIfAbsent(sources[i], i < targets.length ? targets[i] : -1);
        }
      }
      StringBuilder out = new StringBuilder(text.length());
      text.codePoints()
          .forEach(
              c -> {
                int mapped = table.getOrDefault(c, c);
                if (mapped >= 0) {
                  out.appendCodePoint(mapped);
                }
              });
      return out.toString();
    }
  }

  private static Expression bindOverlay(FunctionCall call) {
    call.requireCount(3, 4);
    boolean bytes = call.argument(0).type() == AtomicType.BINARY;
    if (bytes != (call.argument(1).type() == AtomicType.BINARY)
        && call.argument(0).type() != AtomicType.NULL
        && call.argument(1).type() != AtomicType.NULL) {
      throw call.error(
          "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
          bytes ? 1 : 0,
          "'overlay' puts a text into a text or bytes into bytes",
          "cast one of them");
    }
    DataType type =
        bytes || call.argument(1).type() == AtomicType.BINARY
            ? AtomicType.BINARY
            : AtomicType.STRING;
    List<Expression> arguments =
        List.of(
            call.coerce(0, type),
            call.coerce(1, type),
            call.coerce(2, AtomicType.INT),
            call.count() == 4
                ? call.coerce(3, AtomicType.INT)
                : new Literal(AtomicType.INT, -1, "-1"));
    return new ScalarCall(
        "overlay",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> overlay(columns, rows, type));
  }

  private static Column overlay(List<Column> columns, int rows, DataType type) {
    BytesColumn in = Texts.bytes(columns, 0);
    BytesColumn by = Texts.bytes(columns, 1);
    IntColumn positions = (IntColumn) columns.get(2).flatten();
    IntColumn counts = (IntColumn) columns.get(3).flatten();
    Validity valid = Nulls.of(List.of(in, by, positions, counts), rows);
    boolean binary = type == AtomicType.BINARY;
    TextOutput out = new TextOutput(rows, rows * 16L);
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        out.skip(i);
        continue;
      }
      out.begin(i);
      byte[] data = in.data();
      int start = in.starts()[i];
      int end = start + in.lengths()[i];
      int width =
          binary ? by.lengths()[i] : Utf8.length(by.data(), by.starts()[i], by.lengths()[i]);
      int removed = counts.get(i) >= 0 ? counts.get(i) : width;
      int head = positions.get(i) - 1;
      int headEnd =
          binary
              ? Math.min(end, start + Math.max(0, head))
              : Utf8.skip(data, start, end, Math.max(0, head));
      // Where the rest begins is counted from the end if it is before the text.
      int at = positions.get(i) + removed;
      int characters = at >= 0 ? 0 : binary ? end - start : Utf8.length(data, start, end - start);
      int tail = Math.max(0, at > 0 ? at - 1 : characters + at);
      int tailStart = binary ? Math.min(end, start + tail) : Utf8.skip(data, start, end, tail);
      out.put(data, start, headEnd - start);
      out.put(by.data(), by.starts()[i], by.lengths()[i]);
      out.put(data, tailStart, end - tailStart);
      out.end(i);
    }
    return out.build(type, valid);
  }

  private static final @Nullable String[] MASK_DEFAULTS = {"X", "x", "n", null};

  private static Expression bindMask(FunctionCall call) {
    call.requireCount(1, 5);
    Expression text = call.exactly(0, AtomicType.STRING);
    int[] replacements = new int[4];
    for (int i = 0; i < 4; i++) {
      String replacement = MASK_DEFAULTS[i];
      if (i + 1 < call.count()) {
        call.exactly(i + 1, AtomicType.STRING);
        Object given = call.constant(i + 1);
        replacement = given == null ? null : given.toString();
        if (replacement != null && replacement.codePointCount(0, replacement.length()) != 1) {
          throw call.error(
              "DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE",
              i + 1,
              "the replacement '" + replacement + "' of mask is not one character",
              "give exactly one character, or NULL to keep the original ones");
        }
      }
      replacements[i] = replacement == null ? -1 : replacement.codePointAt(0);
    }
    return new ScalarCall(
        "mask",
        List.of(text),
        AtomicType.STRING,
        true,
        false,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          return Texts.make(List.of(in), rows, row -> mask(in.string(row), replacements));
        });
  }

  private static String mask(String text, int[] replacements) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int kind =
                  Character.isUpperCase(c)
                      ? 0
                      : Character.isLowerCase(c) ? 1 : Character.isDigit(c) ? 2 : 3;
              out.appendCodePoint(replacements[kind] < 0 ? c : replacements[kind]);
            });
    return out.toString();
  }
}

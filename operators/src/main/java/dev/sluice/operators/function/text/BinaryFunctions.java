package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Tried;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.ScalarCall;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code to_binary} and {@code try_to_binary}: texts in a format to bytes, strictly. */
public final class BinaryFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("to_binary", "try_to_binary");
  }

  @Override
  public Function function(String name) {
    boolean tolerant = name.equals("try_to_binary");
    return Declared.function(
        "string_funcs",
        name,
        name + "(str[, fmt])",
        tolerant
            ? "The bytes of a text in the format hex, utf-8 or base64; null where it has none."
            : "The bytes of a text in the format hex, utf-8 or base64; fails where it has none.",
        tolerant ? "try_to_binary('xyz', 'hex')" : "hex(to_binary('abc', 'utf-8'))",
        tolerant ? "NULL" : "616263",
        call -> bind(call, tolerant));
  }

  private static Expression bind(FunctionCall call, boolean tolerant) {
    call.requireCount(1, 2);
    Expression text = call.coerce(0, AtomicType.STRING);
    Object format = "hex";
    if (call.count() == 2) {
      call.coerce(1, AtomicType.STRING);
      format = call.constant(1);
    }
    String name = String.valueOf(format).toLowerCase(Locale.ROOT);
    boolean known = List.of("hex", "utf-8", "utf8", "base64").contains(name);
    if (format != null && !known && !tolerant) {
      throw call.error(
          "DATATYPE_MISMATCH.INVALID_ARG_VALUE",
          1,
          "the format of '" + call.name() + "' is '" + format + "'",
          "write one of 'base64', 'hex', 'utf-8', 'utf8'");
    }
    if (format == null || !known) {
      return new Literal(AtomicType.BINARY, null, "NULL");
    }
    Expression made =
        new ScalarCall(
            call.name(),
            List.of(text),
            AtomicType.BINARY,
            tolerant || text.nullable(),
            !tolerant && !name.startsWith("utf"),
            (columns, rows, context) -> {
              BytesColumn in = Texts.bytes(columns, 0);
              return name.startsWith("utf")
                  ? new BytesColumn(
                      AtomicType.BINARY, in.data(), in.starts(), in.lengths(), in.validity(), rows)
                  : decoded(in, rows, name.equals("hex"), tolerant);
            });
    return tolerant ? Tried.of(made) : made;
  }

  private static Column decoded(BytesColumn in, int rows, boolean hex, boolean tolerant) {
    boolean[] isNull = new boolean[rows];
    TextOutput out = new TextOutput(rows, rows * 16L);
    for (int i = 0; i < rows; i++) {
      byte[] made = null;
      if (!in.isNull(i)) {
        made = hex ? EncodingFunctions.unhex(in, i) : base64(in, i);
        if (made == null && !tolerant) {
          throw new EvaluationException(
              "CONVERSION_INVALID_INPUT",
              "the value '"
                  + in.string(i)
                  + "' is no "
                  + (hex ? "hexadecimal" : "base 64")
                  + " text; try_to_binary gives NULL instead",
              i);
        }
      }
      if (made == null) {
        isNull[i] = true;
        out.skip(i);
      } else {
        out.begin(i);
        out.put(made, 0, made.length);
        out.end(i);
      }
    }
    return out.build(AtomicType.BINARY, Validity.ofNulls(isNull, rows));
  }

  private static byte @Nullable [] base64(BytesColumn text, int row) {
    if (!wellFormed(text, row)) {
      return null;
    }
    try {
      return Base64.getMimeDecoder().decode(text.bytes(row));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Digits, blanks between them, and at most two signs of padding at the end; padding may be left
   * out, but if it is there it fills the last group of four.
   */
  private static boolean wellFormed(BytesColumn text, int row) {
    int signs = 0;
    int padding = 0;
    int start = text.starts()[row];
    for (int i = start; i < start + text.lengths()[row]; i++) {
      int c = text.data()[i];
      if (c == '=') {
        signs++;
        padding++;
      } else if (c >= '0' && c <= '9'
          || c >= 'A' && c <= 'Z'
          || c >= 'a' && c <= 'z'
          || c == '+'
          || c == '/') {
        if (padding > 0) {
          return false;
        }
        signs++;
      } else if (c < 0 || !Character.isWhitespace(c)) {
        return false;
      }
    }
    return padding == 0 ? signs % 4 != 1 : padding <= 2 && signs % 4 == 0;
  }
}

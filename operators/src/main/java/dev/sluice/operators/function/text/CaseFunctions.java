package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * {@code upper}, {@code lower} and {@code initcap}. ASCII is mapped byte by byte; other text by
 * Java's root locale.
 */
public final class CaseFunctions implements FunctionFamily {
  private enum Mapping {
    UPPER,
    LOWER,
    INITCAP
  }

  @Override
  public List<String> names() {
    return List.of("upper", "ucase", "lower", "lcase", "initcap");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "upper", "ucase" ->
          NamedFunction.of(
                  "upper",
                  FunctionDoc.of(
                      "string_funcs",
                      "upper(str)",
                      "The text with all letters in upper case.",
                      example("upper('SparkSql')", "SPARKSQL")),
                  call -> bind(call, Mapping.UPPER))
              .withAliases("ucase");
      case "lower", "lcase" ->
          NamedFunction.of(
                  "lower",
                  FunctionDoc.of(
                      "string_funcs",
                      "lower(str)",
                      "The text with all letters in lower case.",
                      example("lower('SparkSql')", "sparksql")),
                  call -> bind(call, Mapping.LOWER))
              .withAliases("lcase");
      case "initcap" ->
          NamedFunction.of(
              "initcap",
              FunctionDoc.of(
                  "string_funcs",
                  "initcap(str)",
                  "The text with the first letter of each word in upper case and the others in"
                      + " lower case; words are parted by blanks.",
                  example("initcap('sPark sql')", "Spark Sql")),
              call -> bind(call, Mapping.INITCAP));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bind(FunctionCall call, Mapping mapping) {
    call.requireCount(1, 1);
    Expression text = call.coerce(0, AtomicType.STRING);
    return new ScalarCall(
        call.name().toLowerCase(Locale.ROOT),
        List.of(text),
        AtomicType.STRING,
        text.nullable(),
        false,
        (arguments, rows, context) -> map(arguments.get(0), rows, mapping));
  }

  private static Column map(Column argument, int rows, Mapping mapping) {
    BytesColumn in = (BytesColumn) argument.flatten();
    byte[] data = in.data();
    int[] starts = in.starts();
    int[] lengths = in.lengths();
    long total = 0;
    for (int i = 0; i < rows; i++) {
      total += in.isNull(i) ? 0 : lengths[i];
    }
    TextOutput out = new TextOutput(rows, total);
    for (int i = 0; i < rows; i++) {
      if (in.isNull(i)) {
        out.skip(i);
        continue;
      }
      int start = starts[i];
      int length = lengths[i];
      out.begin(i);
      if (Utf8.isAscii(data, start, length)) {
        mapAscii(data, start, length, mapping, out);
      } else {
        out.put(mapText(new String(data, start, length, StandardCharsets.UTF_8), mapping));
      }
      out.end(i);
    }
    return out.build(in.validity());
  }

  private static void mapAscii(
      byte[] data, int start, int length, Mapping mapping, TextOutput out) {
    byte[] target = out.reserve(length);
    int at = out.position();
    switch (mapping) {
      case UPPER -> {
        for (int i = 0; i < length; i++) {
          byte b = data[start + i];
          target[at + i] = (byte) (b >= 'a' && b <= 'z' ? b - 32 : b);
        }
      }
      case LOWER -> {
        for (int i = 0; i < length; i++) {
          byte b = data[start + i];
          target[at + i] = (byte) (b >= 'A' && b <= 'Z' ? b + 32 : b);
        }
      }
      case INITCAP -> {
        boolean wordStarts = true;
        for (int i = 0; i < length; i++) {
          byte b = data[start + i];
          if (wordStarts) {
            target[at + i] = (byte) (b >= 'a' && b <= 'z' ? b - 32 : b);
          } else {
            target[at + i] = (byte) (b >= 'A' && b <= 'Z' ? b + 32 : b);
          }
          wordStarts = b == ' ';
        }
      }
    }
    out.advance(length);
  }

  private static String mapText(String text, Mapping mapping) {
    return switch (mapping) {
      case UPPER -> text.toUpperCase(Locale.ROOT);
      case LOWER -> text.toLowerCase(Locale.ROOT);
      case INITCAP -> {
        StringBuilder out = new StringBuilder(text.length());
        boolean wordStarts = true;
        String lower = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < lower.length(); ) {
          int c = lower.codePointAt(i);
          out.appendCodePoint(wordStarts ? Character.toTitleCase(c) : c);
          wordStarts = c == ' ';
          i += Character.charCount(c);
        }
        yield out.toString();
      }
    };
  }
}

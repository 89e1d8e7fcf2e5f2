package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.CaseWhen;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.aggregate.Orderable;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bytes as text and back: hex, base64, character sets, URL encoding. */
public final class EncodingFunctions implements FunctionFamily {
  /** The character sets that Spark allows. */
  private static final Map<String, Charset> CHARSETS =
      Map.of(
          "US-ASCII", StandardCharsets.US_ASCII,
          "ISO-8859-1", StandardCharsets.ISO_8859_1,
          "UTF-8", StandardCharsets.UTF_8,
          "UTF-16BE", StandardCharsets.UTF_16BE,
          "UTF-16LE", StandardCharsets.UTF_16LE,
          "UTF-16", StandardCharsets.UTF_16,
          "UTF-32", Charset.forName("UTF-32"));

  @Override
  public List<String> names() {
    return List.of(
        "hex",
        "unhex",
        "base64",
        "unbase64",
        "encode",
        "decode",
        "url_encode",
        "url_decode",
        "try_url_decode");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "hex" ->
          declare(
              "math_funcs",
              name,
              "hex(expr)",
              "The value in hexadecimal digits.",
              "hex('Spark SQL')",
              "537061726B2053514C",
              EncodingFunctions::bindHex);
      case "unhex" ->
          declare(
              "math_funcs",
              name,
              "unhex(expr)",
              "The bytes that hexadecimal digits stand for.",
              "decode(unhex('537061726B2053514C'), 'UTF-8')",
              "Spark SQL",
              call -> bindBytes(call, EncodingFunctions::unhex));
      case "base64" ->
          declare(
              "string_funcs",
              name,
              "base64(bin)",
              "The bytes in base 64.",
              "base64('Spark SQL')",
              "U3BhcmsgU1FM",
              EncodingFunctions::bindBase64);
      case "unbase64" ->
          declare(
              "string_funcs",
              name,
              "unbase64(str)",
              "The bytes that a base 64 text stands for.",
              "decode(unbase64('U3BhcmsgU1FM'), 'UTF-8')",
              "Spark SQL",
              call -> bindBytes(call, EncodingFunctions::unbase64));
      case "encode" ->
          declare(
              "string_funcs",
              name,
              "encode(str, charset)",
              "The text as bytes of a character set.",
              "hex(encode('abc', 'utf-8'))",
              "616263",
              EncodingFunctions::bindEncode);
      case "decode" ->
          declare(
              "string_funcs",
              name,
              "decode(bin, charset) or decode(expr, search, result, ...[, default])",
              "The text that bytes of a character set stand for; or the result of the first search"
                  + " that equals the expression, nulls being equal.",
              "decode(encode('abc', 'utf-8'), 'utf-8')",
              "abc",
              EncodingFunctions::bindDecode);
      case "url_encode" ->
          declare(
              "url_funcs",
              name,
              "url_encode(str)",
              "The text as part of a URL.",
              "url_encode('https://spark.apache.org')",
              "https%3A%2F%2Fspark.apache.org",
              call -> bindUrl(call, false, false));
      case "url_decode" ->
          declare(
              "url_funcs",
              name,
              "url_decode(str)",
              "The text that a part of a URL stands for.",
              "url_decode('https%3A%2F%2Fspark.apache.org')",
              "https://spark.apache.org",
              call -> bindUrl(call, true, false));
      case "try_url_decode" ->
          declare(
              "url_funcs",
              name,
              "try_url_decode(str)",
              "As url_decode, null for a malformed text.",
              "try_url_decode('https%3A%2F%2Fspark.apache.org')",
              "https://spark.apache.org",
              call -> bindUrl(call, true, true));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String group,
      String name,
      String usage,
      String description,
      String sql,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of(group, usage, description, example(sql, result)), binder);
  }

  private static final byte[] HEX_DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private static Expression bindHex(FunctionCall call) {
    call.requireCount(1, 1);
    Expression value =
        Casts.isNumeric(call.argument(0).type())
            ? call.coerce(0, AtomicType.BIGINT)
            : call.coerce(0, AtomicType.BIGINT, AtomicType.BINARY, AtomicType.STRING);
    return new ScalarCall(
        "hex",
        List.of(value),
        AtomicType.STRING,
        value.nullable(),
        false,
        (columns, rows, context) -> {
          FlatColumn column = columns.get(0).flatten();
          TextOutput out = new TextOutput(rows, rows * 16L);
          for (int i = 0; i < rows; i++) {
            out.begin(i);
            if (column.isNull(i)) {
              out.skip(i);
              continue;
            } else if (column instanceof LongColumn longs) {
              long number = longs.get(i);
              for (int shift = Math.max(0, (63 - Long.numberOfLeadingZeros(number)) & ~3);
                  shift >= 0;
                  shift -= 4) {
                out.put(HEX_DIGITS[(int) (number >>> shift) & 15]);
              }
            } else {
              BytesColumn bytes = (BytesColumn) column;
              int start = bytes.starts()[i];
              for (int b = start; b < start + bytes.lengths()[i]; b++) {
                out.put(HEX_DIGITS[bytes.data()[b] >> 4 & 15]);
                out.put(HEX_DIGITS[bytes.data()[b] & 15]);
              }
            }
            out.end(i);
          }
          return out.build(column.validity());
        });
  }

  /** Bytes made of a text; null for a text that stands for none. */
  private interface BytesOfText {
    byte @Nullable [] apply(BytesColumn text, int row);
  }

  private static Expression bindBytes(FunctionCall call, BytesOfText function) {
    call.requireCount(1, 1);
    Expression text = call.coerce(0, AtomicType.STRING);
    return new ScalarCall(
        call.name(),
        List.of(text),
        AtomicType.BINARY,
        true,
        true,
        (columns, rows, context) -> bytes(Texts.bytes(columns, 0), rows, function));
  }

  private static Column bytes(BytesColumn in, int rows, BytesOfText function) {
    boolean[] isNull = new boolean[rows];
    TextOutput out = new TextOutput(rows, rows * 16L);
    for (int i = 0; i < rows; i++) {
      byte[] made = in.isNull(i) ? null : function.apply(in, i);
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

  static byte @Nullable [] unhex(BytesColumn text, int row) {
    int length = text.lengths()[row];
    byte[] made = new byte[(length + 1) / 2];
    int odd = length & 1;
    for (int i = 0; i < length; i++) {
      int digit = Character.digit((char) text.data()[text.starts()[row] + i], 16);
      if (digit < 0) {
        return null;
      }
      int at = (i + odd) / 2;
      made[at] = (byte) (made[at] << 4 | digit);
    }
    return made;
  }

  private static byte[] unbase64(BytesColumn text, int row) {
    try {
      return Base64.getMimeDecoder().decode(text.bytes(row));
    } catch (IllegalArgumentException e) {
      throw new EvaluationException(
          "CONVERSION_INVALID_INPUT",
          "the value '" + text.string(row) + "' is no base 64 text",
          row);
    }
  }

  private static Expression bindBase64(FunctionCall call) {
    call.requireCount(1, 1);
    Expression value = call.exactly(0, AtomicType.BINARY, AtomicType.STRING);
    return new ScalarCall(
        "base64",
        List.of(value),
        AtomicType.STRING,
        value.nullable(),
        false,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          // Spark 4 writes one line, however long.
          return Texts.make(
              List.of(in), rows, row -> Base64.getEncoder().encodeToString(in.bytes(row)));
        });
  }

  private static Charset charset(String name, String function, int row) {
    Charset charset = CHARSETS.get(name.toUpperCase(Locale.ROOT));
    if (charset == null) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.CHARSET",
          "the parameter charset of "
              + function
              + " expects one of iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32,"
              + " utf-8, but got '"
              + name
              + "'",
          row);
    }
    return charset;
  }

  private static Expression bindEncode(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.STRING), call.coerce(1, AtomicType.STRING));
    return new ScalarCall(
        "encode",
        arguments,
        AtomicType.BINARY,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn names = Texts.bytes(columns, 1);
          return bytes(
              Texts.bytes(columns, 0),
              rows,
              (text, row) -> {
                if (names.isNull(row)) {
                  return null;
                }
                Charset charset = charset(names.string(row), "encode", row);
                String value = text.string(row);
                if (!charset.newEncoder().canEncode(value)) {
                  throw new EvaluationException(
                      "MALFORMED_CHARACTER_CODING",
                      "a character of '" + value + "' does not exist in " + names.string(row),
                      row);
                }
                return value.getBytes(charset);
              });
        });
  }

  /** The result of the first search value that equals the first argument, else the default. */
  private static Expression bindSearch(FunctionCall call) {
    List<Expression> conditions = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    int i = 1;
    for (; i + 1 < call.count(); i += 2) {
      List<Expression> both = call.coerceToCommonType(List.of(call.argument(0), call.argument(i)));
      Orderable.require(call, i, both.get(0).type());
      conditions.add(new Comparison(Comparison.Operator.NULL_SAFE_EQUAL, both.get(0), both.get(1)));
      values.add(call.argument(i + 1));
    }
    values.add(i < call.count() ? call.argument(i) : new Literal(AtomicType.NULL, null, "NULL"));
    List<Expression> results = call.coerceToCommonType(values);
    int last = results.size() - 1;
    String shown =
        call.arguments().stream()
            .map(Expression::sql)
            .collect(Collectors.joining(", ", "decode(", ")"));
    return new CaseWhen(conditions, results.subList(0, last), results.get(last), shown);
  }

  private static Expression bindDecode(FunctionCall call) {
    call.requireCount(2, Integer.MAX_VALUE);
    if (call.count() > 2) {
      return bindSearch(call);
    }
    List<Expression> arguments =
        List.of(
            call.exactly(0, AtomicType.BINARY, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING));
    return new ScalarCall(
        "decode",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          BytesColumn names = Texts.bytes(columns, 1);
          return Texts.make(
              List.of(in, names),
              rows,
              row -> {
                Charset charset = charset(names.string(row), "decode", row);
                try {
                  return charset
                      .newDecoder()
                      .onMalformedInput(CodingErrorAction.REPORT)
                      .onUnmappableCharacter(CodingErrorAction.REPORT)
                      .decode(ByteBuffer.wrap(in.bytes(row)))
                      .toString();
                } catch (CharacterCodingException e) {
                  throw new EvaluationException(
                      "MALFORMED_CHARACTER_CODING",
                      "the bytes are no text in " + names.string(row),
                      row);
                }
              });
        });
  }

  private static Expression bindUrl(FunctionCall call, boolean decode, boolean tolerant) {
    call.requireCount(1, 1);
    Expression text = call.coerce(0, AtomicType.STRING);
    return new ScalarCall(
        call.name(),
        List.of(text),
        AtomicType.STRING,
        tolerant || text.nullable(),
        decode && !tolerant,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          return Texts.make(List.of(in), rows, row -> url(in.string(row), decode, tolerant, row));
        });
  }

  private static @Nullable String url(String text, boolean decode, boolean tolerant, int row) {
    if (!decode) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      if (tolerant) {
        return null;
      }
      throw new EvaluationException(
          "CANNOT_DECODE_URL", "'" + text + "' is not a valid part of a URL", row);
    }
  }
}

package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.Refusals;
import dev.sluice.operators.function.ScalarCall;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Texts made of several values: {@code concat_ws}, {@code format_string}, {@code format_number},
 * {@code elt}.
 */
public final class FormatFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("concat_ws", "format_string", "printf", "format_number", "elt");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "concat_ws" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "concat_ws(sep[, str | array(str)]+)",
                  "Texts and arrays of texts joined by a separator; nulls are left out.",
                  example("concat_ws(' ', 'Spark', 'SQL')", "Spark SQL")),
              FormatFunctions::bindConcat);
      case "format_number" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "format_number(expr1, expr2)",
                  "The number with thousands parted by commas and that many decimal places, or by a"
                      + " pattern.",
                  example("format_number(12332.123456, 4)", "12,332.1235")),
              FormatFunctions::bindNumber);
      case "elt" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "elt(n, input1, input2, ...)",
                  "The n-th of the inputs.",
                  example("elt(1, 'scala', 'java')", "scala")),
              FormatFunctions::bindElt);
      case "format_string", "printf" ->
          NamedFunction.of(
                  "format_string",
                  FunctionDoc.of(
                      "string_funcs",
                      "format_string(strfmt, obj, ...)",
                      "The values put into a printf-style format.",
                      example(
                          "format_string('Hello World %d %s', 100, 'days')",
                          "Hello World 100 days")),
                  FormatFunctions::bindFormat)
              .withAliases("printf");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindConcat(FunctionCall call) {
    call.requireCount(1, Integer.MAX_VALUE);
    List<Expression> arguments = new ArrayList<>();
    ArrayType texts = new ArrayType(AtomicType.STRING);
    for (int i = 0; i < call.count(); i++) {
      boolean array = i > 0 && call.argument(i).type() instanceof ArrayType;
      arguments.add(array ? call.coerce(i, texts) : call.coerce(i, AtomicType.STRING));
    }
    return new ScalarCall(
        "concat_ws",
        arguments,
        AtomicType.STRING,
        arguments.get(0).nullable(),
        false,
        (columns, rows, context) -> concat(Nulls.flatten(columns), rows));
  }

  private static Column concat(List<FlatColumn> columns, int rows) {
    BytesColumn separator = (BytesColumn) columns.get(0);
    TextOutput out = new TextOutput(rows, rows * 24L);
    for (int i = 0; i < rows; i++) {
      if (separator.isNull(i)) {
        out.skip(i);
        continue;
      }
      out.begin(i);
      boolean first = true;
      for (int c = 1; c < columns.size(); c++) {
        FlatColumn column = columns.get(c);
        if (column.isNull(i)) {
          continue;
        }
        if (column instanceof BytesColumn text) {
          join(out, separator, i, text, i, first);
          first = false;
        } else {
          ArrayColumn array = (ArrayColumn) column;
          BytesColumn elements = (BytesColumn) array.elements().flatten();
          int start = array.starts()[i];
          for (int e = start; e < start + array.lengths()[i]; e++) {
            if (!elements.isNull(e)) {
              join(out, separator, i, elements, e, first);
              first = false;
            }
          }
        }
      }
      out.end(i);
    }
    return out.build(separator.validity());
  }

  private static void join(
      TextOutput out,
      BytesColumn separator,
      int row,
      BytesColumn text,
      int textRow,
      boolean first) {
    if (!first) {
      out.put(separator.data(), separator.starts()[row], separator.lengths()[row]);
    }
    out.put(text.data(), text.starts()[textRow], text.lengths()[textRow]);
  }

  private static Expression bindFormat(FunctionCall call) {
    call.requireCount(1, Integer.MAX_VALUE);
    List<Expression> arguments = new ArrayList<>();
    arguments.add(call.coerce(0, AtomicType.STRING));
    for (int i = 1; i < call.count(); i++) {
      boolean variant = call.argument(i).type() == AtomicType.VARIANT;
      arguments.add(variant ? call.coerce(i, AtomicType.STRING) : call.argument(i));
    }
    if (arguments.get(0).foldable()
        && call.constant(0) instanceof String format
        && format.contains("%0$")) {
      throw call.error(
          "INVALID_PARAMETER_VALUE.ZERO_INDEX",
          0,
          "the parameter strfmt of " + call.name() + " expects %1$, %2$ and so on, but got %0$",
          "count the arguments from 1");
    }
    return new ScalarCall(
        call.name(),
        arguments,
        AtomicType.STRING,
        arguments.get(0).nullable(),
        true,
        (columns, rows, context) -> format(Nulls.flatten(columns), rows));
  }

  private static Column format(List<FlatColumn> columns, int rows) {
    BytesColumn formats = (BytesColumn) columns.get(0);
    return Texts.make(
        List.of(formats),
        rows,
        row -> {
          Object[] values = new Object[columns.size() - 1];
          for (int i = 0; i < values.length; i++) {
            FlatColumn column = columns.get(i + 1);
            values[i] = FormatArguments.of(column.type(), column.value(row));
          }
          try {
            return String.format(Locale.US, formats.string(row), values);
          } catch (IllegalFormatException e) {
            throw new EvaluationException(
                "INVALID_FORMAT_STRING",
                "the format '"
                    + formats.string(row)
                    + "' does not fit its arguments: "
                    + e.getMessage(),
                row);
          }
        });
  }

  private static Expression bindNumber(FunctionCall call) {
    call.requireCount(2, 2);
    DataType type = call.argument(0).type();
    Expression number =
        Casts.isNumeric(type) ? call.argument(0) : call.exactly(0, AtomicType.DOUBLE);
    boolean pattern = call.argument(1).type() == AtomicType.STRING;
    Expression format =
        pattern
            ? call.argument(1)
            : call.exactly(1, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT);
    format = pattern ? format : call.castImplicitly(format, AtomicType.INT, 1);
    List<Expression> arguments = List.of(number, format);
    return new ScalarCall(
        "format_number",
        arguments,
        AtomicType.STRING,
        true,
        true,
        (columns, rows, context) -> {
          FlatColumn numbers = columns.get(0).flatten();
          FlatColumn formats = columns.get(1).flatten();
          NumberFormats cache = new NumberFormats();
          return Texts.make(
              List.of(numbers, formats),
              rows,
              row -> {
                DecimalFormat formatter = cache.of(formats, row);
                return formatter == null ? null : formatter.format(numbers.value(row));
              });
        });
  }

  /** The format of the last row: it is nearly always constant. */
  private static final class NumberFormats {
    // Doubles have no more digits behind the point, and decimals 38.
    private static final int MOST_PLACES = 10_000;

    private @Nullable Object format;
    private @Nullable DecimalFormat formatter;

    /** Null for a negative number of places. */
    @Nullable DecimalFormat of(FlatColumn formats, int row) {
      Object wanted = formats.value(row);
      if (!Objects.equals(wanted, format)) {
        formatter = wanted instanceof Integer places ? places(places) : pattern(wanted, row);
        format = wanted;
      }
      return formatter;
    }

    private static @Nullable DecimalFormat places(int places) {
      if (places < 0) {
        return null;
      }
      if (places > MOST_PLACES) {
        throw Refusals.tooLarge("format_number");
      }
      return rounding("#,###,###,###,###,###,##0" + (places == 0 ? "" : "." + "0".repeat(places)));
    }

    private static DecimalFormat pattern(@Nullable Object pattern, int row) {
      try {
        return rounding(String.valueOf(pattern));
      } catch (IllegalArgumentException e) {
        throw new EvaluationException(
            "INVALID_FORMAT", "'" + pattern + "' is no format of format_number", row);
      }
    }

    private static DecimalFormat rounding(String pattern) {
      DecimalFormat result =
          new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.US));
      result.setRoundingMode(RoundingMode.HALF_EVEN);
      return result;
    }
  }

  private static Expression bindElt(FunctionCall call) {
    call.requireCount(2, Integer.MAX_VALUE);
    Expression index = call.coerce(0, AtomicType.INT);
    boolean binary = true;
    for (int i = 1; i < call.count(); i++) {
      binary &= call.argument(i).type() == AtomicType.BINARY;
    }
    DataType type = binary ? AtomicType.BINARY : AtomicType.STRING;
    List<Expression> arguments = new ArrayList<>();
    arguments.add(index);
    for (int i = 1; i < call.count(); i++) {
      arguments.add(call.coerce(i, type));
    }
    return new ScalarCall(
        "elt",
        arguments,
        type,
        true,
        true,
        (columns, rows, context) -> elt(Nulls.flatten(columns), rows, type));
  }

  private static Column elt(List<FlatColumn> columns, int rows, DataType type) {
    IntColumn indexes = (IntColumn) columns.get(0);
    boolean[] isNull = new boolean[rows];
    TextOutput out = new TextOutput(rows, rows * 16L);
    int inputs = columns.size() - 1;
    for (int i = 0; i < rows; i++) {
      if (indexes.isNull(i)) {
        isNull[i] = true;
        continue;
      }
      int index = indexes.get(i);
      if (index < 1 || index > inputs) {
        throw new EvaluationException(
            "INVALID_ARRAY_INDEX",
            "the index " + index + " is out of bounds: there are " + inputs + " inputs",
            i);
      }
      BytesColumn chosen = (BytesColumn) columns.get(index);
      if (chosen.isNull(i)) {
        isNull[i] = true;
        continue;
      }
      out.begin(i);
      out.put(chosen.data(), chosen.starts()[i], chosen.lengths()[i]);
      out.end(i);
    }
    return out.build(type, Validity.ofNulls(isNull, rows));
  }
}
